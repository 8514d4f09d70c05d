"""The id of each request: in its response, in a problem's body, and on every line that is logged for it."""

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER, KEY = "X-Request-ID", "HTTP_X_REQUEST_ID"
# No blanks and no line ends: what a client sends stands in the log, and must not look like a line of its own.
FORM = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="-")


def request_id() -> str:
    """The id of the current request; ``-`` outside of one."""
    return _current.get()


def id_for(given: str | None) -> str:
    """The id that a proxy or a client has ``given``, if it has the form of one; else a new one."""
    return given if given and FORM.fullmatch(given) else new_id()


def new_id() -> str:
    return secrets.token_hex(8)


class RequestId:
    """Sets the id of the current request; the first middleware, so that the others log with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = id_for(request.META.get(KEY))
        token = _current.set(name)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response.headers[HEADER] = name
        return response


def set_request_id(name: str) -> None:
    """Sets the id for what follows in this task of the event loop."""
    _current.set(name)


class WithRequestId(logging.Filter):
    """Adds the current request's id to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id()
        return True
