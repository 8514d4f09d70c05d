"""The floor: stored answers sent by the same server through the edge and Django, with no middleware and no work.

``FLOOR`` names the folder that they lie in.
"""

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.asgi import RequestEdge  # and sets Django up

FOLDER = Path(os.environ["FLOOR"])


def sends(body: bytes) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(body, content_type="application/json")

    return view


urlpatterns = [
    path("readyz", sends(b"{}")),
    *(path(file.name, sends(file.read_bytes())) for file in FOLDER.iterdir()),
]
settings.MIDDLEWARE, settings.ROOT_URLCONF = [], __name__
application = RequestEdge(WSGIHandler())
