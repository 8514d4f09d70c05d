"""An answer in JSON."""

import orjson
from django.http import HttpResponse


def answer(data: object, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(orjson.dumps(data), content_type="application/json", headers=headers)
