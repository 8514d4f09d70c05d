"""What was said once for everybody, with its instants in the time of whoever reads it."""

import re
from contextlib import suppress
from datetime import UTC, datetime

from django.utils import timezone

# As gates, refusals and the audit write instants: they are kept, and read in many zones.
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z| UTC)")


def localise_instants(words):
    """``words`` with each instant in UTC as a date and a time of day in the current zone; the others as they are."""
    return INSTANT.sub(_local, words)


def _local(found):
    with suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=UTC)
        return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    return found[0]
