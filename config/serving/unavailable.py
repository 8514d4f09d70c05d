"""Time limits for the database, by the sort of request, and the 503 or 507 while it is away, locked or full."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config import api
from content.api.http_cache import EXPOSED, OPEN, READ
from content.databases.deadlines import within
from content.databases.failures import LOG, Failure, failure_of

SIGN_IN = ("/admin/login/", "/admin/logout/")
AUDITS = ("/api/v1/coverage/", "/admin/content/coverage/")  # and their exports
PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<h1>{title}</h1>
<p>{sentence}</p>
<p>{advice}</p>
</html>
"""


class Limits:
    """The first middleware: bounds a request by ``settings.DATABASE_SECONDS``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.seconds: dict[str, float] = settings.DATABASE_SECONDS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # One deadline for all that a request asks the database, whatever it waits for: a lock, a connection or a
        # statement.
        with within(self.seconds[sort_of(request.method or "", request.path_info)]):
            return self.get_response(request)


def sort_of(method: str, path: str) -> str:
    """The name of the limit in ``DATABASE_SECONDS``: ``audit``, ``read``, ``write`` or ``page``."""
    if path.startswith(AUDITS):
        return "audit"
    if path in SIGN_IN:
        return "read"
    if method not in READ:
        return "write"
    return "page" if path.startswith("/admin/") else "read"


def refused(request: HttpRequest, failure: Failure, error: BaseException) -> HttpResponse:
    """Problem details for the API, a page for everything else, with ``Retry-After``; logs the failure now and then."""
    LOG.tell(failure, error)
    path = request.path
    if path.startswith(OPEN):
        body = orjson.dumps(api.problem_details(failure.status, [], path, failure.sentence))
        answer = HttpResponse(body, status=failure.status, content_type=api.PROBLEM, headers=EXPOSED)
    else:
        page = PAGE.format(
            language=get_language() or settings.LANGUAGE_CODE,
            title=escape(failure.status.phrase),
            sentence=escape(failure.sentence),
            advice=escape(_("If you were saving, check whether it was saved before you send it again.")),
        )
        answer = HttpResponse(page, status=failure.status)
    answer.headers["Retry-After"] = str(failure.retry_after)
    answer.headers["Cache-Control"] = "no-store"
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django would write a line for each, or its traceback
    return answer


def problem(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's exception handler: a failure of the database, else what ``config.api`` makes of the exception."""
    failure = failure_of(error)
    return refused(context["request"], failure, error) if failure else api.problem(error, context)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``: for the admin, and for errors outside the API's views."""
    error = sys.exc_info()[1]
    failure = failure_of(error)
    return refused(request, failure, error) if failure and error else api.server_error(request)
