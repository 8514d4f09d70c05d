"""An answer in JSON."""

from typing import Any

import orjson
from django.http import HttpResponse


def answer(data: Any, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(orjson.dumps(data), content_type="application/json", headers=headers)
