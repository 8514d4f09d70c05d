"""The edge, by itself: who waits for whom, what is refused, and that nothing is left behind."""

import asyncio
import json
import threading

import pytest

from config.serving import edge as module
from config.serving.edge import RequestEdge
from tests.conftest import REQUEST_ID

API = "/api/v1/content/"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0)


class Client:
    """One request to an edge, as a server would hand it over, and what comes back."""

    def __init__(self, path=API, method="GET", *, query="", body=(), **headers):
        named = [(name.replace("_", "-").encode(), str(value).encode()) for name, value in headers.items()]
        self.scope = {
            "type": "http",
            "method": method,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", "8000"),
            "client": ("10.9.8.7", "1234"),
            "root_path": "",
            "headers": [(b"host", b"testserver"), *named],
        }
        self.pieces, self.sent = list(body), []

    async def receive(self):
        if not self.pieces:
            await asyncio.Event().wait()  # nothing more comes
        piece = self.pieces.pop(0)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}

    async def send(self, message):
        self.sent.append(message)

    async def ask(self, edge):
        await edge(self.scope, self.receive, self.send)
        return self

    @property
    def status(self):
        return self.sent[0]["status"] if self.sent else None

    @property
    def headers(self):
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self):
        return b"".join(message["body"] for message in self.sent[1:])


class Application:
    """A WSGI application that keeps each thread on /slow until it is let go, and says what it got."""

    def __init__(self):
        self.go, self.seen = threading.Event(), []
        self.inside = threading.Semaphore(0)

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read()
        self.seen.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], body))
        if "slow" in environ["QUERY_STRING"]:
            self.inside.release()
            assert self.go.wait(30)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    async def hold(self, edge, *clients):
        """Asks slowly, and comes back when every one of them has a thread."""
        tasks = [asyncio.create_task(client.ask(edge)) for client in clients]
        for _ in clients:
            assert await asyncio.to_thread(self.inside.acquire, timeout=30)
        return tasks


@pytest.fixture
def application():
    made = Application()
    yield made
    made.go.set()


def slow(**more):
    return Client(query="slow", **more)


def problem(status, name, title, detail, path=API):
    body = {"type": f"urn:waymark:problem:{name}", "title": title, "status": status, "detail": detail}
    return {**body, "instance": path, "request_id": REQUEST_ID}


BUSY = problem(503, "unavailable", "Unavailable", "The service is busy at this moment; try again.")


def test_a_body_takes_no_thread_until_it_is_whole(application):
    async def run():
        edge = RequestEdge(application)
        waiting = [Client("/admin/login/", "POST", body=[b"ab"], content_length=100) for _ in range(50)]
        held = [asyncio.create_task(edge(c.scope, slow_receive(c), c.send)) for c in waiting]
        await asyncio.sleep(0)
        beside = await Client().ask(edge)
        login = await Client("/admin/login/", "POST", body=[b"a=b"], content_length=3).ask(edge)
        memory = edge.bodies.in_memory
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        return beside.body, login.body, memory, edge.bodies.in_memory

    assert asyncio.run(run()) == (b"done", b"done", 100, 0)
    assert application.seen == [("GET", API, b""), ("POST", "/admin/login/", b"a=b")]


def slow_receive(client):
    """Two bytes, and then nothing for ever."""

    async def receive():
        if client.pieces:
            return {"type": "http.request", "body": client.pieces.pop(0), "more_body": True}
        return await asyncio.Event().wait()

    return receive


