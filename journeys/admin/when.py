"""An instant as people write it: a date and, if they care, a time of their own zone; asked back where that is not one
instant."""

import re
from datetime import UTC, datetime, time, timedelta, timezone

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.timezone import get_current_timezone, get_current_timezone_name
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from journeys.storable import refuse_far_instants

# By whether it is an end. The zone is that of whoever sees the form, so it is said when it is shown.
ZONE = lazy(get_current_timezone_name, str)()
ALONE = {
    False: format_lazy("A date without a time is the start of that day, in {}.", ZONE),
    True: format_lazy("A date without a time lasts to the end of that day, in {}.", ZONE),
}
OFFSET = re.compile(r"(.*?)\s*(?:(Z)|([+-])(\d\d):?([0-5]\d))", re.IGNORECASE)


class TimeField(forms.TimeField):
    """A time of day, after which its distance from UTC may stand: ``02:30+01:00``."""

    def to_python(self, value):
        match = OFFSET.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            return super().to_python(value)
        found, utc, sign, hours, minutes = match.groups()
        distance = timedelta() if utc else timedelta(hours=int(hours), minutes=int(minutes))
        if distance >= timedelta(days=1):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        told = super().to_python(found)
        if told is None:  # a distance from UTC, and no time of day
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return told.replace(tzinfo=timezone(-distance if sign == "-" else distance))


class WhenField(forms.SplitDateTimeField):
    """A date alone is the start of that day; of an ``is_end``, which is no longer part of what it ends, the next day's.

    Refuses ``does_not_exist``, ``exists_twice`` and ``out_of_range``, with what to write instead.
    """

    widget = UnfoldAdminSplitDateTimeWidget

    def __init__(self, *, is_end=False, **options):
        alone = ALONE[is_end]
        said = options.pop("help_text", "")
        super().__init__(**{"require_all_fields": False, **options}, help_text=format_lazy("{} {}", said, alone))
        self.is_end = is_end
        self.fields = (self.fields[0], TimeField(localize=self.localize, required=False))
        self.fields[0].error_messages["incomplete"] = self.error_messages["invalid_date"]

    def compress(self, data_list):
        if not data_list:
            return None
        day, hour = data_list
        if day in self.empty_values:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        try:
            if hour in self.empty_values:
                found = start_of(day + timedelta(days=1) if self.is_end else day)
            else:
                told = datetime.combine(day, hour)
                found = told.astimezone(UTC) if told.tzinfo else instant(told)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date") from error
        refuse_far_instants(found)
        return found


def start_of(day):
    """The first instant of ``day`` in the current zone, also where clocks skip midnight or pass it twice."""
    return datetime.combine(day, time(), get_current_timezone()).astimezone(UTC)


def instant(told):
    """The one instant at which clocks in the current zone show ``told``."""
    zone = get_current_timezone()
    first, second = (told.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    spoken = f"{told:%H:%M} on {told:%Y-%m-%d}"
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != told:
        after = first.astimezone(UTC).astimezone(zone)
        message = f"There is no {spoken} in {zone}: clocks go forward then. Write {after:%H:%M} for the moment after."
        raise ValidationError(message, code="does_not_exist")
    choices = [f"{told:%H:%M}{distance[:3]}:{distance[3:]}" for distance in (f"{first:%z}", f"{second:%z}")]
    message = (
        f"{spoken} comes twice in {zone}: clocks go back then. "
        f"Write the time as {choices[0]} for the first, {choices[1]} for the second."
    )
    raise ValidationError(message, code="exists_twice")
