"""The id of a request, in its answer, its problem and the log; and what a log line may hold."""

import logging
import re

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from config.request_id import RequestId, request_id

pytestmark = pytest.mark.django_db
API = "/api/v1/content/"
ADDRESSES = ["/api/v1/", f"{API}?stage=thnk", "/admin/login/", "/", "/healthz", "/readyz", "/nothing/", "/media/x"]
NONSENSE = ["", "short", "a" * 65, "a b c d e f", "<script>x</script>", "idididid\r\nX: y", "ææææææææ"]
GIVEN = "front-end_7.4d2a"


@pytest.fixture
def logged(monkeypatch):
    """The lines that the service writes."""
    lines = []
    console = logging.getLogger("django.request").handlers[0]
    monkeypatch.setattr(console, "emit", lambda record: lines.append(console.format(record)))
    return lines


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_an_id_of_its_own_or_the_one_that_was_given(client, monkeypatch, address):
    monkeypatch.setattr("config.request_id.new_id", iter(["first-of-two", "second-of-two"]).__next__)
    own = [client.get(address)["X-Request-ID"] for _ in range(2)]
    given = client.get(address, headers={"X-Request-ID": GIVEN})["X-Request-ID"]
    assert (own, given) == (["first-of-two", "second-of-two"], GIVEN)


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_what_has_not_the_form_of_an_id_is_none(client, nonsense):
    assert client.get("/healthz", headers={"X-Request-ID": nonsense})["X-Request-ID"] != nonsense


def test_a_problem_tells_its_id_and_what_is_hidden_tells_none(client):
    ids = {"headers": {"X-Request-ID": GIVEN}}
    assert client.get("/api/v1/content/?stage=thnk", **ids).json()["request_id"] == GIVEN
    assert (
        client.get("/api/v1/content/", headers={"Authorization": "Bearer x", "X-Request-ID": GIVEN}).json()[
            "request_id"
        ]
        == GIVEN
    )
    assert "request_id" not in client.get("/nothing/", **ids).json()


def test_a_line_of_the_log_names_the_request(client, logged):
    client.get("/api/v1/", headers={"X-Request-ID": GIVEN, "Host": "evil.example"})
    logging.getLogger("content").warning("Outside of one.")
    assert [re.sub("^[-0-9 :,]+", "", line)[:60] for line in logged] == [
        f"ERROR django.security.DisallowedHost {GIVEN}: Inval",
        "WARNING content -: Outside of one.",
    ]


@pytest.mark.parametrize("path", ["/api/v1/content/", "/admin/", "/", "/media/x"])
def test_a_host_that_is_long_is_one_short_line(client, logged, path):
    client.get(path, headers={"Host": "a" * 60_000})
    [line] = logged
    assert (len(line.splitlines()), len(line) < 1200, "characters)" in line) == (1, True, True)


def test_what_went_wrong_keeps_its_traceback(logged):
    try:
        raise RuntimeError("x" * 5_000)
    except RuntimeError:
        logging.getLogger("django.request").exception("Internal Server Error: /")
    [text] = logged
    assert text.splitlines()[1] == "Traceback (most recent call last):"


def test_the_id_ends_with_its_request():
    seen = []

    def view(request):
        seen.append(request_id())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        RequestId(view)(RequestFactory().get("/", headers={"X-Request-ID": GIVEN}))
    assert (seen, request_id()) == ([GIVEN], "-")


@pytest.mark.parametrize("host", ["10.1.2.3", "10.1.2.3:8000", "[fd00::1]:80", "anything", "a" * 60_000])
@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_probe_is_answered_by_whatever_name_it_knows(host, secure, method, settings):
    settings.SECURE_SSL_REDIRECT = True
    asks = getattr(Client(), method)
    answers = [asks(path, headers={"Host": host}, secure=secure) for path in ("/healthz", "/readyz")]
    assert [(answer.status_code, answer["Cache-Control"]) for answer in answers] == [(200, "private, no-store")] * 2


def test_the_id_comes_first():
    assert settings.MIDDLEWARE[0] == "config.request_id.RequestId"
