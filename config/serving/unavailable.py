"""How long each sort of request may wait for the database, and what is answered while that is away, locked or full."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import escape

from config import api
from content.api.http_cache import EXPOSED, OPEN, READ
from content.databases.deadlines import within
from content.databases.failures import LOG, Failure, failure_of

SIGN_IN = ("/admin/login/", "/admin/logout/")
AUDITS = ("/api/v1/coverage/", "/admin/content/coverage/")  # and their exports
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<h1>{title}</h1>
<p>{sentence}</p>
<p>If you were saving something, look whether it is there before you send it again.</p>
</html>
"""


class Limits:
    """The first middleware: bounds a request by ``settings.DATABASE_SECONDS``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.seconds: dict[str, float] = settings.DATABASE_SECONDS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with within(self.seconds[sort_of(request.method or "", request.path_info)]):
            return self.get_response(request)


def sort_of(method: str, path: str) -> str:
    """The name of its limit."""
    if path.startswith(AUDITS):
        return "audit"
    if path in SIGN_IN:
        return "read"
    if method not in READ:
        return "write"
    return "page" if path.startswith("/admin/") else "read"


def refused(request: HttpRequest, failure: Failure, error: BaseException) -> HttpResponse:
    """The answer, in the shape of what was asked for, and a line in the log now and then."""
    LOG.tell(failure, error)
    path = request.path
    if path.startswith(OPEN):
        body = orjson.dumps(api.problem_details(failure.status, [], path, failure.sentence))
        answer = HttpResponse(body, status=failure.status, content_type=api.PROBLEM, headers=EXPOSED)
    else:
        page = PAGE.format(title=escape(failure.status.phrase), sentence=escape(failure.sentence))
        answer = HttpResponse(page, status=failure.status)
    answer.headers["Retry-After"] = str(failure.retry_after)
    answer.headers["Cache-Control"] = "no-store"
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django would write a line for each, or its traceback
    return answer


def problem(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """What the API answers to an exception."""
    failure = failure_of(error)
    return refused(context["request"], failure, error) if failure else api.problem(error, context)


def server_error(request: HttpRequest) -> HttpResponse:
    """What everything answers that is not the API's, or not its views'."""
    error = sys.exc_info()[1]
    failure = failure_of(error)
    return refused(request, failure, error) if failure and error else api.server_error(request)
