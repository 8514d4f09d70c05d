"""An id for each request: in its answer, in a problem's body, and on every line that is logged meanwhile."""

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER, KEY = "X-Request-ID", "HTTP_X_REQUEST_ID"
FORM = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="-")


def request_id() -> str:
    """The id of the request that is being answered; ``-`` outside of one."""
    return _current.get()


def id_for(given: str | None) -> str:
    """What a proxy or a client has ``given``, where it has the form of an id; else a new one."""
    return given if given and FORM.fullmatch(given) else new_id()


def new_id() -> str:
    return secrets.token_hex(8)


class RequestId:
    """The first middleware: what all others say is said under the id."""

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


def answering(name: str) -> None:
    """Says that what follows in this task belongs to the request of that id."""
    _current.set(name)


class WithRequestId(logging.Filter):
    """Gives every record the id under which it was logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id()
        return True
