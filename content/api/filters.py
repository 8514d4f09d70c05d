"""The names and types of the parameters; what they mean is read in ``parameters.py``."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_filters import CharFilter, Filter, NumberFilter

from content.select import ORDERINGS
from journeys.api.filters import LocaleFilter
from journeys.phases import Phase

LONGEST, MOST = 4000, 100


class WordsField(forms.CharField):
    """Comma-separated words, as a tuple without doubles."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": LONGEST})

    def clean(self, value: Any) -> tuple[str, ...]:
        text = super().clean(value)
        words = [word.strip() for word in text.split(",")] if text else []
        if not all(words):
            raise ValidationError("There is an empty word between two commas.", code="malformed")
        if len(words) > MOST:
            raise ValidationError(f"At most {MOST} values.", code="too_many")
        return tuple(dict.fromkeys(words))


class Words(CharFilter):
    field_class = WordsField


class OneOfField(forms.ChoiceField):
    """One of a few words; a wrong one is told which."""

    def __init__(self, *, words: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(choices=[(word, word) for word in words], **kwargs)
        self.words = words

    def validate(self, value: Any) -> None:
        allowed = list(self.words)
        if value and value not in allowed:
            params = {"detail": f"Unknown value '{value}'.", "allowed": allowed}
            raise ValidationError("%(detail)s", code="unknown_value", params=params)


class OneOf(Filter):
    field_class = OneOfField

    def __init__(self, *words: str) -> None:
        super().__init__(words=words)


class Limit(NumberFilter):
    field_class = forms.IntegerField

    def get_max_validator(self) -> None:
        """The bound is the field's own."""


class ContextFilter(LocaleFilter):
    """Who asks, and where on the journey: all that a detail takes."""

    journey = CharFilter()
    stage = Words()
    segment = CharFilter()
    channel = CharFilter()
    locale_fallback = OneOf("chain", "none")
    crosswalk = OneOf("on", "off")
    exclude = Words()


class NextFilter(ContextFilter):
    limit = Limit(min_value=1, max_value=20)


class ContentFilter(ContextFilter):
    """All that a list takes, pages apart."""

    stage__all = Words()
    stage__none = Words()
    phase = Words(label=", ".join(Phase.values))
    segment__exact = CharFilter()
    channel__exact = CharFilter()
    kind = Words()
    kind__none = Words()
    term = Words()
    term__all = Words()
    term__none = Words()
    id__in = Words()
    ordering = OneOf(*ORDERINGS)
    include = OneOf("next_steps")
