"""Instants inside stored messages, shown in the time zone of whoever reads them."""

import re
from contextlib import suppress
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.formats import date_format

# As gates, refusals and the audit write instants: messages are stored once and read in many zones.
# “2026-11-22T08:00:00Z” and “2026-11-22 08:00 UTC”, with or without seconds.
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z| UTC)")


def local_time(at: datetime) -> str:
    """The date and time of day of ``at`` in the current zone, as the whole admin writes them."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def localise_instants(message: str) -> str:
    """``message`` with each instant in UTC in the current zone; what is no date of the calendar stays as it is."""
    return INSTANT.sub(_localised, message)


def _localised(match: re.Match[str]) -> str:
    with suppress(ValueError, OverflowError):
        return local_time(datetime.fromisoformat(f"{match[1]}T{match[2]}").replace(tzinfo=UTC))
    return match[0]
