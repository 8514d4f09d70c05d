"""Tokens in the admin: a new one is shown once, and each page takes its own right."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.urls import reverse

from content.models import AccessToken
from content.tokens import issue_token, revoke
from tests.stored import everything_stored

SERVICE = "/api/v1/"
TOKEN = re.compile(r"wmk_[0-9a-f]{12}_[0-9a-f]{64}")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def text(db):
    """A token with scope ``preview``."""
    return issue_token("Preview site", scopes=["preview"])[1]


def ask(api, text, address=SERVICE, **headers):
    return api.get(address, headers={"Authorization": f"Bearer {text}", **headers})


def page(name, *args):
    return reverse(f"admin:content_accesstoken_{name}", args=args)


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
        response = admin_client.get(page(name, *args))
        assert (response.status_code, secret in response.content.decode()) == (200, False)
        assert token.digest not in response.content.decode()


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
        f"“Preview site ({token.prefix})” is revoked and no longer works."
    ]
    assert LogEntry.objects.get().get_change_message() == "Revoked."


def test_who_may_revoke_is_offered_it(admin_client, text):
    response = admin_client.get(page("change", AccessToken.objects.get().pk))

    assert "Revoke …" in response.content.decode()


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

    response = client.get(page("change", token.pk))
    answer = client.post(page("revoke", token.pk))

    assert ("Revoke …" in response.content.decode(), answer.status_code, ask(api, text).status_code) == (
        False,
        403,
        200,
    )


def test_who_may_only_add_sees_the_new_token(client, db, staff):
    staff("add_accesstoken", "view_asset", "view_translation")

    answer = client.post(page("add"), {"name": "Site", "scopes": ["preview"]})

    assert (answer.status_code, len(set(TOKEN.findall(answer.content.decode())))) == (200, 1)
