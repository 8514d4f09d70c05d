"""The names and types of the parameters; what they mean is read in ``parameters.py``."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters import CharFilter, Filter, NumberFilter

from content.audit.finding import Severity
from content.delivery.select import ORDERINGS
from journeys.parameters import LocaleFilter, Parameters
from journeys.phases import Phase

LONGEST, MOST, LONGEST_NAME, LONGEST_TOKEN = 4000, 100, 80, 60


class WordsField(forms.CharField):
    """Comma-separated words, as a tuple without doubles."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": LONGEST})

    def clean(self, value: str | None) -> tuple[str, ...]:
        text = super().clean(value)
        words = [word.strip() for word in text.split(",")] if text else []
        if not all(words):
            raise ValidationError(_("There is an empty word between two commas."), code="malformed")
        if len(words) > MOST:
            raise ValidationError(_("At most %(most)s values.") % {"most": MOST}, code="too_many")
        return tuple(dict.fromkeys(words))


class WordsFilter(CharFilter):
    field_class = WordsField


class OneOfField(forms.ChoiceField):
    """One of a few words; a wrong one is told which."""

    def __init__(self, *, words: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(choices=[(word, word) for word in words], **kwargs)
        self.words = words

    def validate(self, value: str | None) -> None:
        allowed = list(self.words)
        if value and value not in allowed:
            params = {"detail": f"Unknown value '{value}'.", "allowed": allowed}
            raise ValidationError("%(detail)s", code="unknown_value", params=params)


class OneOfFilter(Filter):
    field_class = OneOfField

    def __init__(self, *words: str) -> None:
        super().__init__(words=words)


class Limit(NumberFilter):
    field_class = forms.IntegerField

    def get_max_validator(self) -> None:
        """The bound is the field's own."""


class InstantField(forms.CharField):
    """An instant with its offset, as an aware datetime in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "max_length": 40})

    def clean(self, value: str | None) -> datetime | str | None:
        text = super().clean(value)
        return read_instant(text) if text else None


def read_instant(text: str) -> datetime:
    """Refuses (``not_an_instant``) what has no offset or lies outside the years that can be kept."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError(text)
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = _("Write an instant with its offset, such as 2026-11-20T08:00:00Z; a + is written %2B in an address.")
        raise ValidationError("%(detail)s", code="not_an_instant", params={"detail": message}) from error


class SinceField(InstantField):
    """An instant, or the snapshot of an earlier answer."""

    def clean(self, value: str | None) -> datetime | str | None:
        return value if value and value.startswith("s_") and len(value) <= LONGEST_TOKEN else super().clean(value)


class Instant(CharFilter):
    field_class = InstantField


class Since(CharFilter):
    field_class = SinceField


class Flag(OneOfFilter):
    """``true`` or ``false``; left out it is false."""

    def __init__(self) -> None:
        super().__init__("true", "false")


class ContextFilter(LocaleFilter):
    """Who asks, where on the journey, and which state is read."""

    journey = CharFilter(max_length=LONGEST_NAME)
    stage = WordsFilter()
    segment = CharFilter(max_length=LONGEST_NAME)
    channel = CharFilter(max_length=LONGEST_NAME)
    locale_fallback = OneOfFilter("chain", "none")
    crosswalk = OneOfFilter("on", "off")
    exclude = WordsFilter()
    as_of = Instant()
    snapshot = CharFilter(max_length=LONGEST_TOKEN)
    draft = Flag()
    explain = Flag()


class NextFilter(ContextFilter):
    limit = Limit(min_value=1, max_value=20)


class DetailFilter(ContextFilter):
    """All that one item takes."""

    fields = WordsFilter()
    omit = WordsFilter()


class TouchpointFilter(DetailFilter):
    """All that a touchpoint takes, pages apart."""

    include = OneOfFilter("next_steps")


class ConditionFilter(LocaleFilter):
    """What of all content is asked for, beside who asks and where."""

    stage__all = WordsFilter()
    stage__none = WordsFilter()
    phase = WordsFilter(label=", ".join(Phase.values))
    segment__exact = CharFilter(max_length=LONGEST_NAME)
    channel__exact = CharFilter(max_length=LONGEST_NAME)
    kind = WordsFilter()
    kind__none = WordsFilter()
    term = WordsFilter()
    term__all = WordsFilter()
    term__none = WordsFilter()
    id__in = WordsFilter()


class ContentFilter(ConditionFilter, DetailFilter):
    """All that a list takes, pages apart."""

    ordering = OneOfFilter(*ORDERINGS)
    include = OneOfFilter("next_steps")
    facets = WordsFilter()
    updated_since = Since()


class FindingsFilter(Parameters):
    """All that the audit takes: the readers it looks as, the instant, and which of its findings are told."""

    journey = CharFilter(max_length=LONGEST_NAME)
    segment = WordsFilter()
    locale = WordsFilter()
    channel = WordsFilter()
    stage = WordsFilter()
    code = WordsFilter()
    severity = OneOfFilter(*Severity)
    id__in = WordsFilter()
    waived = OneOfFilter("true", "false")
    most_steps = Limit(min_value=1, max_value=20)
    least_ways = Limit(min_value=1, max_value=20)
    as_of = Instant()
    format = OneOfFilter("json", "csv", "xlsx", "md", "sarif")


class CoverageFilter(ConditionFilter):
    """All that the matrix takes: its axes, the conditions of a list, the instant and the format."""

    journey = CharFilter(max_length=LONGEST_NAME)
    rows = CharFilter(max_length=LONGEST_NAME)
    columns = CharFilter(max_length=LONGEST_NAME)
    split = CharFilter(max_length=LONGEST_NAME)
    stage = WordsFilter()
    segment = CharFilter(max_length=LONGEST_NAME)
    channel = CharFilter(max_length=LONGEST_NAME)
    locale_fallback = OneOfFilter("chain", "none")
    crosswalk = OneOfFilter("on", "off")
    exclude = WordsFilter()
    as_of = Instant()
    count_fallback = WordsFilter()
    ownership = WordsFilter()
    format = OneOfFilter("json", "csv", "xlsx", "md")
