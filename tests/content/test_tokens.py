"""Tokens: who holds one is known, is refused at once when it ends, and its secret is nowhere."""

import re
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import path, reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.response import Response
from rest_framework.views import APIView

from config.urls import handler404, handler500
from config.urls import urlpatterns as ours
from content.api.authentication import REFUSED, require
from content.models import AccessToken
from content.tokens import bearer, issue_token, revoke
from tests.conftest import REQUEST_ID

SERVICE = "/api/v1/"
TOKEN = re.compile(r"wmk_[0-9a-f]{12}_[0-9a-f]{64}")
FAR = {"expires_at_0": "2999-01-01", "expires_at_1": "12:00"}
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


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


@pytest.fixture
def staff(client):
    def logged_in(*rights):
        user = User.objects.create_user("editor", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        client.force_login(user)
        return user

    return logged_in


def ask(api, text, address=SERVICE, **headers):
    return api.get(address, headers={"Authorization": f"Bearer {text}", **headers})


def page(name, *args):
    return reverse(f"admin:content_accesstoken_{name}", args=args)


def refused(address=SERVICE, detail=REFUSED):
    return {
        "type": "urn:waymark:problem:not-authenticated",
        "title": "Not authenticated",
        "status": 401,
        "detail": detail,
        "instance": address,
        "request_id": REQUEST_ID,
    }


def everything_stored():
    """All rows of all tables, as one text."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return repr(rows)


@contextmanager
def unwritable():
    """The database takes no writes just now: another process is at it (SQLite), or it is a replica (PostgreSQL)."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"], uri=True)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")
            yield
            cursor.execute("SET default_transaction_read_only = off")


def test_a_token_is_told_once_and_kept_as_a_digest(db, at, admin_user):
    token, text = issue_token("Site", scopes=["audit", "preview", "audit"], expires_at=at + DAY, by=admin_user, at=at)

    stored = AccessToken.objects.get()
    _, prefix, secret = text.split("_")
    assert (token, bool(TOKEN.fullmatch(text))) == (stored, True)
    assert {**vars(stored), "_state": None, "digest": None, "id": None} == {
        "_state": None,
        "id": None,
        "name": "Site",
        "prefix": prefix,
        "digest": None,
        "scopes": ["audit", "preview"],
        "created_at": at,
        "created_by_id": admin_user.pk,
        "by_system": False,
        "expires_at": at + DAY,
        "revoked_at": None,
        "last_used_at": None,
    }
    assert prefix in everything_stored()
    assert secret not in everything_stored()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"scopes": []}, {"scopes": "blank"}),
        ({"scopes": ["preview", "manage"]}, {"scopes": "unknown_scope"}),
        ({"name": "  "}, {"name": "blank"}),
        ({"name": "a" * 101}, {"name": "max_length"}),
        ({"expires_at": datetime(2026, 3, 1, 12, tzinfo=UTC)}, {"expires_at": "expiry_passed"}),
    ],
)
def test_a_token_that_cannot_be_is_refused(db, at, words, code):
    with pytest.raises(ValidationError) as refusal:
        issue_token(**{"name": "Site", "scopes": ["preview"], "at": at} | words)

    assert {name: errors[0].code for name, errors in refusal.value.error_dict.items()} == code
    assert not AccessToken.objects.exists()


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


def test_a_token_is_of_use_until_the_instant_at_which_it_expires(db, at):
    token, text = issue_token("Site", scopes=["preview"], expires_at=at + DAY, at=at)

    known = [bearer(text, at=at + DAY - timedelta(microseconds=1)), bearer(text, at=at + DAY)]

    assert known == [token, None]


def test_an_expired_token_is_refused(api, db, at):
    _, text = issue_token("Site", scopes=["preview"], expires_at=at + DAY, at=at)

    with time_machine.travel(at + DAY, tick=False):
        answer = ask(api, text)

    assert (answer.status_code, answer.json()) == (401, refused())


def test_a_revoked_token_is_refused_by_the_very_next_request(api, text):
    before = ask(api, text).status_code

    revoke(AccessToken.objects.get(), at=timezone.now())

    assert (before, ask(api, text).status_code) == (200, 401)


def test_a_token_revoked_again_keeps_its_first_end(db, at):
    token, _ = issue_token("Site", scopes=["preview"], at=at)
    revoke(token, at=at)

    revoke(token, at=at + DAY)

    assert AccessToken.objects.get().revoked_at == token.revoked_at == at


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


