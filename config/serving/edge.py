"""The edge: an ASGI application between the server and Django, which gives a request a thread only when it is complete.

The server limits heads. The edge reads bodies within limits of time and size; it answers the health check and cached
responses of the API itself, and hands everything else to Django's WSGI handler in one of a few threads. Readers and
people have threads of their own, so that neither waits for the other. All queues are bounded: a request that cannot
be answered in time gets 503 with ``Retry-After``.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from config.api import PROBLEM, problem_details
from config.health import ALIVE, ALIVE_HEADERS, HEALTH, READY
from config.request_id import HEADER, KEY, id_for, set_request_id
from config.serving.body import Bodies, Gone, Message, Receive, RefusedBody, announced
from config.serving.body_limits import NOBODY, STRANGERS, Allowance, allowance_of
from config.serving.worker_pool import PoolBusy, TooLate, WorkerPool, nothing
from config.serving.wsgi_bridge import Application, Environ, Scope, WSGIAnswer, answer_of, environ_of
from content.api.http_cache import EXPOSED, OPEN, READ, at_once

SECONDS = 5.0  # within which strangers get an answer, and everybody else a thread
SENDING = 60.0  # seconds within which a client takes a piece of a file
PAUSE = 1.0  # seconds before a body is refused as too large
PUBLIC = (*OPEN, settings.STATIC_URL)
SHORT = ("/admin/login/", READY)  # pages that must be answered in time, whoever asks
RETRY = ("Retry-After", "5")
logger = logging.getLogger(__name__)

Send = Callable[[Message], Awaitable[object]]


class RequestEdge:
    """An ASGI application around a WSGI one."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.bodies = Bodies()
        # More threads do not help: Python runs one at a time, and the rest would only hold connections to the database.
        # 256 waiting readers are answered within five seconds at fifty a second; who comes after them gets 503 at once
        # instead of an answer that nobody waits for any more.
        self.readers = WorkerPool("reader", threads=2, queue=256, held=SECONDS)
        self.people = WorkerPool("person", threads=2, queue=64, held=2 * SECONDS)
        self.files = WorkerPool("file", threads=1, queue=256, held=SENDING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError("Only HTTP is supported.")
        environ = environ_of(scope)
        name = environ[KEY] = id_for(environ.get(KEY))
        set_request_id(name)
        if environ["PATH_INFO"] == HEALTH:
            await send_answer(send, WSGIAnswer(200, [*ALIVE_HEADERS, (HEADER, name)], ALIVE))
            return
        try:
            await self._respond(environ, receive, send)
        except RefusedBody as refused:
            if refused.status == 413:  # slows down clients that try again at once; a sleep costs no thread
                await asyncio.sleep(PAUSE)
            await send_answer(send, problem(refused.status, environ, refused.detail, ("Connection", "close")))
        except (PoolBusy, TooLate):
            detail = _("The service is busy at this moment; try again.")
            await send_answer(send, problem(503, environ, detail, RETRY))
        except Gone:
            return
        except Exception:
            logger.exception("A request could not be answered.")
            await send_answer(send, problem(500, environ, ""))

    async def _respond(self, environ: Environ, receive: Receive, send: Send) -> None:
        body = None
        if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
            body = await self.bodies.take(receive, environ, await self._allowance(environ))
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            environ |= {"wsgi.input": body.file, "CONTENT_LENGTH": str(body.size)}
        # The benchmark's cases “cache hit” and “not modified” end here: no thread, no Django, no database. They are to
        # reach 0.6 of what the floor sends.
        elif cached := at_once(environ):
            headers = [*cached.headers.items(), (HEADER, environ[KEY])]
            await send_answer(send, WSGIAnswer(cached.status, headers, cached.body))
            return
        public = is_public(environ)
        pool = self.readers if public and environ["REQUEST_METHOD"] in READ else self.people
        answer = await pool.run(
            partial(answer_of, self.application, environ),
            within=SECONDS,
            # Strangers get an answer in five seconds or 503. Whoever is signed in may have pressed a button that takes
            # long: only the wait for a thread has a limit.
            patient=not public,
            discard=WSGIAnswer.end,
            done=body.close if body else nothing,
        )
        if answer.rest is None:
            await send_answer(send, answer)
        else:
            await self._stream(answer, receive, send)

    async def _allowance(self, environ: Environ) -> Allowance:
        """What the sender may send. The user is looked up only for a body that no stranger may send."""
        if announced(environ) <= STRANGERS or settings.SESSION_COOKIE_NAME not in environ.get("HTTP_COOKIE", ""):
            return NOBODY
        return await self.people.run(partial(allowance_of, environ), within=SECONDS)

    async def _stream(self, answer: WSGIAnswer, receive: Receive, send: Send) -> None:
        """Sends a file piece by piece, each after the client has taken the last. A thread is held only for reading."""
        gone = asyncio.ensure_future(until_gone(receive))
        try:
            await send(start(answer))
            piece, rest = answer.body, answer.rest or iter(())
            while piece and not gone.done():
                async with asyncio.timeout(SENDING):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await self.files.run(partial(next, rest, b""), within=SECONDS, patient=True)
            await send({"type": "http.response.body", "body": b""})
        except Exception as error:  # the status has been sent, so all that is left is to close the connection
            logger.warning("A file was not sent to its end: %r", error)
        finally:
            gone.cancel()
            answer.end()


def is_public(environ: Environ) -> bool:
    """Whether the request is anonymous: then it is answered in time, and if it only reads, by the readers' threads."""
    path = environ["PATH_INFO"]
    if "HTTP_AUTHORIZATION" in environ:
        return False
    return (
        path.startswith(PUBLIC) or path in SHORT or settings.SESSION_COOKIE_NAME not in environ.get("HTTP_COOKIE", "")
    )


async def until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def problem(status: int, environ: Environ, detail: str, *headers: tuple[str, str]) -> WSGIAnswer:
    """A refusal as problem details."""
    body = orjson.dumps(problem_details(status, [], environ["PATH_INFO"], detail))
    own = [("Content-Type", PROBLEM), ("Cache-Control", "no-store"), (HEADER, environ[KEY])]
    open_to_all = EXPOSED.items() if environ["PATH_INFO"].startswith(OPEN) else ()
    return WSGIAnswer(status, [*own, *headers, *open_to_all], body)


def start(answer: WSGIAnswer) -> Message:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


async def send_answer(send: Send, answer: WSGIAnswer) -> None:
    await send(start(answer))
    await send({"type": "http.response.body", "body": answer.body})
