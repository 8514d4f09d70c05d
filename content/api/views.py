"""The routes of content and its vocabularies: read the question, call one verb, compose the answer."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from content import clock
from content.api.answers import facet_names, field_selector, list_extras, next_steps_extras, state_extras, wants_steps
from content.api.authentication import read_reading, require
from content.api.serializers import kind_json, locale_json, service_json, vocabulary_json
from content.audit.process import RETRY_AFTER, AuditBusy, Question, audit_answer
from content.audit.report import WRITERS as REPORT_WRITERS
from content.audit.report import Report
from content.catalogue import Catalogue
from content.coverage.export import WRITERS
from content.coverage.matrix import matrix
from content.delivery.compose import STEPS_IN_LIST, context_json, step_json
from content.delivery.current_state import current_state
from content.delivery.lookup import FoundText
from content.delivery.reading import Reading
from content.delivery.touchpoint import Pinned
from content.questions.coverage import read_axes, read_count_fallback
from content.questions.findings import read_choice, read_contexts, read_journey
from content.questions.meaning import read_locale, read_query
from content.questions.parameters import (
    ContentFilter,
    CoverageFilter,
    DetailFilter,
    FindingsFilter,
    NextFilter,
    TouchpointFilter,
)
from content.questions.reading import read_touchpoint
from journeys.api.answer import answer
from journeys.api.plain import Reads
from journeys.api.serializers import touchpoint_json
from journeys.parameters import CheckedParameters, LocaleFilter, Parameters
from journeys.rows import Rows


class ContentList(Reads):
    """Live content that fits, best first, in pages."""

    answers = "ContentList"
    filterset_class = ContentFilter

    def get(self, request: Request) -> HttpResponse:
        parameters = self.parameters()
        reading = read_reading(request, parameters)
        query, keep = read_query(parameters, reading), field_selector(parameters)
        names = facet_names(parameters, reading)
        page = self.paginate_queryset(reading.select(query))
        items = reading.compose(page, query, steps=STEPS_IN_LIST if parameters["include"] else 0)
        more = list_extras(parameters, page, names, query, reading, first=self.paginator.is_first)
        return self.paginator.get_paginated_response(
            [keep(item) for item in items], **more, headers=reading.surrogates(query)
        )


class ContentDetail(Reads):
    """One asset in a language, by id, with its next steps."""

    answers = "ContentDetail"
    filterset_class = DetailFilter
    pagination_class = None

    def get(self, request: Request, **path: str) -> HttpResponse:
        parameters = self.parameters()
        reading = read_reading(request, parameters)
        keep = field_selector(parameters, steps=True)
        found = self.look_up(reading, parameters, **path)
        if found is None:
            raise Http404
        shown, query = found.shown, found.query
        [item] = reading.compose([shown], query, steps=None if wants_steps(parameters) else 0)
        extras = state_extras(parameters, [shown], query, reading, ids=[shown.asset_id])
        return answer({**keep({**item, "moved_to": found.moved_to}), **extras}, headers=reading.surrogates(query))

    def look_up(self, reading: Reading, parameters: CheckedParameters, **path: str) -> FoundText | None:
        query = read_query(parameters, reading)
        shown = reading.look_up(query, **path)
        return shown and FoundText(shown, query)


class ContentBySlug(ContentDetail):
    """One asset by its address in any language, in that language unless another is asked for.

    A former address answers too: then `moved_to` says where the text in the language of that address is now.
    """

    answers = "ContentDetail"

    def look_up(self, reading: Reading, parameters: CheckedParameters, **path: str) -> FoundText | None:
        return reading.look_up_slug(
            read_query(parameters, reading), own_language="locale" not in parameters.given, **path
        )


class ContentNext(Reads):
    """Where to from here: the next steps of one asset in a context."""

    answers = "NextSteps"
    filterset_class = NextFilter
    pagination_class = None

    def get(self, request: Request, **path: str) -> HttpResponse:
        parameters = self.parameters()
        reading = read_reading(request, parameters)
        query = read_query(parameters, reading)
        shown = reading.look_up(query, **path)
        if shown is None:
            raise Http404
        [ways] = reading.ways_on([shown], query)
        steps = [step_json(step, query, reading.catalogue) for step in ways.first(parameters["limit"])]
        body = {"results": steps, "dead_end": ways.dead_end, "context": context_json(query)}
        body |= next_steps_extras(parameters, shown, ways, query, reading)
        return answer(body, headers=reading.surrogates(query))


class TouchpointDetail(Reads):
    """What stands at a touchpoint now, pins first, and the ways on."""

    answers = "TouchpointContent"
    filterset_class = TouchpointFilter

    def get(self, request: Request, touchpoint: str) -> HttpResponse:
        parameters = self.parameters()
        reading = read_reading(request, parameters)
        catalogue, keep = reading.catalogue, field_selector(parameters)
        if (place := catalogue.atlas.touchpoints.get(touchpoint)) is None:
            raise Http404
        query = read_touchpoint(place, parameters, reading)
        page = self.paginate_queryset(Pinned(place, query, reading))
        items = reading.compose(page, query, steps=STEPS_IN_LIST if parameters["include"] else 0)
        exits = [step_json(step, query, catalogue) for step in reading.exits(query).steps]
        return self.paginator.get_paginated_response(
            [keep(item) for item in items],
            headers=reading.surrogates(query),
            touchpoint=touchpoint_json(place, catalogue.atlas, catalogue.codes(query.locale)),
            exits=exits,
            **state_extras(parameters, page, query, reading, context=True),
        )


class Coverage(Reads):
    """Where the journey has nothing to say: what is shown in every cell, and how much should be there.

    Needs a token with the scope ``audit``. ``format`` says whether it is JSON, a table or a workbook.
    """

    answers = "Coverage"
    scope = "audit"
    other_types = tuple(kind for name, (kind, _) in WRITERS.items() if name != "json")
    filterset_class = CoverageFilter
    pagination_class = None

    def get(self, request: Request) -> HttpResponse:
        require(request, self.scope)
        parameters, now = self.parameters(), clock.now()
        reading = Reading(current_state(now=now).catalogue, parameters["as_of"] or now)
        laid, query = read_axes(parameters, reading.catalogue), read_query(parameters, reading)
        cells = matrix(
            query, at=reading.at, catalogue=reading.catalogue, count_fallback=read_count_fallback(parameters), **laid
        )
        kind, write = WRITERS[parameters["format"] or "json"]
        return HttpResponse(write(cells), content_type=kind)


class Findings(Reads):
    """What on a journey leaves its readers with nothing, with nowhere to go, or badly served.

    Needs a token with the scope `audit`. It is looked at as each `segment` sees it in each `locale` on each
    `channel`; left out, as everyone and every segment do in every language, with no channel condition. One answer
    holds all that was found, by severity and then in the order of the journey.

    One audit is computed at a time. While another is, or while this one takes more than a few seconds, the answer
    is 503 with `Retry-After`: it is computed meanwhile, and there when you ask again.
    """

    answers = "Findings"
    scope = "audit"
    refuses = (503,)
    other_types = tuple(kind for name, (kind, _) in REPORT_WRITERS.items() if name != "json")
    filterset_class = FindingsFilter
    pagination_class = None

    def get(self, request: Request) -> HttpResponse:
        require(request, self.scope)
        parameters, now = self.parameters(), clock.now()
        catalogue = current_state(now=now).catalogue
        journey = read_journey(parameters, catalogue)
        readers, is_chosen = read_contexts(parameters, catalogue), read_choice(parameters, journey, catalogue)
        try:
            found = audit_answer(Question(parameters, parameters["as_of"], journey, readers))
        except AuditBusy as busy:
            raise Busy(str(busy)) from busy
        chosen = [finding for finding in found.findings if is_chosen(finding)]
        kind, write = REPORT_WRITERS[parameters["format"] or "json"]
        return HttpResponse(write(Report(journey, found.at, chosen)), content_type=kind)


class Vocabulary(Reads):
    """A list of what editors name, with its titles in ``locale``."""

    filterset_class = LocaleFilter
    rows: Callable[[Catalogue], Mapping[str, Any]]
    row_json: Callable[[Any, Catalogue, list[str]], dict[str, object]]

    def get(self, request: Request) -> HttpResponse:
        catalogue = current_state(now=clock.now()).catalogue
        codes = catalogue.codes(read_locale(self.parameters(), catalogue)) if catalogue.locales else []
        page = self.paginate_queryset(Rows(self.rows(catalogue)))
        return self.paginator.get_paginated_response([self.row_json(row, catalogue, codes) for row in page])


class Kinds(Vocabulary):
    """The kinds of content, each with the JSON Schema of its fields."""

    answers = "KindList"
    rows = staticmethod(lambda catalogue: catalogue.kinds)
    row_json = staticmethod(kind_json)


class Locales(Vocabulary):
    """The languages, and what each falls back to."""

    answers = "LocaleList"
    rows = staticmethod(lambda catalogue: catalogue.locales)
    row_json = staticmethod(locale_json)


class Vocabularies(Vocabulary):
    """The editors' own facets with their terms."""

    answers = "VocabularyList"
    rows = staticmethod(lambda catalogue: catalogue.vocabularies)
    row_json = staticmethod(vocabulary_json)


class KindDetail(Reads):
    """One kind of content, with the JSON Schema of its fields."""

    answers = "Kind"
    filterset_class = LocaleFilter
    pagination_class = None

    def get(self, request: Request, kind: str) -> HttpResponse:
        catalogue = current_state(now=clock.now()).catalogue
        parameters = self.parameters()
        if kind not in catalogue.kinds:
            raise Http404
        return answer(kind_json(catalogue.kinds[kind], catalogue, catalogue.codes(read_locale(parameters, catalogue))))


class Service(Reads):
    """What is here."""

    answers = "Service"
    filterset_class = Parameters
    pagination_class = None

    def get(self, request: Request) -> HttpResponse:
        self.parameters()
        return answer(service_json(current_state(now=clock.now()).catalogue, request.path))


class Busy(APIException):
    """Somebody else's audit is computed, or this one takes longer: 503, with the seconds after which to ask again."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    wait = RETRY_AFTER
