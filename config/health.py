"""Whether the process lives, and whether it can do its work."""

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from content import clock


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        clock.read()
    except Error:
        return JsonResponse({"status": "unavailable", "database": "does not answer"}, status=503)
    off = clock.off()
    return JsonResponse({"status": "ok", "database": "ok", **({"clock": off} if off else {})})
