"""Dates as people write them, read in the project's time zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import parser
from django.conf import settings
from django.core.exceptions import ValidationError

RELATIVE = re.compile(r"([+-]\d{1,5})d")
LIKE_A_DATE = re.compile(r".*\d{4}.*")


def read_instant(value: Any, *, now: datetime) -> datetime:
    """An aware instant in UTC from a date, a timestamp, a text in one of many forms, or days from ``now`` (``+14d``).

    Without a time it is the start of that day, without a zone it is in the project's. Refuses (``date_unknown``).
    """
    if isinstance(value, str) and (relative := RELATIVE.fullmatch(value.strip())):
        return now + timedelta(days=int(relative[1]))
    if isinstance(value, str):
        value = _parsed(value.strip())
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)
    raise ValidationError(f"“{value}” is no date; write it like 2026-11-22.", code="date_unknown")


def read_day(value: Any, *, now: datetime) -> date:
    """The day of ``read_instant`` in the project's zone."""
    return read_instant(value, now=now).astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _parsed(text: str) -> datetime:
    try:
        if not LIKE_A_DATE.fullmatch(text):
            raise ValueError
        return parser.parse(text, default=datetime(1, 1, 1))
    except (ValueError, OverflowError) as error:
        raise ValidationError(f"“{text}” is no date; write it like 2026-11-22.", code="date_unknown") from error