@pytest.mark.parametrize("method", ["POST", "PUT", "GET", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/admin/login/", API, "/healthz/", "/preview/x/"])
def test_a_body_that_does_not_come_is_refused_in_the_end(application, monkeypatch, method, path):
    monkeypatch.setattr("config.serving.body.SECONDS", 0.05)

    async def run():
        client = Client(path, method, body=[b"ab"], content_length=100)
        edge = RequestEdge(application)
        await edge(client.scope, slow_receive(client), client.send)
        return client, edge.bodies.in_memory

    client, memory = asyncio.run(run())
    assert (client.status, client.headers["connection"], memory) == (408, "close", 0)
    assert json.loads(client.body) == problem(
        408, "request-timeout", "Request timeout", "The body did not arrive within 0 seconds.", path
    )
    assert application.seen == []


TOO_LARGE = "The body of this request may have 64,000 bytes; signed-in users may send more."


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content_length": 64_001}, []),  # not a byte is read
        ({"transfer_encoding": "chunked"}, [b"a" * 40_000, b"a" * 24_001, b""]),
        ({"content_length": 64_001, "authorization": "Bearer wmk_x"}, []),
    ],
)
@pytest.mark.parametrize("path", ["/admin/login/", API, "/admin/content/media/add/"])
def test_a_stranger_may_send_little(application, path, headers, body):
    client = asyncio.run(Client(path, "POST", body=body, **headers).ask(RequestEdge(application)))
    assert (client.status, client.headers["connection"]) == (413, "close")
    assert json.loads(client.body) == problem(413, "body-too-large", "Body too large", TOO_LARGE, path)
    assert application.seen == []


def test_as_much_as_a_stranger_may_send_arrives_whole(application):
    body = [b"a" * 40_000, b"b" * 24_000]
    client = asyncio.run(Client("/x", "POST", body=body, transfer_encoding="chunked").ask(RequestEdge(application)))
    assert (client.status, application.seen) == (200, [("POST", "/x", b"a" * 40_000 + b"b" * 24_000)])


def test_what_all_bodies_take_together_is_bounded(application, monkeypatch):
    monkeypatch.setattr("config.serving.body.MEMORY", 50_000)

    async def run():
        edge = RequestEdge(application)
        held = Client("/x", "POST", body=[b"a" * 40_000], content_length=60_000)
        task = asyncio.create_task(edge(held.scope, slow_receive(held), held.send))
        await asyncio.sleep(0)
        other = await Client("/x", "POST", body=[b"a" * 20_000], content_length=20_000).ask(edge)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        third = await Client("/x", "POST", body=[b"a" * 20_000], content_length=20_000).ask(edge)
        return other.status, third.status, edge.bodies.in_memory

    assert asyncio.run(run()) == (503, 200, 0)


def test_who_goes_before_the_body_is_whole_is_forgotten(application):
    async def run():
        edge = RequestEdge(application)
        client = await Client("/x", "POST", body=[b"ab", None], content_length=100).ask(edge)
        return client.sent, edge.bodies.in_memory

    assert asyncio.run(run()) == ([], 0)
    assert application.seen == []


def test_readers_do_not_wait_for_people_nor_people_for_readers(application):
    async def run():
        edge = RequestEdge(application)
        tasks = await application.hold(edge, *(slow(cookie="sessionid=x", path="/admin/") for _ in range(2)))
        reader = await Client().ask(edge)
        tasks += await application.hold(edge, slow(), slow())
        alive = await Client("/healthz").ask(edge)
        waits = asyncio.create_task(Client("/admin/", cookie="sessionid=x").ask(edge))
        await asyncio.sleep(0)
        application.go.set()
        return [(c.status, c.body) for c in (reader, alive, await waits, *await asyncio.gather(*tasks))]

    assert asyncio.run(run()) == [(200, b"done"), (200, b'{"status": "ok"}')] + [(200, b"done")] * 5


@pytest.mark.parametrize(
    "asks",
    [
        {"path": API},
        {"path": "/readyz"},
        {"path": "/media/x"},
        {"path": "/"},
        {"path": "/admin/login/", "method": "POST", "body": [b"a"], "content_length": 1},
        {"path": "/admin/login/", "method": "POST", "body": [b"a"], "content_length": 1, "cookie": "sessionid=x"},
    ],
)
def test_whoever_is_not_known_gets_an_answer_in_time(application, monkeypatch, asks):
    monkeypatch.setattr(module, "SECONDS", 0.1)

    async def run():
        edge = RequestEdge(application)
        client = await Client(query="slow", **asks).ask(edge)
        taken = edge.bodies.in_memory
        application.go.set()
        while edge.readers.begun or edge.people.begun:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)
        return client, taken, edge.bodies.in_memory

    client, taken, left = asyncio.run(run())
    assert (client.status, client.headers["retry-after"]) == (503, "5")
    assert json.loads(client.body) == {**BUSY, "instance": asks["path"]}
    assert (taken, left) == (len(asks.get("body", ())), 0)  # the thread goes on, with its body


