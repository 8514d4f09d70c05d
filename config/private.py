"""What is answered to somebody in particular is kept by nobody."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin


class PrivateAnswers(MiddlewareMixin):
    """Every answer to a request with an ``Authorization`` header is ``private, no-store``, whatever it says itself.

    A middleware, and the first: a view or the exception handler sees neither the addresses that do not exist nor
    a host that is refused nor the way to HTTPS, and a cache must not learn from those either who asked.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "HTTP_AUTHORIZATION" in request.META:
            response.headers["Cache-Control"] = "private, no-store"
        return response
