"""The routes of the map. The languages of titles are passed in: the map knows nothing of locales."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from journeys.api.answer import answer
from journeys.api.plain import Reads
from journeys.api.serializers import channel_json, journey_json, segment_json, touchpoint_json, words_locale
from journeys.atlas import Atlas
from journeys.diagram.mermaid import as_mermaid
from journeys.diagram.network import as_data, network
from journeys.diagram.svg import as_svg
from journeys.models import Journey
from journeys.parameters import LocaleFilter
from journeys.rows import Rows

# The map, the locale codes in which titles are looked up, and the language of words that have none of their own.
TitlesIn = Callable[[str | None], tuple[Atlas, list[str], str | None]]
NO_TITLES = cast("TitlesIn", None)  # each route passes its own
MERMAID = "application/vnd.mermaid; charset=utf-8"  # as registered; text/vnd.mermaid is used too, but is not
SVG = "image/svg+xml; charset=utf-8"
# An SVG opened by itself is a page of this site: it may run nothing and load nothing.
INERT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


class MapList(Reads):
    filterset_class = LocaleFilter
    titles_in: TitlesIn = NO_TITLES
    rows: Callable[[Atlas], Mapping[str, Any]]
    row_json: Callable[[Any, Atlas, list[str]], dict[str, object]]

    def get(self, request: Request) -> HttpResponse:
        atlas, codes, plain = self.titles_in(self.parameters()["locale"])
        page = self.paginate_queryset(Rows(self.rows(atlas)))
        return self.paginator.get_paginated_response([self.as_json(row, atlas, codes, plain) for row in page])

    def as_json(self, row: Any, atlas: Atlas, codes: list[str], plain: str | None) -> dict[str, object]:
        return self.row_json(row, atlas, codes)


class Journeys(MapList):
    """The models of the customer's path, each with its stages and transitions."""

    answers = "JourneyList"
    rows = staticmethod(lambda atlas: atlas.journeys)
    as_json = staticmethod(journey_json)  # type: ignore[assignment]


class Segments(MapList):
    """The audiences, a tree."""

    answers = "SegmentList"
    rows = staticmethod(lambda atlas: atlas.segments)
    row_json = staticmethod(segment_json)


class Channels(MapList):
    """Where content meets people."""

    answers = "ChannelList"
    rows = staticmethod(lambda atlas: atlas.channels)
    row_json = staticmethod(channel_json)


class Touchpoints(MapList):
    """The named places on front-ends and channels."""

    answers = "TouchpointList"
    rows = staticmethod(lambda atlas: atlas.touchpoints)
    row_json = staticmethod(touchpoint_json)


class JourneyDetail(Reads):
    """One journey: its stages in order, and the transitions between them."""

    answers = "Journey"
    filterset_class = LocaleFilter
    pagination_class = None
    titles_in: TitlesIn = NO_TITLES

    def get(self, request: Request, journey: str) -> HttpResponseBase:
        atlas, codes, plain = self.titles_in(self.parameters()["locale"])
        if journey not in atlas.journeys:
            raise Http404
        return self.answer(atlas.journeys[journey], atlas, codes, plain)

    def answer(self, journey: Journey, atlas: Atlas, codes: list[str], plain: str | None) -> HttpResponseBase:
        return answer(journey_json(journey, atlas, codes, plain))


class DiagramJSON(JourneyDetail):
    """The map of a journey as data."""

    answers = "Diagram"

    def answer(self, journey: Journey, atlas: Atlas, codes: list[str], plain: str | None) -> HttpResponseBase:
        data = as_data(network(journey, atlas, codes))
        for stage, row in zip(atlas.stages_of[journey.pk], data["stages"], strict=True):
            row["locale"] = words_locale(stage, codes, plain)
        return answer(data)


class DiagramMermaid(JourneyDetail):
    """The map of a journey as Mermaid text."""

    media_type = MERMAID.partition(";")[0]

    def answer(self, journey: Journey, atlas: Atlas, codes: list[str], plain: str | None) -> HttpResponseBase:
        return HttpResponse(as_mermaid(network(journey, atlas, codes)), content_type=MERMAID)


class DiagramSVG(JourneyDetail):
    """The map of a journey as an accessible picture."""

    media_type = SVG.partition(";")[0]

    def answer(self, journey: Journey, atlas: Atlas, codes: list[str], plain: str | None) -> HttpResponseBase:
        return HttpResponse(as_svg(network(journey, atlas, codes)), content_type=SVG, headers=INERT)
