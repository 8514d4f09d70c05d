"""What is answered to somebody in particular is kept by nobody."""

import logging
import re

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


class WithoutTokens(logging.Filter):
    """Takes the tokens of share links out of what is logged: whoever reads a log is not whom a draft is shared with."""

    token = re.compile(r"(/preview/)[^/\s'\"]+")

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        if "/preview/" in told:
            record.msg, record.args = self.token.sub(r"\1…", told), ()
        return True


class Short(logging.Filter):
    """What somebody sent is told in a line that is cut, and a request that is refused without a traceback."""

    longest = 1000  # characters

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        if len(told) > self.longest:
            record.msg, record.args = f"{told[: self.longest]}… ({len(told):,} characters)", ()
        if record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True
