"""Health probes: ``/healthz`` for the process, ``/readyz`` for its database. No host name or login is needed."""

from collections.abc import Callable
from typing import Any

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from content import clock
from content.api.headers import constant_headers
from content.databases.failures import LOG, READ_ONLY, failure_of
from content.models import PublishedState

HEALTH, READY = "/healthz", "/readyz"
ALIVE = b'{"status": "ok"}'
NO_STORE = "private, no-store"
CONSTANT = constant_headers()
ALIVE_HEADERS = (("Content-Type", "application/json"), ("Cache-Control", NO_STORE), *CONSTANT.items())
WORDS = {"read-only": "can only be read", "empty": "has no tables", "busy": "is busy"}


class Probes:
    """Middleware that answers probes before anything checks the host, the scheme or the database.

    A load balancer calls by IP address, without the name and scheme that other requests must have.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in PROBES:
            return self.get_response(request)
        response = PROBES[request.path_info](request)
        for name, value in {"Cache-Control": NO_STORE, **CONSTANT}.items():
            response.headers[name] = value
        return response


def alive(request: HttpRequest) -> JsonResponse:
    """Liveness, without the database: a restart would not mend that."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Readiness: 503 unless the database can be read and written; with the clock's offset, if it has one.

    A read-only database still serves readers, but nobody can sign in.
    """
    database: Any = connection
    try:
        # A table of our own, not “SELECT 1”: a database without tables answers that too.
        PublishedState.objects.exists()
        clock.read()
        failure = READ_ONLY if database.is_read_only() else None
    except Error as error:
        failure = failure_of(error)
        if failure is None:
            raise
        LOG.tell(failure, error)
    if failure is None:
        offset = clock.clock_offset()
        return JsonResponse({"status": "ok", "database": "ok", **({"clock": offset} if offset else {})})
    body = {"status": "unavailable", "database": WORDS.get(failure.name, "does not answer")}
    answer = JsonResponse(body, status=503, headers={"Retry-After": str(failure.retry_after)})
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django would write a line for each
    return answer


# Under ``serve`` the edge answers HEALTH before a request comes here.
PROBES = {HEALTH: alive, READY: ready}
