"""Reads the bodies of requests in the event loop, within limits of time and size, so that none holds a thread."""

import asyncio
import errno
from collections.abc import Awaitable, Callable
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.serving.body_limits import MARGIN, MULTIPART, NO_FILES, Allowance, largest_upload, too_large
from config.serving.wsgi_bridge import Environ

# Together they bound what slow or large bodies can take of one process (``tests/benchmarks/slow.py`` holds 200 of each
# open beside a reader): a stranger's body may last ten seconds, an upload of 16 MB from somebody signed in 110, since
# it may come at 160 kB a second.
SECONDS = 10.0  # for any body
RATE = 160_000  # bytes for which somebody who is signed in has one more second
IN_MEMORY = 256_000  # bytes of one body; a larger one is in the temporary folder
MEMORY = 32_000_000  # bytes of all bodies of this process in memory
ON_DISK = 2  # bodies of the largest size for which this process may use the temporary folder

Message = dict[str, Any]  # of ASGI
Receive = Callable[[], Awaitable[Message]]


class RefusedBody(Exception):
    """A body is refused, with a status and what to do."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Gone(Exception):
    """The client closed the connection before its request was complete."""


class Bodies:
    """The bodies of this process that arrive or are in use: how many bytes of them are in memory and on disk."""

    def __init__(self) -> None:
        self.in_memory = self.on_disk = 0

    async def take(self, receive: Receive, environ: Environ, may: Allowance) -> "Body":
        """The whole body. Refuses with 408, 413, 503 or 507; raises ``Gone`` if the client is."""
        length = announced(environ)
        if length > may.body:
            raise RefusedBody(413, too_large(may))
        body = Body(self, may, environ.get("CONTENT_TYPE", ""))
        seconds = SECONDS + (length / RATE if may.signed_in else 0)
        try:
            async with asyncio.timeout(seconds):
                while (message := await receive())["type"] == "http.request":
                    body.add(message["body"])
                    if not message.get("more_body"):
                        body.file.seek(0)
                        return body
        except TimeoutError as error:
            body.close()
            detail = ngettext(
                "The body did not arrive within %(seconds)d second.",
                "The body did not arrive within %(seconds)d seconds.",
                round(seconds),
            )
            raise RefusedBody(408, detail % {"seconds": round(seconds)}) from error
        except BaseException:
            body.close()
            raise
        body.close()
        raise Gone


class Body:
    """One body, which counts what it takes of the memory and the disk of its process."""

    def __init__(self, bodies: Bodies, may: Allowance, content_type: str) -> None:
        self.bodies, self.may, self.size, self.on_disk = bodies, may, 0, False
        self.file: IO[bytes] = BytesIO()
        if may.signed_in:
            self.file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the body
        self.files = FileSizes(content_type) if content_type.startswith(MULTIPART) else None

    def add(self, chunk: bytes) -> None:
        if self.size + len(chunk) > self.may.body:
            raise RefusedBody(413, too_large(self.may))
        if self.files and self.files.largest(chunk) > (self.may.file or self.may.body) + MARGIN:
            raise RefusedBody(413, too_large(self.may) if self.may.file else str(NO_FILES))
        self.hold(len(chunk))
        try:
            self.file.write(chunk)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise RefusedBody(507, _("There is no space left for uploads.")) from error
            raise

    def hold(self, more: int) -> None:
        """Counts ``more`` bytes. Refuses (503) more than the process may hold; a body that goes to disk leaves memory.

        The limit is for all bodies together: many slow uploads cannot fill the memory or the disk.
        """
        bodies = self.bodies
        if not self.on_disk and self.size + more > IN_MEMORY:
            bodies.in_memory -= self.size
            bodies.on_disk += self.size
            self.on_disk = True
        if self.on_disk:
            bodies.on_disk += more
        else:
            bodies.in_memory += more
        self.size += more
        if bodies.in_memory > MEMORY or (self.on_disk and bodies.on_disk > ON_DISK * largest_upload()):
            raise RefusedBody(503, _("Too much is being sent at this moment; try again later."))

    def close(self) -> None:
        """Frees what it held. May be called again."""
        if self.on_disk:
            self.bodies.on_disk -= self.size
        else:
            self.bodies.in_memory -= self.size
        self.size = 0
        self.file.close()


class FileSizes:
    """Measures the parts of a multipart body while it arrives, by counting bytes between its boundaries."""

    def __init__(self, content_type: str) -> None:
        boundary = content_type.partition("boundary=")[2].partition(";")[0].strip('" ')
        self.mark = b"--" + boundary.encode("latin-1")
        self.tail, self.size = b"", 0

    def largest(self, chunk: bytes) -> int:
        """The size so far of the largest part that ``chunk`` belongs to.

        A boundary may be cut in two by the end of a chunk: the last bytes, as many as a boundary has, are looked at
        again together with the next chunk.
        """
        parts = (self.tail + chunk).split(self.mark)
        # With the mark ``--x``, and the chunks ``aaaa-`` and ``-xbb``: the tail of the first is ``aa-``, so the second
        # is read as ``aa--xbb``, which falls into ``aa`` and ``bb``. The part that ended has 5 + 2 − 3 = 4 bytes, the
        # next one 2.
        whole = self.size + len(parts[0]) - len(self.tail)
        largest = max(whole, *map(len, parts[1:]), 0)
        self.size = whole if len(parts) == 1 else len(parts[-1])
        self.tail = parts[-1][-len(self.mark) :]
        return largest


def announced(environ: Environ) -> int:
    """The announced length of the body; 0 where there is none."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise RefusedBody(400, _("Content-Length is not a number."))
    return int(length)
