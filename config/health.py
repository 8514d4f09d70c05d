"""Whether the process lives, and whether it can do its work: for whoever asks, by whatever name or address."""

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
KEPT_BY_NOBODY = "private, no-store"
CONSTANT = constant_headers()
ALIVE_HEADERS = (("Content-Type", "application/json"), ("Cache-Control", KEPT_BY_NOBODY), *CONSTANT.items())
WORDS = {"read-only": "can only be read", "empty": "has no tables", "busy": "is busy"}


class Probes:
    """Stands before whatever looks at the host, the scheme or the database: a probe knows none but an address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in PROBES:
            return self.get_response(request)
        response = PROBES[request.path_info](request)
        for name, value in {"Cache-Control": KEPT_BY_NOBODY, **CONSTANT}.items():
            response.headers[name] = value
        return response


def alive(request: HttpRequest) -> JsonResponse:
    """Asks nobody, the database least of all."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Able to do all of its work: where the database can only be read, readers are served but nobody can sign in."""
    database: Any = connection
    try:
        PublishedState.objects.exists()
        clock.read()
        failure = READ_ONLY if database.is_read_only() else None
    except Error as error:
        failure = failure_of(error)
        if failure is None:
            raise
        LOG.tell(failure, error)
    if failure is None:
        off = clock.clock_offset()
        return JsonResponse({"status": "ok", "database": "ok", **({"clock": off} if off else {})})
    said = {"status": "unavailable", "database": WORDS.get(failure.name, "does not answer")}
    answer = JsonResponse(said, status=503, headers={"Retry-After": str(failure.retry_after)})
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django would write a line for each
    return answer


PROBES = {HEALTH: alive, READY: ready}
