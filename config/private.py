"""Keeps private answers out of caches, and tokens and long texts out of logs."""

import logging
import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin


class PrivateAnswers(MiddlewareMixin):
    """Every answer to a request with an ``Authorization`` header is ``private, no-store``, whatever it says itself.

    A middleware near the front, because views and the exception handler see neither unknown addresses nor a refused
    host nor the redirect to HTTPS, and a cache must not store those either.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "HTTP_AUTHORIZATION" in request.META:
            response.headers["Cache-Control"] = "private, no-store"
        return response


class WithoutTokens(logging.Filter):
    """Removes the tokens of share links from the log: its readers are not those with whom a draft is shared."""

    token = re.compile(r"(/preview/)[^/\s'\"]+")

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "/preview/" in message:
            record.msg, record.args = self.token.sub(r"\1…", message), ()
        return True


class Short(logging.Filter):
    """Cuts long messages, which may hold what a client sent, and leaves out the tracebacks of refused requests."""

    longest = 1000  # characters

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if len(message) > self.longest:
            record.msg, record.args = f"{message[: self.longest]}… ({len(message):,} characters)", ()
        if record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True
