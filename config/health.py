"""Whether the process lives, and whether it can do its work: for whoever asks, by whatever name or address."""

from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

HEALTH, READY = "/healthz", "/readyz"
ALIVE = b'{"status": "ok"}'
KEPT_BY_NOBODY = "private, no-store"
ALIVE_HEADERS = (("Content-Type", "application/json"), ("Cache-Control", KEPT_BY_NOBODY))


class Probes:
    """Stands before whatever looks at the host, the scheme or the database: a probe knows none but an address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in PROBES:
            return self.get_response(request)
        response = PROBES[request.path_info](request)
        response.headers["Cache-Control"] = KEPT_BY_NOBODY
        return response


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "unavailable", "database": "does not answer"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


PROBES = {HEALTH: alive, READY: ready}