def test_when_every_thread_is_held_nobody_waits_any_more(application, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.1)

    async def run():
        edge = RequestEdge(application)
        held = await asyncio.gather(*(slow().ask(edge) for _ in range(2)))
        edge.readers.held = 0
        monkeypatch.setattr(module, "SECONDS", 3600)
        refused = [await Client(path).ask(edge) for path in (API, "/readyz", "/media/x")]
        alive = await Client("/healthz").ask(edge)
        application.go.set()
        while edge.readers.begun:
            await asyncio.sleep(0.01)
        return [client.status for client in (*held, *refused, alive, await Client().ask(edge))]

    assert asyncio.run(run()) == [503, 503, 503, 503, 503, 200, 200]
    assert len(application.seen) == 3


def test_a_queue_has_an_end(application):
    async def run():
        edge = RequestEdge(application)
        edge.readers.queue = 3
        tasks = await application.hold(edge, slow(), slow())
        waiting = [asyncio.create_task(Client().ask(edge)) for _ in range(3)]
        await asyncio.sleep(0)
        refused = await Client().ask(edge)
        application.go.set()
        return refused.status, [client.status for client in await asyncio.gather(*tasks, *waiting)]

    assert asyncio.run(run()) == (503, [200] * 5)


def test_what_a_request_says_reaches_django_as_wsgi_has_it(application):
    seen = []

    def application(environ, start_response):
        seen.append(environ)
        start_response("200 OK", [])
        return []

    client = Client("/a%2Fb/%C3%A6%ff", query="q=%20", x_forwarded_for="1.2.3.4", cookie="a=1", content_type="text/x")
    client.scope["headers"] += [
        (b"cookie", b"b=2"),
        (b"accept", b"a"),
        (b"accept", b"b"),
        (b"x_forwarded_proto", b"https"),
    ]
    asyncio.run(client.ask(RequestEdge(application)))
    [environ] = seen
    assert {name: environ.get(name) for name in WSGI} == WSGI


WSGI = {
    "REQUEST_METHOD": "GET",
    "SCRIPT_NAME": "",
    "PATH_INFO": "/a/b/\u00c3\u00a6\u00ff",
    "QUERY_STRING": "q=%20",
    "REMOTE_ADDR": "10.9.8.7",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8000",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "CONTENT_TYPE": "text/x",
    "CONTENT_LENGTH": None,
    "HTTP_HOST": "testserver",
    "HTTP_COOKIE": "a=1;b=2",
    "HTTP_ACCEPT": "a,b",
    "HTTP_X_FORWARDED_FOR": "1.2.3.4",
    "HTTP_X_FORWARDED_PROTO": None,  # an underscore is no hyphen
    "HTTP_X_REQUEST_ID": REQUEST_ID,
    "wsgi.url_scheme": "http",
}


class Pieces:
    """A response in pieces, with no length."""

    streaming = True

    def __init__(self, *pieces):
        self.pieces, self.is_closed = iter(pieces), False

    def __iter__(self):
        return self.pieces

    def close(self):
        self.is_closed = True


@pytest.mark.parametrize("gone", [False, True])
def test_what_comes_in_pieces_is_sent_in_pieces_and_closed(gone):
    answer = Pieces(b"one", b"two", b"three")

    def application(environ, start_response):
        start_response("200 OK", [])
        return answer

    client = asyncio.run(Client("/x", body=[None] if gone else []).ask(RequestEdge(application)))
    assert (client.body if not gone else client.status, answer.is_closed) == (b"onetwothree" if not gone else 200, True)


def test_an_application_that_fails_is_a_500_and_holds_nothing():
    def application(environ, start_response):
        raise RuntimeError("secret")

    async def run():
        edge = RequestEdge(application)
        client = await Client("/x", "POST", body=[b"ab"], content_length=2).ask(edge)
        return client, edge.bodies.in_memory, dict(edge.people.begun)

    client, memory, begun = asyncio.run(run())
    assert (client.status, memory, begun) == (500, 0, {})
    assert json.loads(client.body) == problem(500, "server-error", "Server error", "Server error.", "/x")
