"""Tokens: who holds one is known, is refused at once when it ends, and its secret is nowhere."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from content.api.authentication import REFUSED
from content.models import AccessToken
from content.tokens import bearer, issue_token, revoke
from tests.conftest import REQUEST_ID
from tests.stored import everything_stored, unwritable

SERVICE = "/api/v1/"
TOKEN = re.compile(r"wmk_[0-9a-f]{12}_[0-9a-f]{64}")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


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
    ("arguments", "message"),
    [
        ([], "Choose what it is for: --scope and any of preview, audit."),
        (["--scope", "manage"], "Unknown scope “manage”; write any of preview, audit."),
        (["--scope", "%s"], "Unknown scope “%s”; write any of preview, audit."),
        (["--scope", "audit", "--expires", "2001-01-01"], "Choose an end in the future."),
        (["--scope", "audit", "--expires", "0001-01-01"], "Choose a date from 1900 to 9998."),
        (["--scope", "audit", "--expires", "9999-12-31"], "“9999-12-31” is not a date; write one like 2027-01-01."),
        (["--scope", "audit", "--expires", "tomorrow"], "“tomorrow” is not a date; write one like 2027-01-01."),
        (["--scope", "audit", "--expires", ""], "“” is not a date; write one like 2027-01-01."),
    ],
)
def test_the_command_says_what_to_write_instead(db, arguments, message):
    with pytest.raises(CommandError) as refusal:
        call_command("create_token", "Site", *arguments, stdout=StringIO(), stderr=StringIO())

    assert str(refusal.value) == message
    assert not AccessToken.objects.exists()
