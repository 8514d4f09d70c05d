"""The parameters of the map's routes."""

from django_filters import CharFilter, FilterSet

from journeys.models import Journey


class Parameters(FilterSet):
    """Names and types of parameters, and no more: the verbs ask, so no queryset is ever narrowed here."""

    class Meta:
        model = Journey  # a filter set needs one; it is never read
        fields: list[str] = []


class LocaleFilter(Parameters):
    """The language of the titles."""

    locale = CharFilter(max_length=35)
