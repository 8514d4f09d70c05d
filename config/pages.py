"""Middleware that only pages for people need: static files, sessions, users, messages. Requests to the API skip it."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

from content.api.encodings import accepted
from content.api.http_cache import API


class PagesOnly:
    """Hands requests to the API on without doing anything."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API):
            skipped: HttpResponseBase = self.get_response(request)
            return skipped
        response: HttpResponseBase = super().__call__(request)  # type: ignore[misc]
        return response


class Statics(PagesOnly, WhiteNoiseMiddleware):  # type: ignore[misc]
    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        codings = request.META.get("HTTP_ACCEPT_ENCODING", "")
        if ";" in codings:  # WhiteNoise looks for names alone, and would send an encoding refused by q=0
            request.META["HTTP_ACCEPT_ENCODING"] = ", ".join(sorted(accepted(codings)))
        return super().__call__(request)


class Sessions(PagesOnly, SessionMiddleware):
    pass


class Authentication(PagesOnly, AuthenticationMiddleware):
    pass


class Messages(PagesOnly, MessageMiddleware):
    pass
