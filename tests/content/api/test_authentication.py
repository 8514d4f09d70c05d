"""Tokens at the routes: each scope opens what it is for, what is no token is refused, and no cache keeps an answer."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.response import Response
from rest_framework.views import APIView

from config.urls import handler404, handler500
from config.urls import urlpatterns as ours
from content.api.authentication import REFUSED, require
from content.tokens import bearer, issue_token
from tests.conftest import REQUEST_ID

SERVICE = "/api/v1/"
TOKEN = re.compile(r"wmk_[0-9a-f]{12}_[0-9a-f]{64}")


class Guarded(APIView):
    def get(self, request):
        require(request, "preview", "as_of")
        return Response({"token": request.auth.name, "user": request.user})


class GuardedWhole(APIView):
    def get(self, request):
        require(request, "audit")


class Broken(APIView):
    def get(self, request):
        raise RuntimeError("ours")


urlpatterns = [
    path("guarded/", Guarded.as_view()),
    path("guarded-whole/", GuardedWhole.as_view()),
    path("broken/", Broken.as_view()),
    *ours,
]
__all__ = ["handler404", "handler500"]
guarded = pytest.mark.urls(__name__)


@pytest.fixture
def text(db):
    """A token with scope ``preview``."""
    return issue_token("Preview site", scopes=["preview"])[1]


def ask(api, text, address=SERVICE, **headers):
    return api.get(address, headers={"Authorization": f"Bearer {text}", **headers})


def refused(address=SERVICE, detail=REFUSED):
    return {
        "type": "urn:waymark:problem:not-authenticated",
        "title": "Not authenticated",
        "status": 401,
        "detail": detail,
        "instance": address,
        "request_id": REQUEST_ID,
    }


@guarded
def test_a_token_opens_what_its_scope_is_for(api, text):
    answer = ask(api, text, "/guarded/")

    assert (answer.status_code, answer.json()) == (200, {"token": "Preview site", "user": None})


@guarded
def test_without_a_token_what_needs_one_says_so(api, db):
    answer = api.get("/guarded/")

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json() == refused("/guarded/", "Parameter 'as_of' needs a token with scope 'preview'.")


@guarded
@pytest.mark.parametrize(
    ("scope", "address", "detail"),
    [
        ("audit", "/guarded/", "Parameter 'as_of' needs a token with scope 'preview'; this one has audit."),
        ("preview", "/guarded-whole/", "This address needs a token with scope 'audit'; this one has preview."),
    ],
)
def test_a_token_without_the_scope_is_told_which_it_lacks(api, db, scope, address, detail):
    _, text = issue_token("Other", scopes=[scope])

    answer = ask(api, text, address)

    assert answer.status_code == 403
    assert "WWW-Authenticate" not in answer
    assert answer.json() == {
        "type": "urn:waymark:problem:not-allowed",
        "title": "Not allowed",
        "status": 403,
        "detail": detail,
        "instance": address,
        "request_id": REQUEST_ID,
    }


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer   "])
def test_the_scheme_is_read_in_any_case(api, text, scheme):
    assert api.get(SERVICE, headers={"authorization": f"{scheme}{text} "}).status_code == 200


def test_a_public_answer_is_the_same_with_a_token(api, world, text):
    assert ask(api, text).content == api.get(SERVICE).content


@pytest.mark.parametrize(
    "forge",
    [
        lambda text: "",
        lambda text: "Bearer",
        lambda text: "Bearer ",
        lambda text: text,
        lambda text: f"Token {text}",
        lambda text: "Basic YWRtaW46YWRtaW4=",
        lambda text: f"Bearer{text}",
        lambda text: f"Bearer\t{text}",
        lambda text: f"Bearer {text} {text}",
        lambda text: f"Bearer {text},Bearer {text}",
        lambda text: f'Bearer "{text}"',
        lambda text: f"Bearer {text[:-1]}",
        lambda text: f"Bearer {text}0",
        lambda text: f"Bearer {text.upper()}",
        lambda text: f"Bearer {text.replace('_', '-')}",
        lambda text: f"Bearer {text.replace('wmk', 'wmx')}",
        lambda text: f"Bearer {text[:4]}{'0' * 12}{text[16:]}",
        lambda text: f"Bearer {text[:17]}{'0' * 64}",
        lambda text: f"Bearer {text[:10]}\x00{text[11:]}",
        lambda text: f"Bearer {text[:-1]}\x00",
        lambda text: f"Bearer {text[:-1]}é",
        lambda text: f"Bearer {text[:-1]}%",
        lambda text: f"Bearer {text[:-1]}\xa0",
        lambda text: "Bearer wmk__",
        lambda text: f"Bearer {'wmk_' * 25_000}",
    ],
)
def test_what_is_no_usable_token_is_refused_alike_even_where_none_is_needed(api, text, forge):
    answer = api.get(SERVICE, headers={"Authorization": forge(text)})

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == refused()


@given(st.text() | st.from_regex(r"wmk_[0-9a-f]{11,13}_[0-9a-f]{63}.?"))
def test_no_text_but_a_token_reaches_the_database(text):
    """This test has no database."""
    if not TOKEN.fullmatch(text):
        assert bearer(text, at=datetime(2026, 3, 1, tzinfo=UTC)) is None


def test_a_request_without_a_token_asks_nothing_more_and_one_with_a_token_one_query(
    api, world, text, django_assert_num_queries
):
    ask(api, text)

    with django_assert_num_queries(0):
        api.get(SERVICE)
    with django_assert_num_queries(1):
        ask(api, text)
    with django_assert_num_queries(0):
        api.get(SERVICE, headers={"Authorization": "Bearer wmk_0"})


@guarded
@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", SERVICE, 200),
        ("head", SERVICE, 200),
        ("options", SERVICE, 200),
        ("get", f"{SERVICE}content/?stage=thnk", 400),
        ("get", "/guarded-whole/", 403),
        ("get", f"{SERVICE}kinds/none/", 404),
        ("get", f"{SERVICE}nowhere/", 404),
        ("get", f"{SERVICE}content", 301),
        ("post", SERVICE, 405),
        ("get", "/broken/", 500),
        ("get", "/healthz", 200),
    ],
)
def test_no_cache_keeps_what_was_answered_to_a_token(api, world, text, method, address, status):
    api.raise_request_exception = False

    answer = getattr(api, method)(address, headers={"Authorization": f"Bearer {text}"})

    assert (answer.status_code, answer["Cache-Control"]) == (status, "private, no-store")


@pytest.mark.parametrize("header", ["", "Bearer wmk_0", "Basic YWRtaW46YWRtaW4="])
def test_no_cache_keeps_a_refusal(api, db, header):
    answer = api.get(SERVICE, headers={"Authorization": header})

    assert (answer.status_code, answer["Cache-Control"]) == (401, "private, no-store")


def test_no_cache_keeps_what_was_answered_to_a_token_at_a_strange_host(api, text):
    answer = ask(api, text, Host="elsewhere.example")

    assert (answer.status_code, answer["Cache-Control"]) == (400, "private, no-store")


def test_an_answer_to_nobody_in_particular_is_not_private(api, world):
    assert "no-store" not in api.get(SERVICE).get("Cache-Control", "")
