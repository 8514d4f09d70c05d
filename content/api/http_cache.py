"""What every public answer travels through: ETags, lifetimes, kept answers, compression, CORS.

It stands before everything else, since a kept answer or a 304 needs nothing else: no session, no view, no database.
What has to be made goes straight to its view, by way of what ``SHORT`` names: all that is for people on pages would
cost it a fifth more. What is decided here is only how long an answer is good; what it says is the views'.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from threading import Lock
from typing import Any, ClassVar, cast
from urllib.parse import unquote

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import Resolver404, resolve

from content import clock
from content.api.encodings import takes_gzip
from content.api.headers import ConstantHeaders
from content.api.response_cache import CachedResponse, ResponseCache
from content.delivery.current_state import current_state, known_state, look_again, mend_connection
from content.delivery.snapshot import PresentState
from journeys.api.plain import Reads

API = "/api/"
OPEN = (API, "/media/")  # what pages of other sites may read
READ = ("GET", "HEAD")
SAFE = (*READ, "OPTIONS", "TRACE")
ASKING_NOBODY = ("/media/", "/static/")  # what the database is not asked for, or seldom
VARY = "Accept-Encoding"
LOCKS = 64
# The middlewares of public reads, the outermost last.
SHORT = (XFrameOptionsMiddleware, SecurityMiddleware, ConstantHeaders)
Meta = dict[str, Any]
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


@dataclass(frozen=True)
class Sending:
    """What goes out: a kept answer as one client takes it, or that it has it already."""

    status: int
    headers: dict[str, str]
    body: bytes


class CachedDelivery:
    """The first middleware but for what is said of every request."""

    latest: "ClassVar[CachedDelivery | None]" = None  # that of the process

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Each turns what is raised within it into an answer, as Django does: a refusal has the same headers.
        read: Any = convert_exception_to_response(self._read)
        for middleware in SHORT:
            read = convert_exception_to_response(middleware(read))
        self.read = cast("Callable[[HttpRequest], HttpResponse]", read)
        self.code = code_digest()
        self.answers = ResponseCache(settings.RESPONSE_CACHE_MB << 20)
        # A miss is computed once while others wait for it; answers that share a lock by chance wait in vain.
        # 64 locks for two threads of readers: that two addresses share one by chance is rare, and then costs a wait.
        self.locks = [Lock() for _ in range(LOCKS)]
        CachedDelivery.latest = self

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_public(request.META):
            return self._public(request)
        if not request.path_info.startswith(ASKING_NOBODY):
            mend_connection()
        response = self.get_response(request)
        if request.method not in SAFE:
            look_again()
        if request.path_info.startswith(OPEN):
            _put(response, PREFLIGHT if request.method == "OPTIONS" else EXPOSED)
        return response

    def _public(self, request: HttpRequest) -> HttpResponse:
        state = current_state(now=clock.now())
        public = PublicRequest(request.META)
        tag = self._tag(public.address, state)
        # The tag is made of the state and the address, before there is an answer: so a 304 needs no body and no query.
        if public.is_of_snapshot:  # whether it may still be read is not decided by the state alone
            return self._computed(request, tag, state)
        if kept := self.kept(public, state):
            return _response(kept)
        with self.locks[hash(public.key) % LOCKS]:
            if kept := self.kept(public, state):
                return _response(kept)
            return self._computed(request, tag, state, public.key)

    def kept(self, public: "PublicRequest", state: PresentState, *, packs: bool = True) -> Sending | None:
        """What is known of an answer in a state: that the client has it, or the whole. No query.

        ``None`` without one; also where it would have to be packed first, unless it ``packs``.
        """
        if public.is_of_snapshot:
            return None
        tag = self._tag(public.address, state)
        if tag in public.has and public.is_admitted:
            return _sending(None, public.meta, tag, _lifetime(state))
        answer = self.answers.get(public.key, state)
        if answer is None or not (packs or answer.is_ready or not public.takes_gzip):
            return None
        return _sending(answer, public.meta, tag, _lifetime(state))

    def _computed(self, request: HttpRequest, tag: str, state: PresentState, key: str | None = None) -> HttpResponse:
        mend_connection()
        response = self.read(request)
        if response.status_code != HTTPStatus.OK or response.streaming or current_state(now=clock.now()) is not state:
            # Also where the state changed meanwhile: nobody can tell which of the two it shows.
            response.headers.setdefault("Cache-Control", "no-store")
            _put(response, EXPOSED)
            return response
        answer: CachedResponse | None = CachedResponse.of(response)
        if key and answer:
            self.answers.keep(key, answer, state)
        if tag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            answer = None
        lifetime = _lifetime(state) if key else "public, max-age=0, must-revalidate"
        return _response(_sending(answer, request.META, tag, lifetime))

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

    def _tag(self, address: str, state: PresentState) -> str:
        """What names the answer of an address in a state, to be put between quotes."""
        # All that an answer can differ by: the release, the map, the published state, an end that moved (``answered``),
        # what was recalled, and the address.
        words = f"{self.code}|{state.catalogue.token}|{state.token}|{state.answered}|{state.recalled}|{address}"
        return hashlib.blake2b(words.encode(), digest_size=15).hexdigest()


def _lifetime(state: PresentState) -> str:
    """How long an answer sent now may be used: never past the next instant at which something changes by itself."""
    fresh = settings.CACHE_SECONDS
    left = fresh + settings.STALE_SECONDS
    if state.until:
        # Example with 60 s fresh and 300 s stale: with a start in 200 s what is left is 200, so ``max-age=60,
        # stale-while-revalidate=140``; with one in 20 s it is ``max-age=20, stale-while-revalidate=0``.
        left = max(0, min(left, int((state.until - clock.now()).total_seconds())))
    fresh = min(left, fresh)
    return f"public, max-age={fresh}, stale-while-revalidate={left - fresh}"


def _sending(answer: CachedResponse | None, meta: Meta, tag: str, lifetime: str) -> Sending:
    """The answer as this client takes it; without one, 304."""
    packed = takes_gzip(meta.get("HTTP_ACCEPT_ENCODING", ""))
    if answer is None:
        status, body, headers = HTTPStatus.NOT_MODIFIED, b"", {}
    else:
        packed = packed and answer.worth_packing
        body = answer.packed if packed else answer.body
        status, headers = HTTPStatus.OK, {**answer.headers, "Content-Length": str(len(body))}
        if packed:
            headers["Content-Encoding"] = "gzip"
        if meta["REQUEST_METHOD"] == "HEAD":
            body = b""
    # Two representations need two strong ETags (RFC 9110, 8.8.3.3). ``tag in public.has`` finds either in what a client
    # sends back.
    etag = f'"{tag}-gz"' if packed else f'"{tag}"'
    return Sending(status, {**headers, "ETag": etag, "Cache-Control": lifetime, "Vary": VARY, **EXPOSED}, body)


def _response(sending: Sending) -> HttpResponse:
    response = HttpResponse(sending.body, status=sending.status)
    if "Content-Type" not in sending.headers:
        del response.headers["Content-Type"]
    _put(response, sending.headers)
    return response


def _put(response: HttpResponseBase, headers: dict[str, str]) -> None:
    for name, value in headers.items():
        response.headers[name] = value


def is_public(meta: Meta) -> bool:
    """Whether an answer is the same for everybody who asks."""
    reads = meta["REQUEST_METHOD"] in READ and meta["PATH_INFO"].startswith(API)
    return reads and "HTTP_AUTHORIZATION" not in meta


class PublicRequest:
    """What of a request decides which answer it gets, read from its WSGI environ."""

    def __init__(self, meta: Meta) -> None:
        self.meta = meta
        self.host: str = meta.get("HTTP_HOST") or meta["SERVER_NAME"]
        self.is_secure = is_secure(meta)
        query: str = meta["QUERY_STRING"]
        # ``?a=1&b=2`` and ``?b=2&a=1`` are one question, so they share an answer; an unknown parameter is refused by
        # the view with 400, which is never kept.
        question = "&".join(sorted(query.split("&"))) if "&" in query else query
        self.address = f"{meta['SCRIPT_NAME']}{meta['PATH_INFO']}?{question}"
        # By host and scheme as well: what was made for a host of ours is not sent to a name that would be refused.
        self.key = f"{self.is_secure}:{self.host}:{self.address}"
        self.has: str = meta.get("HTTP_IF_NONE_MATCH", "")
        self.takes_gzip = takes_gzip(meta.get("HTTP_ACCEPT_ENCODING", ""))
        self.is_of_snapshot = "snapshot=" in (unquote(question) if "%" in question else question)

    @property
    def is_admitted(self) -> bool:
        """Whether it would be answered, and not be refused for its host or sent elsewhere."""
        admitted = self.is_secure or not settings.SECURE_SSL_REDIRECT
        return admitted and is_ours(self.host, tuple(settings.ALLOWED_HOSTS))


@lru_cache(maxsize=256)
def is_ours(host: str, ours: tuple[str, ...]) -> bool:
    return validate_host(split_domain_port(host)[0], ours)


def is_secure(meta: Meta) -> bool:
    """As ``HttpRequest.is_secure``."""
    if settings.SECURE_PROXY_SSL_HEADER:
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        if (value := meta.get(header)) is not None:
            return bool(value.split(",", 1)[0].strip() == secure)
    return bool(meta["wsgi.url_scheme"] == "https")


def at_once(meta: Meta) -> Sending | None:
    """What an event loop may answer by itself: never a query, never a wait. ``None`` for all else."""
    # The event loop may block for nothing: a clock that is counted on, a state that is known, an answer that is packed.
    # Whatever is missing goes to a thread, which fills it in for the next request.
    delivery, now = CachedDelivery.latest, clock.counted()
    state = known_state(now=now) if delivery and now and is_public(meta) else None
    return delivery.kept(PublicRequest(meta), state, packs=False) if delivery and state else None
