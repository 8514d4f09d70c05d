"""The routes of content and its vocabularies: read the question, call one verb, compose the answer."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from content.api.filters import ContentFilter, ContextFilter, NextFilter
from content.api.parameters import read_locale, read_query
from content.api.serializers import told_kind, told_locale, told_service, told_vocabulary
from content.catalogue import current_catalogue
from content.compose import STEPS_IN_LIST, compose, told_context, told_step, ways_on
from content.look_up import look_up, look_up_slug
from content.select import select
from journeys.api.filters import LocaleFilter, Parameters
from journeys.rows import Rows


class ContentList(GenericAPIView):
    filterset_class = ContentFilter

    def get(self, request: Request) -> Response:
        asked, at = self.filter_queryset(None), timezone.now()
        catalogue = current_catalogue()
        query = read_query(asked, catalogue)
        page = self.paginate_queryset(select(query, at=at, catalogue=catalogue))
        items = compose(page, query, catalogue, at=at, steps=STEPS_IN_LIST if asked["include"] else 0)
        return self.paginator.get_paginated_response(items, context=told_context(query))


class ContentDetail(GenericAPIView):
    filterset_class = ContextFilter
    pagination_class = None

    def get(self, request: Request, **path: str) -> Response:
        asked, at = self.filter_queryset(None), timezone.now()
        catalogue = current_catalogue()
        query = read_query(asked, catalogue)
        shown = self.look_up(query, catalogue, at=at, **path)
        if shown is None:
            raise Http404
        [item] = compose([shown], query, catalogue, at=at, steps=None)
        return Response(self.finish(item, **path))

    look_up = staticmethod(look_up)

    def finish(self, item: dict[str, Any], **path: str) -> dict[str, Any]:
        return item


class ContentBySlug(ContentDetail):
    look_up = staticmethod(look_up_slug)

    def finish(self, item: dict[str, Any], **path: str) -> dict[str, Any]:
        here = (item["kind"], item["slug"]) == (path["kind"], path["slug"])
        return item if here else {**item, "moved_to": item["url"]}


class ContentNext(GenericAPIView):
    filterset_class = NextFilter
    pagination_class = None

    def get(self, request: Request, **path: str) -> Response:
        asked, at = self.filter_queryset(None), timezone.now()
        catalogue = current_catalogue()
        query = read_query(asked, catalogue)
        shown = look_up(query, catalogue, at=at, **path)
        if shown is None:
            raise Http404
        [ways] = ways_on([shown], query, catalogue, at=at)
        steps = [told_step(step, query, catalogue) for step in ways.first(asked["limit"])]
        return Response({"results": steps, "dead_end": ways.dead_end, "context": told_context(query)})


class Vocabulary(GenericAPIView):
    """A list of what editors name, with its titles in ``locale``."""

    filterset_class = LocaleFilter

    def get(self, request: Request) -> Response:
        catalogue = current_catalogue()
        codes = catalogue.codes(read_locale(self.filter_queryset(None), catalogue)) if catalogue.locales else []
        page = self.paginate_queryset(Rows(self.rows(catalogue)))
        return self.paginator.get_paginated_response([self.told(row, catalogue, codes) for row in page])


class Kinds(Vocabulary):
    rows = staticmethod(lambda catalogue: catalogue.kinds)
    told = staticmethod(told_kind)


class Locales(Vocabulary):
    rows = staticmethod(lambda catalogue: catalogue.locales)
    told = staticmethod(told_locale)


class Vocabularies(Vocabulary):
    rows = staticmethod(lambda catalogue: catalogue.vocabularies)
    told = staticmethod(told_vocabulary)


class KindDetail(GenericAPIView):
    filterset_class = LocaleFilter
    pagination_class = None

    def get(self, request: Request, kind: str) -> Response:
        catalogue = current_catalogue()
        asked = self.filter_queryset(None)
        if kind not in catalogue.kinds:
            raise Http404
        return Response(told_kind(catalogue.kinds[kind], catalogue, catalogue.codes(read_locale(asked, catalogue))))


class Service(GenericAPIView):
    filterset_class = Parameters
    pagination_class = None

    def get(self, request: Request) -> Response:
        self.filter_queryset(None)
        return Response(told_service(current_catalogue(), request.path))
