"""Calls a WSGI application for a request of ASGI: the environ of a request, and the answer of the application."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import IO, Any
from urllib.parse import unquote_to_bytes

Environ = dict[str, Any]
Scope = dict[str, Any]  # of ASGI
StartResponse = Callable[..., Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
CHUNK = 131_072  # bytes of a file at a time
UNPREFIXED = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


class FileWrapper:
    """A file that the application sends, read in large pieces. Django's response closes it by ``close``."""

    def __init__(self, file: IO[bytes], block_size: int = CHUNK) -> None:
        self.file = file
        self.close: Callable[[], object] = getattr(file, "close", lambda: None)

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: bytes(self.file.read(CHUNK)), b"")


BASE: Environ = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    # The body was read by the edge: it ends by itself, and no length has to be believed.
    "wsgi.input_terminated": True,
    "wsgi.file_wrapper": FileWrapper,
}


@dataclass
class WSGIAnswer:
    """The answer of a WSGI application. ``body`` is all of it unless there is a ``rest``, which the caller ends."""

    status: int
    headers: Headers
    body: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Callable[[], object] = lambda: None

    def end(self) -> None:
        """Closes the file or response that the rest is read from."""
        self.close()


def environ_of(scope: Scope) -> Environ:
    """The environ of a request whose body has not been read: ``wsgi.input`` is empty."""
    raw: bytes = scope["raw_path"]
    server, client = scope["server"], scope["client"]
    environ = BASE | {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": (unquote_to_bytes(raw) if b"%" in raw else raw).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0],
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(),
    }
    for name, value in scope["headers"]:
        key = key_of(name)
        if key in environ:  # headers of one name are joined, as in CGI
            environ[key] += (";" if key == "HTTP_COOKIE" else ",") + value.decode("latin-1")
        elif key:
            environ[key] = value.decode("latin-1")
    return environ


# Bounded, since clients choose the names: common ones stay, whatever one of them makes up.
@lru_cache(maxsize=512)
def key_of(name: bytes) -> str:
    """The name of a header in the environ; empty for one with an underscore, which could be taken for another."""
    if b"_" in name:
        return ""
    return UNPREFIXED.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")


def answer_of(application: Application, environ: Environ) -> WSGIAnswer:
    """The answer of the application. One without a rest is closed here, in the thread that made it."""
    begun: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: Headers, exc_info: object = None) -> None:
        begun[:] = [(int(status[:3]), headers)]

    result = application(environ, start_response)
    close = getattr(result, "close", lambda: None)
    pieces, length = iter(result), dict(begun[0][1]).get("Content-Length")
    try:
        if isinstance(result, FileWrapper) or getattr(result, "streaming", False):
            body = next(pieces, b"")
            # Small files are one piece, which needs no more of a thread's time.
            if environ["REQUEST_METHOD"] != "HEAD" and str(len(body)) != length:
                return WSGIAnswer(*begun[0], body, pieces, close)
        else:
            body = b"".join(pieces)
    except BaseException:
        close()
        raise
    close()
    return WSGIAnswer(*begun[0], body)
