"""Hashes the placements of an edition to one number, so that equal ones can be counted together."""

import json
from collections.abc import Sequence
from hashlib import blake2b

from content.models.edition import StoredPlacement

LARGEST = (1 << 63) - 1  # what a signed column of 64 bits holds


def signature(placements: Sequence[StoredPlacement]) -> int:
    """A hash of stages, segments and channels, whatever their order and priorities. 0 to 2⁶³−1."""
    # Priorities are left out: coverage counts what is there, and does not ask which comes first. 63 bits: among a
    # million different sets of placements the chance that any two share a signature is one in eighteen million.
    places = sorted([p["stage"], sorted(p["segments"]), sorted(p["channels"])] for p in placements)
    digest = blake2b(json.dumps(places, separators=(",", ":")).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & LARGEST
