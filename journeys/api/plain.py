"""Reads without a token go straight to their view, past DRF's request, authentication and rendering.

DRF wraps the request, authenticates, asks for permission, negotiates, and renders through a template response: a
sixth of the cost of one item. A read without a token needs none of that, and there is one representation. What stays
of DRF is the view's own filters and pages, and its handler of errors. A request with a token, or of another method,
takes DRF's way.
"""

from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from journeys.parameters import CheckedParameters, Parameters
from journeys.rows import Paged, Result


class Pages(Protocol):
    """What a list is paged by: the class of the settings, which knows the request."""

    parameters: tuple[str, ...]

    @property
    def is_first(self) -> bool:
        """Whether the page that was asked for is the first."""

    def get_paginated_response(
        self, data: object, *, headers: dict[str, str] | None = None, **more: object
    ) -> HttpResponse:
        """The answer with ``data`` as its results, and ``more`` beside them."""


class Reads(GenericAPIView[Any]):
    """A view that reads. No permission class is asked: what takes a scope says so itself (``require``)."""

    answers: str  # the name of the shape in the API's document
    filterset_class: type[Parameters]
    # DRF's own, as they are with the pages of the settings.
    paginator: Pages  # type: ignore[assignment]
    paginate_queryset: Callable[[Paged[Result]], list[Result]]  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in request.META:
            return super().dispatch(request, *args, **kwargs)
        plain: Any = request
        plain.query_params, plain.auth = request.GET, None  # what views read of DRF's request
        self.request = plain
        try:
            response: HttpResponseBase = self.get(plain, *args, **kwargs)
        except Exception as error:  # as DRF's own dispatch: one handler makes problem details of everything
            response = self.handle_exception(error)
        return response

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise NotImplementedError

    def parameters(self) -> CheckedParameters:
        """The parameters of the request, checked by name and type.

        Refuses what is unknown, repeated, empty or malformed. DRF calls its hook for this after querysets; the filter
        backend of the settings narrows none and answers with the parameters.
        """
        checked: CheckedParameters = self.filter_queryset(None)  # type: ignore[arg-type, assignment]
        return checked

    def raise_uncaught_exception(self, exc: Exception) -> NoReturn:
        """Leaves the error to Django's own handler, not to DRF's page."""
        raise exc
