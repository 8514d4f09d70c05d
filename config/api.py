"""What all endpoints of the API share: strict parameters, pages by cursor, JSON, and problem details (RFC 9457)."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NotRequired, TypedDict, cast
from urllib.parse import urlencode

import orjson
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.forms import Field, Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django_filters import FilterSet
from rest_framework import exceptions
from rest_framework.filters import BaseFilterBackend
from rest_framework.metadata import BaseMetadata
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import BasePagination
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from config.request_id import request_id
from journeys.api.answer import answer
from journeys.parameters import CheckedParameters
from journeys.rows import Paged, Result

PROBLEM = "application/problem+json"
# Parameters that change neither which results there are nor their order: a cursor is valid whatever they are.
PRESENTATION = ("page_size", "count", "include", "fields", "omit", "facets", "explain", "snapshot")
# By status: the name in the problem's type, and its title. They are part of the contract, and so never translated.
TITLES = {
    400: ("invalid-parameter", "Invalid parameter"),
    401: ("not-authenticated", "Not authenticated"),
    403: ("not-allowed", "Not allowed"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "Method not allowed"),
    408: ("request-timeout", "Request timeout"),
    410: ("snapshot-expired", "Snapshot expired"),
    413: ("body-too-large", "Body too large"),
    415: ("unsupported-media-type", "Unsupported media type"),
    500: ("server-error", "Server error"),
    503: ("unavailable", "Unavailable"),
    507: ("storage-full", "Insufficient storage"),
}


class ErrorJSON(TypedDict):
    """One thing that is wrong: with which parameter, if with one, and what is allowed instead, where that is known."""

    parameter: str | None
    code: str
    detail: str
    allowed: NotRequired[list[str]]


class JSON(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: object, accepted_media_type: str | None = None, renderer_context: object = None) -> bytes:
        return b"" if data is None else orjson.dumps(data)


class OnlyJSON(BaseContentNegotiation):
    """Answers with the one representation of a resource, whatever ``Accept`` says."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class NoMetadata(BaseMetadata):
    """``OPTIONS`` lists the methods, in ``Allow``, and no more."""

    def determine_metadata(self, request: Request, view: object) -> dict[str, object]:
        return {}


def invalid(parameter: str, code: str, detail: str, allowed: Iterable[str] | None = None) -> ValidationError:
    """The refusal of a parameter, with the values that are allowed where they are known."""
    return ValidationError({parameter: [problem_text(detail, code, allowed)]})


def problem_text(detail: str, code: str, allowed: Iterable[str] | None = None) -> ValidationError:
    """A refusal with this text.

    The text is a parameter of the message: a % in it, which a client may have sent, is then no format.
    """
    more = {} if allowed is None else {"allowed": list(allowed)}
    return ValidationError("%(detail)s", code=code, params={"detail": detail, **more})


class StrictFilters(BaseFilterBackend):
    """Checks the names and types of the parameters with the view's filter set, and returns its ``cleaned_data``.

    An unknown, repeated, empty or malformed parameter is refused, never ignored: the answer would be wider than asked.
    """

    def filter_queryset(  # type: ignore[override]
        self, request: Request, queryset: object, view: Any
    ) -> CheckedParameters:
        filters: Any = view.filterset_class
        known, parameters = filters.base_filters, request.query_params
        paging = view.paginator.parameters if view.paginator else ()
        if parameters:
            refuse_sloppy(parameters, {*known, *paging})
        # Sorted and as a tuple, so that it can be the key of a cache: front-ends ask the same few hundred questions,
        # and checking thirty parameters costs more than answering.
        return clean(filters, tuple(sorted((name, parameters[name]) for name in parameters if name in known)))


@lru_cache(maxsize=1024)
def clean(filters: Any, given: tuple[tuple[str, str], ...]) -> CheckedParameters:
    """The checked values of all parameters of the filter set, some of which are ``given``."""
    form = form_of(filters, tuple(name for name, _value in given))(dict(given))
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return CheckedParameters({**default_values(filters), **form.cleaned_data})


