"""The parameters of the map's routes."""

from functools import cached_property
from typing import Any

from django_filters import CharFilter, FilterSet

from journeys.models import Journey


class CheckedParameters(dict[str, Any]):
    """The checked parameters of a request, shared by all requests that ask the same: never change it."""

    @cached_property
    def given(self) -> dict[str, Any]:
        """The parameters that have an effect: neither empty nor ``false``."""
        return {name: value for name, value in self.items() if value not in (None, "", (), "false")}

    # By identity: it is the key of caches, and equal parameters are one object already.
    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__
    __ne__ = object.__ne__


class Parameters(FilterSet):
    """Names and types of parameters only: the verbs query, so no queryset is filtered here."""

    class Meta:
        model = Journey  # a filter set needs one; it is never read
        fields: list[str] = []


class LocaleFilter(Parameters):
    """The language of the titles."""

    locale = CharFilter(max_length=35)
