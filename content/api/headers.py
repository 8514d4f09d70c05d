"""Headers that are the same on every answer. A middleware of a dictionary: public reads pass through it."""

from collections.abc import Callable

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def constant_headers() -> dict[str, str]:
    policy = "; ".join(sorted(build_policy().split("; ")))  # the library's own order differs between processes
    return {"Content-Security-Policy": policy, "Permissions-Policy": settings.PERMISSIONS_POLICY}


class ConstantHeaders:
    """Nothing may be loaded, run, framed or sent from an answer, nor may it use what a device has, unless it says so
    itself. An answer that is kept keeps them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.headers = constant_headers()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response