@lru_cache(maxsize=256)
def form_of(filters: type[FilterSet], names: tuple[str, ...]) -> type[Form]:
    """The filter set's own form for the parameters that a request has.

    A form of all thirty would cost a request more than all the rest of it: every field is copied and cleaned.
    """
    narrow: Any = type(filters.__name__, (filters,), {})
    narrow.base_filters = {name: filters.base_filters[name] for name in names}
    form: Any = narrow({}).get_form_class()
    form.base_fields = SharedFields(form.base_fields)
    return cast("type[Form]", form)


class SharedFields(dict[str, Field]):
    """Fields that all instances of a form share. Django copies them, in case an instance changes one; ours never do."""

    def __deepcopy__(self, memo: object) -> "SharedFields":
        return self


@lru_cache(maxsize=64)
def default_values(filters: type[FilterSet]) -> dict[str, Any]:
    """The value of each parameter where it is left out."""
    everything: Any = filters
    form = form_of(everything, tuple(everything.base_filters))({})
    form.full_clean()
    return form.cleaned_data


def refuse_sloppy(parameters: QueryDict, allowed: set[str]) -> None:
    """Refuses parameters that are unknown (``unknown_parameter``), given twice (``repeated``) or empty (``empty``)."""
    errors: dict[str, list[ValidationError]] = {}
    for name, values in parameters.lists():
        if name not in allowed:
            detail = _("Unknown parameter '%(name)s'.") % {"name": name}
            errors[name] = [problem_text(detail, "unknown_parameter", sorted(allowed))]
        elif len(values) > 1:
            detail = _("Parameter '%(name)s' is given more than once.") % {"name": name}
            errors[name] = [problem_text(detail, "repeated")]
        elif not values[0].strip():
            detail = _("Parameter '%(name)s' is empty; leave it out instead.") % {"name": name}
            errors[name] = [problem_text(detail, "empty")]
    if errors:
        raise ValidationError(errors)


class ResultPages(BasePagination):
    """Pages by an opaque cursor, which is valid for the parameters it was issued for.

    What is paged is in a total order: a ``Selected`` of content, what is pinned, or ``Rows``.
    """

    parameters = ("page_size", "cursor", "count")
    default_size, largest_size, count_limit = 20, 100, 10_000

    def paginate_queryset(  # type: ignore[override]
        self, queryset: Paged[Result], request: Request, view: object = None
    ) -> list[Result]:
        self.request = request
        page = queryset.page(self._size(), self._position())
        self.after = page.after
        self.total = queryset.count(self.count_limit) if self._wants_count() else None
        return list(page.results)

    def get_paginated_response(  # type: ignore[override]
        self, data: object, *, headers: dict[str, str] | None = None, **more: object
    ) -> HttpResponse:
        body: dict[str, object] = {"results": data, "next": self._next()}
        if self.total is not None:
            body["count"] = self.total
            body["count_is"] = "exact" if self.total < self.count_limit else "at_least"
        return answer({**body, **more}, headers)

    @property
    def is_first(self) -> bool:
        return "cursor" not in self.request.query_params

    def _size(self) -> int:
        text = self.request.query_params.get("page_size", str(self.default_size))
        if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= self.largest_size):
            detail = _("Write a number from 1 to %(largest)d.") % {"largest": self.largest_size}
            raise invalid("page_size", "out_of_range", detail)
        return int(text)

    def _wants_count(self) -> bool:
        word = self.request.query_params.get("count", "false")
        if word not in ("true", "false"):
            raise invalid("count", "not_a_flag", _("Write true or false."), ["true", "false"])
        return word == "true"

    def _parameters(self) -> list[tuple[str, str]]:
        return sorted((k, str(v)) for k, v in self.request.query_params.items() if k != "cursor")

    def _digest(self) -> str:
        """A digest of the path and of the parameters that decide which results there are, and their order.

        It is part of the cursor, which so cannot be used for another list.
        """
        deciding = [(k, v) for k, v in self._parameters() if k not in PRESENTATION]
        # ``fields`` and ``page_size`` may change from page to page; another ``stage`` is another list, in which the
        # position of the last one means nothing.
        return hashlib.sha256(f"{self.request.path}?{urlencode(deciding)}".encode()).hexdigest()[:16]

    def _position(self) -> list[int | str] | None:
        text = self.request.query_params.get("cursor")
        if text is None:
            return None
        try:
            # Example: ``["3f0c…", 1, 3611006537534324735, 77]`` is the list's digest, then band 1, the rank and the
            # asset behind which to go on. Not signed: whoever makes one up begins elsewhere in a list that they may
            # read. ``refuse_position`` sees to it that the database can take it. Base64 is sent without its “=”, which
            # is put back by the length.
            digest, *position = orjson.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
        except (ValueError, TypeError, binascii.Error):
            digest, position = None, []
        if digest != self._digest() or not position:
            detail = _("This cursor is not for this list; begin again without it.")
            raise invalid("cursor", "invalid_cursor", detail)
        return list(position)

    def _next(self) -> str | None:
        if self.after is None:
            return None
        cursor = base64.urlsafe_b64encode(orjson.dumps([self._digest(), *self.after])).decode().rstrip("=")
        return f"{self.request.path}?{urlencode([*self._parameters(), ('cursor', cursor)])}"


