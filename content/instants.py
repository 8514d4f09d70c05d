"""Instants as the read model keeps them: whole microseconds since 1970, the same on both databases."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR = 1 << 62  # no end
STEP = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


def micros(at: datetime | None) -> int:
    """Microseconds since 1970 of an aware ``at``; ``None`` is the far end of time."""
    return FAR if at is None else (at - EPOCH) // STEP


def later(at: datetime, by: timedelta) -> datetime:
    """``at`` moved on, at most to the last instant there is."""
    return at + by if datetime.max.replace(tzinfo=UTC) - at > by else datetime.max.replace(tzinfo=UTC)


def instant(value: datetime | str | None) -> datetime | None:
    """A timestamp column read by raw SQL, as an aware datetime in UTC (SQLite hands out naive ones, or text)."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is None or value.tzinfo is UTC:
        return value
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def day_of(at: datetime) -> date:
    """The day of ``at`` where the project is: dates that editors give are days there. At the ends of time, where
    another zone has no day, that of UTC."""
    try:
        return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    except OverflowError:
        return at.astimezone(UTC).date()


def as_rfc3339(at: datetime) -> str:
    """ISO 8601 in UTC with a ``Z``; microseconds only where there are any."""
    # ``isoformat`` ends in “+00:00”, six characters, where RFC 3339 allows the shorter “Z”.
    return f"{(at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()[:-6]}Z"