def test_the_last_use_is_noted_once_a_minute(api, text, at):
    noted = []
    for passed in (0 * MINUTE, MINUTE / 2, MINUTE, 5 * MINUTE / 2):
        with time_machine.travel(at + passed, tick=False):
            ask(api, text)
        noted.append(AccessToken.objects.get().last_used_at - at)

    assert noted == [0 * MINUTE, 0 * MINUTE, MINUTE, 5 * MINUTE / 2]


def test_a_refused_request_is_no_use(api, text):
    ask(api, f"{text[:-64]}{'0' * 64}")

    assert AccessToken.objects.get().last_used_at is None


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes_just_now_neither_fails_nor_delays_a_read(at):
    token, text = issue_token("Site", scopes=["preview"], at=at)

    with unwritable():
        begun = timezone.now()
        known = bearer(text, at=at)
        waited = timezone.now() - begun

    assert (known, waited < timedelta(seconds=5)) == (token, True)
    assert AccessToken.objects.get().last_used_at is None
    assert bearer(text, at=at) == token
    assert AccessToken.objects.get().last_used_at == at


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


def test_the_last_line_of_the_command_is_a_token(api, db):
    output, asides = StringIO(), StringIO()

    call_command("create_token", "Preview site", scope=["preview", "audit"], stdout=output, stderr=asides)

    text = output.getvalue().splitlines()[-1]
    token = AccessToken.objects.get()
    assert (token.name, token.scopes, token.expires_at) == ("Preview site", ["preview", "audit"], None)
    assert bearer(text, at=timezone.now()) == token
    assert text not in asides.getvalue()
    assert ask(api, text).status_code == 200


def test_a_token_of_the_command_is_of_use_through_its_last_day(db, settings):
    settings.TIME_ZONE = "Europe/Oslo"

    arguments = ["create_token", "Site", "--scope", "preview", "--expires", "2999-01-01"]
    call_command(*arguments, stdout=StringIO(), stderr=StringIO())

    assert AccessToken.objects.get().expires_at == datetime(2999, 1, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say what it is for: --scope and any of preview, audit."),
        (["--scope", "manage"], "Unknown scope “manage”; write any of preview, audit."),
        (["--scope", "%s"], "Unknown scope “%s”; write any of preview, audit."),
        (["--scope", "audit", "--expires", "2001-01-01"], "Choose an end in the future."),
        (["--scope", "audit", "--expires", "0001-01-01"], "Choose a date from 1900 to 9998."),
        (["--scope", "audit", "--expires", "9999-12-31"], "“9999-12-31” is no day; write one like 2027-01-01."),
        (["--scope", "audit", "--expires", "tomorrow"], "“tomorrow” is no day; write one like 2027-01-01."),
        (["--scope", "audit", "--expires", ""], "“” is no day; write one like 2027-01-01."),
    ],
)
def test_the_command_says_what_to_write_instead(db, arguments, said):
    with pytest.raises(CommandError) as refusal:
        call_command("create_token", "Site", *arguments, stdout=StringIO(), stderr=StringIO())

    assert str(refusal.value) == said
    assert not AccessToken.objects.exists()


def test_the_admin_shows_a_new_token_on_the_page_that_answers_and_nowhere_else(admin_client, admin_user, api):
    form = {
        "name": "Preview site",
        "scopes": ["preview", "audit"],
        "expires_at_0": "2999-01-01",
        "expires_at_1": "12:00",
    }

    answer = admin_client.post(page("add"), form)

    token = AccessToken.objects.get()
    [text] = set(TOKEN.findall(answer.content.decode()))
    assert (answer.status_code, ask(api, text).status_code) == (200, 200)
    assert "no-store" in answer["Cache-Control"]
    assert (token.scopes, token.created_by, str(token)) == (
        ["preview", "audit"],
        admin_user,
        f"Preview site ({token.prefix})",
    )
    assert [(entry.object_id, entry.object_repr) for entry in LogEntry.objects.all()] == [(str(token.pk), str(token))]
    secret = text.rpartition("_")[2]
    assert secret not in everything_stored() + repr(answer.cookies) + repr(dict(admin_client.session))
    for name, args in (("changelist", ()), ("change", (token.pk,)), ("history", (token.pk,)), ("add", ())):
        shown = admin_client.get(page(name, *args))
        assert (shown.status_code, secret in shown.content.decode()) == (200, False)
        assert token.digest not in shown.content.decode()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "\x00"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["manage"]}, "scopes"),
        ({"expires_at_0": "2001-01-01", "expires_at_1": "12:00"}, "expires_at"),
        ({"expires_at_0": "2999-13-01", "expires_at_1": "12:00"}, "expires_at"),
    ],
)
def test_a_token_that_cannot_be_is_refused_in_words_by_the_admin(admin_client, words, field):
    answer = admin_client.post(page("add"), {"name": "Site", "scopes": ["preview"], **words})

    assert list(answer.context["adminform"].form.errors) == [field]
    assert not AccessToken.objects.exists()


