"""The room without DRF's machinery: what somebody without a token reads goes straight to its view.

DRF wraps the request, authenticates, asks for permission, negotiates, and renders by way of a template's response:
a sixth of what one item costs. Nobody is to be known here, and there is one representation. So all that stays of
DRF is what is promised by it: the view's own filters and pages, and its one handler of errors. A request with a
token, or one that means to write, goes DRF's way.
"""

from typing import Any, NoReturn

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from journeys.parameters import CheckedParameters


class Reads(GenericAPIView[Any]):
    """A view that reads. No permission class is asked: what takes a scope says so itself (``require``)."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in request.META:
            return super().dispatch(request, *args, **kwargs)
        plain: Any = request
        plain.query_params, plain.auth = request.GET, None
        self.request = plain
        try:
            response: HttpResponseBase = self.get(plain, *args, **kwargs)
        except Exception as error:
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
        """Django's page, or its JSON, tells of it."""
        raise exc
