"""Reads dates as people write them, in the project's time zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil import parser
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from journeys.storable import END, FIRST

RELATIVE = re.compile(r"([+-]\d{1,5})d")
# Names a year. The parser would read “May” or “10” too, and fill in the rest from the day on which it runs.
LIKE_A_DATE = re.compile(r".*(?<!\d)\d{4}(?!\d).*|\d{8}", re.DOTALL)


def read_instant(value: object, *, now: datetime, day_first: bool = False) -> datetime:
    """An aware instant in UTC from a date, a timestamp, a text in one of many forms, or days from ``now`` (``+14d``).

    Without a time it is the start of that day, without a zone it is in the project's. ``day_first`` reads 1/2 as
    the first of February. Refuses (``date_unknown``) what is no date, or is too far away, and times of day that the
    clock of that zone skips or shows twice.
    """
    if isinstance(value, str) and (relative := RELATIVE.fullmatch(value.strip())):
        return now + timedelta(days=int(relative[1]))
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # 20261122, unquoted
    if isinstance(value, str):
        value = _parsed(value.strip(), day_first=day_first)
    try:
        instant = _instant(value)
    except OverflowError:
        instant = None  # the first or the last day of the calendar
    if instant is None:
        raise _unknown(value)
    if not FIRST <= instant < END:
        message = _("“%(value)s” is out of range; write a date from 1900 to 9998.") % {"value": value}
        raise ValidationError(message, code="date_unknown")
    return instant


def _instant(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else _in_project_zone(value)
    if isinstance(value, date):
        return datetime.combine(value, time(), ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)
    return None


def read_day(value: object, *, now: datetime, day_first: bool = False) -> date:
    """The day of ``read_instant`` in the project's zone."""
    return read_instant(value, now=now, day_first=day_first).astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _parsed(text: str, *, day_first: bool) -> datetime:
    try:
        if not LIKE_A_DATE.fullmatch(text):
            raise ValueError
        year_first = bool(re.match(r"\d{4}", text))
        return parser.parse(text, default=datetime(1, 1, 1), dayfirst=day_first and not year_first, tzinfos=_offset)
    except (ValueError, OverflowError) as error:
        raise _unknown(text) from error


def _offset(name: str | None, offset: int | None) -> int | None:
    """Seconds east of UTC. Refuses a zone known only by its letters, like ``EST``: it could be one of several."""
    if name and offset is None:
        raise ValueError(name)
    return offset


def _in_project_zone(naive: datetime) -> datetime:
    zone = ZoneInfo(settings.TIME_ZONE)
    instant = naive.replace(tzinfo=zone).astimezone(UTC)
    if naive.time() == time():
        return instant
    # The two folds of a local time are different instants only where the clock is put back, or forward.
    if instant != naive.replace(tzinfo=zone, fold=1).astimezone(UTC):
        message = _("“%(time)s” is skipped or shown twice by the clock in %(zone)s; write it with its offset.")
        raise ValidationError(message % {"time": naive, "zone": zone}, code="date_unknown")
    return instant


def _unknown(value: object) -> ValidationError:
    message = _("“%(value)s” is not a date; write it like 2026-11-22.") % {"value": value}
    return ValidationError(message, code="date_unknown")