def test_revoking_asks_first_and_is_on_record(admin_client, api, text):
    token = AccessToken.objects.get()

    question = admin_client.get(page("revoke", token.pk))
    still = ask(api, text).status_code
    answer = admin_client.post(page("revoke", token.pk))

    assert (question.status_code, still, ask(api, text).status_code) == (200, 200, 401)
    assert answer.url == page("change", token.pk)
    assert [str(m) for m in get_messages(answer.wsgi_request)] == [
        f"“Preview site ({token.prefix})” is revoked: it is refused from now on."
    ]
    assert LogEntry.objects.get().get_change_message() == "Revoked."


def test_who_may_revoke_is_offered_it(admin_client, text):
    shown = admin_client.get(page("change", AccessToken.objects.get().pk))

    assert "Revoke …" in shown.content.decode()


def test_the_list_says_in_a_word_what_a_token_is_worth(admin_client, db, at):
    issue_token("Usable", scopes=["preview"])
    issue_token("Expired", scopes=["preview"], expires_at=at + MINUTE, at=at)
    revoke(issue_token("Revoked", scopes=["preview"])[0], at=at)

    answer = admin_client.get(page("changelist"))

    screen = answer.context["cl"].model_admin
    assert {token.name: screen.state(token) for token in answer.context["cl"].result_list} == {
        "Usable": "usable",
        "Expired": "expired",
        "Revoked": "revoked",
    }


def test_the_list_asks_as_much_for_three_as_for_one(admin_client, admin_user, django_assert_num_queries):
    issue_token("One", scopes=["preview"], by=admin_user)
    admin_client.get(page("changelist"))

    with django_assert_num_queries(5):  # session, user, two counts, rows
        admin_client.get(page("changelist"))
    for name in ("Two", "Three"):
        issue_token(name, scopes=["audit"], by=User.objects.create_superuser(name))
    with django_assert_num_queries(5):
        admin_client.get(page("changelist"))


@pytest.mark.parametrize("name", ["change", "delete"])
def test_no_form_changes_or_deletes_a_token(admin_client, text, name):
    token = AccessToken.objects.get()

    answer = admin_client.post(page(name, token.pk), {"name": "Other", "scopes": ["audit"], "post": "yes"})

    token.refresh_from_db()
    assert (answer.status_code, token.name, token.scopes) == (403, "Preview site", ["preview"])


@pytest.mark.parametrize(
    ("rights", "codes"),
    [
        ([], {"changelist": 403, "add": 403, "change": 403, "revoke": 403}),
        (["view"], {"changelist": 200, "add": 403, "change": 200, "revoke": 403}),
        (["add"], {"changelist": 403, "add": 200, "change": 403, "revoke": 403}),
        (["view", "change"], {"changelist": 200, "add": 403, "change": 200, "revoke": 200}),
    ],
)
def test_each_page_takes_its_own_right(client, staff, text, rights, codes):
    token = AccessToken.objects.get()
    staff(*(f"{right}_accesstoken" for right in rights))

    answers = {name: client.get(page(name, *([token.pk] if name in ("change", "revoke") else []))) for name in codes}

    assert {name: answer.status_code for name, answer in answers.items()} == codes


def test_who_may_not_revoke_is_not_offered_it_and_cannot(client, staff, api, text):
    token = AccessToken.objects.get()
    staff("view_accesstoken")

    shown = client.get(page("change", token.pk))
    answer = client.post(page("revoke", token.pk))

    assert ("Revoke …" in shown.content.decode(), answer.status_code, ask(api, text).status_code) == (False, 403, 200)


def test_who_may_only_add_sees_the_new_token(client, db, staff):
    staff("add_accesstoken", "view_asset", "view_translation")

    answer = client.post(page("add"), {"name": "Site", "scopes": ["preview"]})

    assert (answer.status_code, len(set(TOKEN.findall(answer.content.decode())))) == (200, 1)