def problem(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """The answer to an exception; ``None`` for a fault of ours, which Django then handles."""
    path = context["request"].path
    if isinstance(error, ValidationError):
        return _answer(getattr(error, "status", 400), _errors(error), path)
    if isinstance(error, Http404):
        return _answer(404, [], path)
    if isinstance(error, PermissionDenied):
        return _answer(403, [], path)
    if isinstance(error, exceptions.APIException):
        response = _answer(error.status_code, [], path, detail=str(error.detail))
        if isinstance(error, exceptions.MethodNotAllowed):
            response["Allow"] = ", ".join(context["view"].allowed_methods)
        if wait := getattr(error, "wait", None):
            response["Retry-After"] = str(wait)
        if challenge := getattr(error, "auth_header", None):
            response["WWW-Authenticate"] = challenge
        return response
    return None


def _answer(status: int, errors: list[ErrorJSON], path: str, detail: str = "") -> HttpResponse:
    return HttpResponse(
        orjson.dumps(problem_details(status, errors, path, detail)), status=status, content_type=PROBLEM
    )


def problem_details(status: int, errors: list[ErrorJSON], path: str, detail: str = "") -> dict[str, object]:
    """A problem as data. A 404 has no ``request_id``, so that what is hidden looks exactly like what is not there."""
    name, title = TITLES.get(status, ("refused", "Refused"))
    if status == 404:
        detail = _("There is nothing here, or nothing you may see.")
    body: dict[str, object] = {
        "type": f"urn:waymark:problem:{name}",
        "title": title,
        "status": status,
        "detail": errors[0]["detail"] if errors else detail or f"{title}.",
        "instance": path,
    }
    if errors:
        body["errors"] = errors
    if status != 404:
        body["request_id"] = request_id()
    return body


def _errors(error: ValidationError) -> list[ErrorJSON]:
    by_name = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    return [_error_json(name, refusal) for name, refusals in by_name.items() for refusal in refusals]


def _error_json(name: str, refusal: ValidationError) -> ErrorJSON:
    error: ErrorJSON = {
        "parameter": None if name == NON_FIELD_ERRORS else name,
        "code": refusal.code or "invalid",
        "detail": " ".join(refusal.messages),
    }
    if refusal.params and "allowed" in refusal.params:
        error["allowed"] = refusal.params["allowed"]
    return error


def refusal(status: int, path: str, detail: str) -> HttpResponse:
    """A problem as the answer of a middleware, before any view; no cache may store it."""
    response = _answer(status, [], path, detail)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(400, [], request.path, _("The request cannot be read: check its host, its length and its form."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(404, [], request.path)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(500, [], request.path)
