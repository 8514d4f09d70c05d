"""Slow, large and odd requests to the real server: whoever is beside them is answered, nothing of theirs is kept."""

import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.served.conftest import ROOT

pytestmark = pytest.mark.xdist_group("served")
LOGIN = "/admin/login/"
SLOW = 40  # of each; the demo has four threads
FORM = "Content-Type: application/x-www-form-urlencoded"
FILE = (
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    b"%b\r\n--x--\r\n"
)


def connect(served):
    url = urlsplit(served.address)
    connection = socket.create_connection((url.hostname, url.port))
    connection.settimeout(60)
    return connection


def begin(served, method, path, *headers, body=b"", version="1.1"):
    """Sends a request, or its beginning, over a connection of its own."""
    connection = connect(served)
    head = "\r\n".join([f"{method} {path} HTTP/{version}", "Host: 127.0.0.1", *headers, "", ""])
    connection.sendall(head.encode("latin-1") + body)
    return connection


def read(connection):
    """Status, headers and body of the one answer that comes, until the server ends the connection or it is whole."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        assert piece, data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return int(first.split()[1]), headers, body


def ask(served, path, **headers):
    request = urllib.request.Request(served.address + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.fixture
def signed_in(served):
    """The cookies of a superuser of the demo, and the token that forms need."""
    code = (
        "from django.contrib.auth import get_user_model as model, HASH_SESSION_KEY, SESSION_KEY, BACKEND_SESSION_KEY;"
        "from django.contrib.sessions.backends.db import SessionStore;"
        "user = model().objects.filter(is_superuser=True).first(); session = SessionStore();"
        "session[SESSION_KEY] = str(user.pk); session[HASH_SESSION_KEY] = user.get_session_auth_hash();"
        "session[BACKEND_SESSION_KEY] = 'django.contrib.auth.backends.ModelBackend';"
        "session.create(); print(session.session_key)"
    )
    made = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", code],
        cwd=ROOT,
        env=served.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    secret = "a" * 32
    return f"Cookie: sessionid={made.stdout.split()[-1]}; csrftoken={secret}", f"X-CSRFToken: {secret}"


@pytest.fixture
def many_slow(served):
    """Bodies and heads that do not come to their end, of all methods and to all sorts of addresses."""
    with ExitStack() as stack:
        for number in range(SLOW):
            path = (LOGIN, "/api/v1/content/", "/admin/", "/healthz", "/preview/x/")[number % 5]
            method = ("POST", "GET", "PUT", "OPTIONS")[number % 4]
            stack.enter_context(begin(served, method, path, FORM, "Content-Length: 1000", body=b"ab"))
            chunked = begin(served, "POST", path, "Transfer-Encoding: chunked", body=b"2\r\nab\r\n")
            stack.enter_context(chunked)
            stack.enter_context(connect(served)).sendall(b"GET / HTTP/1.1\r\nHo")
        yield


def test_whoever_is_beside_slow_requests_is_answered(served, many_slow):
    paths = ["/healthz", "/readyz", "/api/v1/content/?stage=think", LOGIN, "/api/v1/journeys/", "/admin/"] * 4
    statuses = [ask(served, path)[0] for path in paths]
    with begin(served, "POST", LOGIN, FORM, "Content-Length: 3", body=b"a=b") as connection:
        assert (statuses, read(connection)[0]) == ([200] * len(paths), 403)  # without a token, the form is refused


def test_what_does_not_come_is_ended(served):
    with (
        begin(served, "POST", LOGIN, FORM, "Content-Length: 100", body=b"ab") as slow,
        begin(served, "POST", LOGIN, "Transfer-Encoding: chunked", body=b"2\r\nab\r\n") as chunked,
        connect(served) as head,
        connect(served) as idle,
    ):
        head.sendall(b"GET / HTTP/1.1\r\nHo")
        answers = [read(slow), read(chunked)]
        assert [(status, json.loads(body)["title"]) for status, _, body in answers] == [(408, "Request timeout")] * 2
        assert (slow.recv(1), head.recv(1), idle.recv(1)) == (b"", b"", b"")


@pytest.mark.parametrize("path", [LOGIN, "/admin/", "/api/v1/content/", "/admin/content/media/add/"])
def test_a_stranger_is_refused_before_the_body_is_read(served, path):
    cookie = "Cookie: csrftoken=" + "a" * 32
    announced = "Content-Length: 200000000"
    with begin(served, "POST", path, cookie, "Content-Type: multipart/form-data; boundary=x", announced) as large:
        status, headers, body = read(large)
        assert (status, headers["content-type"]) == (413, "application/problem+json")
        assert json.loads(body)["request_id"] == headers["x-request-id"]
    with begin(served, "POST", path, "Cookie: sessionid=made-up", announced, "Expect: 100-continue") as expecting:
        assert read(expecting)[0] == 413  # and not: go on


@pytest.mark.parametrize("path", [LOGIN, "/admin/", "/admin/content/media/add/"])
def test_a_small_file_of_a_stranger_is_not_taken_either(served, path):
    body = FILE % (b"a" * 100)
    headers = ("Cookie: csrftoken=" + "a" * 32, "Content-Type: multipart/form-data; boundary=x")
    with begin(served, "POST", path, *headers, f"Content-Length: {len(body)}", body=body) as connection:
        assert read(connection)[0] == 413


def test_who_is_signed_in_uploads_a_file_that_is_not_too_large(served, signed_in):
    path, kind = "/admin/content/media/add/", "Content-Type: multipart/form-data; boundary=x"
    fitting = FILE % (b"a" * 3_000_000)
    with begin(served, "POST", path, *signed_in, kind, f"Content-Length: {len(fitting)}", body=fitting) as connection:
        status, _, page = read(connection)
        assert (status, b"a.png" in page) == (200, True)  # the form again: it is no picture
    elsewhere = f"Content-Length: {len(fitting)}"
    with begin(served, "POST", "/admin/content/asset/add/", *signed_in, kind, elsewhere) as connection:
        assert read(connection)[0] == 413
    with begin(served, "POST", path, *signed_in, kind, "Content-Length: 30000000") as connection:
        connection.sendall(FILE.partition(b"%b")[0])
        for _ in range(21):
            connection.sendall(b"a" * 1_000_000)
        assert read(connection)[0] == 413  # before it was all sent


def test_a_request_that_asks_first_is_told_to_go_on(served):
    with begin(served, "POST", LOGIN, FORM, "Content-Length: 3", "Expect: 100-continue") as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"a=b")
        assert read(connection)[0] == 403


def test_probes_know_no_host_and_lists_do(served):
    tag = ask(served, "/api/v1/content/?stage=see")[1]["ETag"]
    for host, statuses in {"10.1.2.3:8000": (200, 200, 400, 400), "127.0.0.1": (200, 200, 200, 304)}.items():
        codes = [ask(served, path, Host=host)[0] for path in ("/healthz", "/readyz", "/api/v1/content/?stage=see")]
        again = ask(served, "/api/v1/content/?stage=see", Host=host, **{"If-None-Match": tag})[0]
        assert (*codes, again) == statuses


def test_a_kept_answer_is_the_one_that_was_made(served):
    path = "/api/v1/content/?stage=do&locale=da"
    apart = ("date", "x-request-id", "content-length", "content-encoding")
    answers = [ask(served, path, **{"Accept-Encoding": "identity"}) for _ in range(3)]
    headers_of = [{name.lower(): value for name, value in headers.items()} for _, headers, _ in answers]
    ids = {headers["x-request-id"] for headers in headers_of}
    assert len(ids) == 3
    assert len({(status, body) for status, _, body in answers}) == 1
    assert len({tuple(sorted((n, v) for n, v in headers.items() if n not in apart)) for headers in headers_of}) == 1
    with begin(served, "HEAD", path) as connection:
        status, headers, body = read_head(connection)
    assert (status, headers["etag"], body) == (200, headers_of[0]["etag"], b"")
    assert headers["content-length"] == headers_of[0]["content-length"]


def read_head(connection):
    data = connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), body


@pytest.mark.parametrize("codings", ["gzip;q=0", "identity", "br, gzip; q=0.0", "*;q=0", ""])
def test_what_is_refused_is_not_sent(served, codings):
    path = "/api/v1/content/?stage=think"
    ask(served, path, **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in ask(served, path, **{"Accept-Encoding": codings})[1]


def test_files_come_whole_or_in_part(served):
    file = min(Path(served.environment["MEDIA_ROOT"]).glob("*.webp"))
    path = f"/media/{file.name}"
    whole = ask(served, path)[2]
    assert whole == file.read_bytes()
    status, headers, part = ask(served, path, Range="bytes=10-19")
    assert (status, headers["Content-Range"], part) == (206, f"bytes 10-19/{len(whole)}", whole[10:20])


def test_who_leaves_before_the_answer_leaves_nothing_behind(served):
    for number in range(30):
        begin(served, "GET", f"/api/v1/content/?page_size={number + 1}&include=next_steps").close()
        begin(served, "POST", LOGIN, FORM, "Content-Length: 100", body=b"ab").close()
    assert [ask(served, path)[0] for path in ("/healthz", "/readyz", "/api/v1/content/?page_size=99")] == [200] * 3
