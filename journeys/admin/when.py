"""An instant as people write it: a date and a time of their own zone, asked back where that is not one instant."""

import re
from datetime import UTC, datetime, timedelta, timezone

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from journeys.storable import refuse_far_instants

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
        return told and told.replace(tzinfo=timezone(-distance if sign == "-" else distance))


class WhenField(forms.SplitDateTimeField):
    """Refuses ``does_not_exist``, ``exists_twice`` and ``out_of_range``, with what to write instead."""

    widget = UnfoldAdminSplitDateTimeWidget

    def __init__(self, **options):
        super().__init__(**options)
        self.fields = (self.fields[0], TimeField(localize=self.localize, required=False))
        self.fields[1].error_messages["incomplete"] = self.fields[0].error_messages["incomplete"]

    def compress(self, data_list):
        if not data_list:
            return None
        for value, code in zip(data_list, ("invalid_date", "invalid_time"), strict=True):
            if value in self.empty_values:
                raise ValidationError(self.error_messages[code], code=code)
        day, hour = data_list
        told = datetime.combine(day, hour)
        try:
            found = told.astimezone(UTC) if told.tzinfo else instant(told)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date") from error
        refuse_far_instants(found)
        return found


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
