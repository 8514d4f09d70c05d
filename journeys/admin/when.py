"""The form field of an instant: a date and an optional time in the reader's zone. Times that a clock change skips or
repeats are refused."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.timezone import get_current_timezone, get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from journeys.storable import refuse_far_instants

ZONE = lazy(get_current_timezone_name, str)()  # of whoever sees the form, so it is known only when it is rendered
# What a date without a time means, by whether the field is an end.
DATE_ALONE = {
    False: format_lazy(_lazy("A date without a time is the start of that day, in {zone}."), zone=ZONE),
    True: format_lazy(_lazy("A date without a time lasts to the end of that day, in {zone}."), zone=ZONE),
}
OFFSET = re.compile(r"(.*?)\s*(?:(Z)|([+-])(\d\d):?([0-5]\d))", re.IGNORECASE)


class TimeField(forms.TimeField):
    """A time of day with an optional offset from UTC: ``02:30+01:00``."""

    def to_python(self, value: str | time | None) -> time | None:
        match = OFFSET.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            return super().to_python(value)
        time_text, utc, sign, hours, minutes = match.groups()
        offset = timedelta() if utc else timedelta(hours=int(hours), minutes=int(minutes))
        if offset >= timedelta(days=1):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        hour = super().to_python(time_text)
        if hour is None:  # an offset without a time of day
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return hour.replace(tzinfo=timezone(-offset if sign == "-" else offset))


class WhenField(forms.SplitDateTimeField):
    """A date alone is the start of that day; with ``is_end`` the start of the next, since ends are exclusive.

    Refuses ``does_not_exist``, ``exists_twice`` and ``out_of_range``, with what to write instead.
    """

    widget = UnfoldAdminSplitDateTimeWidget

    def __init__(self, *, is_end: bool = False, **options: Any) -> None:
        help_text = format_lazy("{} {}", options.pop("help_text", ""), DATE_ALONE[is_end])
        super().__init__(**{"require_all_fields": False, **options}, help_text=help_text)
        self.is_end = is_end
        self.fields = (self.fields[0], TimeField(localize=self.localize, required=False))
        self.fields[0].error_messages["incomplete"] = self.error_messages["invalid_date"]

    def compress(self, data_list: Any) -> datetime | None:
        if not data_list:
            return None
        day, hour = data_list
        if day in self.empty_values:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        try:
            if hour in self.empty_values:
                at = start_of(day + timedelta(days=1) if self.is_end else day)
            else:
                local = datetime.combine(day, hour)
                at = local.astimezone(UTC) if local.tzinfo else instant(local)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date") from error
        refuse_far_instants(at)
        return at


def start_of(day: date) -> datetime:
    """The first instant of ``day`` in the current zone, in UTC, also where clocks skip midnight or pass it twice."""
    return datetime.combine(day, time(), get_current_timezone()).astimezone(UTC)


def instant(local: datetime) -> datetime:
    """The one instant, in UTC, at which clocks in the current zone show the naive ``local``.

    Refuses ``does_not_exist`` and ``exists_twice``, where clocks go forward and back.
    """
    zone = get_current_timezone()
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    words = {"time": f"{local:%H:%M}", "day": formats.date_format(local, "SHORT_DATE_FORMAT"), "zone": zone}
    # A time that clocks skip comes back as another one when it is taken to UTC and home again.
    after = first.astimezone(UTC).astimezone(zone)
    if after.replace(tzinfo=None) != local:
        message = _(
            "There is no %(time)s on %(day)s in %(zone)s: clocks go forward then. Write %(after)s for the moment after."
        )
        raise ValidationError(message % {**words, "after": f"{after:%H:%M}"}, code="does_not_exist")
    offsets = (f"{first:%z}", f"{second:%z}")
    earlier, later = (f"{local:%H:%M}{offset[:3]}:{offset[3:]}" for offset in offsets)
    message = _(
        "%(time)s on %(day)s comes twice in %(zone)s: clocks go back then. "
        "Write the time as %(earlier)s for the first, %(later)s for the second."
    )
    raise ValidationError(message % {**words, "earlier": earlier, "later": later}, code="exists_twice")
