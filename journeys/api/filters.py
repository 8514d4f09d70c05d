"""The parameters of the map's routes."""

from django_filters import CharFilter, FilterSet


class LocaleFilter(FilterSet):
    """The language of the titles."""

    locale = CharFilter(max_length=35)
