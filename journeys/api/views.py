"""The routes of the map. What titles are spoken in is passed in: the map knows nothing of locales."""

from collections.abc import Callable

from django.http import Http404
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.filters import LocaleFilter
from journeys.api.serializers import told_channel, told_journey, told_segment, told_touchpoint
from journeys.atlas import Atlas
from journeys.rows import Rows

TitlesIn = Callable[[str | None], tuple[Atlas, list[str]]]


class MapList(GenericAPIView):
    filterset_class = LocaleFilter
    titles_in: TitlesIn | None = None

    def get(self, request: Request) -> Response:
        atlas, codes = self.titles_in(self.filter_queryset(None)["locale"])
        page = self.paginate_queryset(Rows(self.rows(atlas)))
        return self.paginator.get_paginated_response([self.told(row, atlas, codes) for row in page])


class Journeys(MapList):
    rows = staticmethod(lambda atlas: atlas.journeys)
    told = staticmethod(told_journey)


class Segments(MapList):
    rows = staticmethod(lambda atlas: atlas.segments)
    told = staticmethod(told_segment)


class Channels(MapList):
    rows = staticmethod(lambda atlas: atlas.channels)
    told = staticmethod(told_channel)


class Touchpoints(MapList):
    rows = staticmethod(lambda atlas: atlas.touchpoints)
    told = staticmethod(told_touchpoint)


class JourneyDetail(GenericAPIView):
    filterset_class = LocaleFilter
    pagination_class = None
    titles_in: TitlesIn | None = None

    def get(self, request: Request, journey: str) -> Response:
        atlas, codes = self.titles_in(self.filter_queryset(None)["locale"])
        if journey not in atlas.journeys:
            raise Http404
        return Response(told_journey(atlas.journeys[journey], atlas, codes))
