"""One number for all places an edition has, so that editions placed alike are counted together."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

LARGEST = (1 << 63) - 1  # what a signed column of 64 bits holds


def signature(placements: Sequence[dict[str, Any]]) -> int:
    """The same for the same stages, segments and channels, in whatever order and with whatever priorities."""
    places = sorted([p["stage"], sorted(p["segments"]), sorted(p["channels"])] for p in placements)
    digest = blake2b(json.dumps(places, separators=(",", ":")).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & LARGEST
