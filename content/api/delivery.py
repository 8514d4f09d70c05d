"""Delivery – what every public answer travels through: ETags, lifetimes, kept answers, compression, CORS.

It stands before everything else, since a kept answer or a 304 needs nothing else: no session, no view, no database.
What has to be made goes straight to its view, by way of what ``SHORT`` names: all that is for people on pages would
cost it a fifth more. What is decided here is only how long an answer is good; what it says is the views'.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache, reduce
from http import HTTPStatus
from threading import Lock
from typing import Any, cast
from urllib.parse import unquote

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import Resolver404, resolve
from django.utils import timezone

from content.api.headers import ConstantHeaders
from content.api.kept import Answer, Answers
from content.snapshot import Present
from content.standing import look_again, mend_connection, standing
from journeys.api.plain import Reads

API = "/api/"
OPEN = (API, "/media/")  # what pages of other sites may read
READ = ("GET", "HEAD")
SAFE = (*READ, "OPTIONS", "TRACE")
VARY = "Accept-Encoding"
LOCKS = 64
# The middlewares of public reads, the outermost last.
SHORT = (XFrameOptionsMiddleware, SecurityMiddleware, ConstantHeaders)
EXPOSED = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag"}
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


@lru_cache
def code_digest() -> str:
    """Names the code that makes the answers: another release may say the same state in other bytes."""
    digest = hashlib.sha256()
    for folder in ("config", "content", "journeys"):
        for file in sorted((settings.ROOT / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


class Delivery:
    """The first middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Each turns what is raised within it into an answer, as Django does: a refusal has the same headers.
        read: Any = convert_exception_to_response(self._read)
        chain = reduce(lambda inner, outer: convert_exception_to_response(outer(inner)), SHORT, read)
        self.read = cast("Callable[[HttpRequest], HttpResponse]", chain)
        self.code = code_digest()
        self.answers = Answers(settings.RESPONSE_CACHE_MB << 20)
        # A miss is computed once while others wait for it; answers that share a lock by chance wait in vain.
        self.locks = [Lock() for _ in range(LOCKS)]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if request.method in READ and path.startswith(API) and "HTTP_AUTHORIZATION" not in request.META:
            return self._public(request)
        mend_connection()
        response = self.get_response(request)
        if request.method not in SAFE:
            look_again()
        if path.startswith(OPEN):
            _put(response, PREFLIGHT if request.method == "OPTIONS" else EXPOSED)
        return response

    def _public(self, request: HttpRequest) -> HttpResponse:
        state = standing(now=timezone.now())
        question = "&".join(sorted(request.META["QUERY_STRING"].split("&")))
        address = f"{request.path}?{question}"
        tag = self._tag(address, state)
        if "snapshot=" in unquote(question):  # whether it may still be read is not decided by the state alone
            return self._computed(request, tag, state)
        if tag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            return _sent(None, request, tag, _lifetime(state))
        key = f"{request.scheme}:{request.META.get('HTTP_HOST')}:{address}"
        answer = self.answers.get(key, state)
        if answer is None:
            with self.locks[hash(key) % LOCKS]:
                answer = self.answers.get(key, state)
                if answer is None:
                    return self._computed(request, tag, state, key)
        return _sent(answer, request, tag, _lifetime(state))

    def _computed(self, request: HttpRequest, tag: str, state: Present, key: str | None = None) -> HttpResponse:
        mend_connection()
        response = self.read(request)
        if response.status_code != HTTPStatus.OK or response.streaming or standing(now=timezone.now()) is not state:
            # Also where the state changed meanwhile: nobody can tell which of the two it shows.
            response.headers.setdefault("Cache-Control", "no-store")
            _put(response, EXPOSED)
            return response
        answer: Answer | None = Answer.of(response)
        if key and answer:
            self.answers.keep(key, answer, state)
        if tag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            answer = None
        return _sent(answer, request, tag, _lifetime(state) if key else "public, max-age=0, must-revalidate")

    def _read(self, request: HttpRequest) -> HttpResponseBase:
        """Lets the view answer. What is no read of ours takes the long way: a page, a slash that is missing."""
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if not issubclass(getattr(match.func, "cls", object), Reads):
            return self.get_response(request)
        request.get_host()  # refuses names that are not ours
        request.resolver_match = match
        return cast("HttpResponseBase", match.func(request, *match.args, **match.kwargs))

    def _tag(self, address: str, state: Present) -> str:
        """What names the answer of an address in a state, to be put between quotes."""
        words = f"{self.code}|{state.catalogue.token}|{state.token}|{state.recalled}|{address}"
        return hashlib.blake2b(words.encode(), digest_size=15).hexdigest()


def _lifetime(state: Present) -> str:
    """How long an answer sent now may be used: never past the next instant at which something changes by itself."""
    fresh = settings.CACHE_SECONDS
    left = fresh + settings.STALE_SECONDS
    if state.until:
        left = max(0, min(left, int((state.until - timezone.now()).total_seconds())))
    fresh = min(left, fresh)
    return f"public, max-age={fresh}, stale-while-revalidate={left - fresh}"


def _sent(answer: Answer | None, request: HttpRequest, tag: str, lifetime: str) -> HttpResponse:
    """The answer as this client takes it; without one, 304."""
    packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    if answer is None:
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
        del response.headers["Content-Type"]
    else:
        packed = packed and answer.worth_packing
        body = answer.packed if packed else answer.body
        response = HttpResponse(b"" if request.method == "HEAD" else body, headers=answer.headers)
        response.headers["Content-Length"] = str(len(body))
        if packed:
            response.headers["Content-Encoding"] = "gzip"
    etag = f'"{tag}-gz"' if packed else f'"{tag}"'
    _put(response, {"ETag": etag, "Cache-Control": lifetime, "Vary": VARY, **EXPOSED})
    return response


def _put(response: HttpResponseBase, headers: dict[str, str]) -> None:
    for name, value in headers.items():
        response.headers[name] = value
