"""Share links: who may make and revoke one, what it holds, and when it goes."""

import logging
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.events.prune import prune
from content.models import Asset, ShareLink, Translation
from content.publishing.publish import publish
from content.sharing.share import link_of, may_share, open_link, revoke, share
from tests.content.sharing.conftest import DAY
from tests.drafts import place
from tests.factories import NextStepFactory
from tests.pictures import media
from tests.stored import unwritable

pytestmark = pytest.mark.django_db


def test_openings_are_counted_and_a_look_at_the_headers_is_none(text, look, client, at):
    link, token = share(text, by=None, at=at)
    look(token)
    look(token, after=timedelta(hours=2))
    with time_machine.travel(at + timedelta(hours=3), tick=False):
        head = client.head(f"/preview/{token}/")

    link.refresh_from_db()
    assert (link.openings, link.last_opened_at, head.status_code) == (2, at + timedelta(hours=2), 200)


@pytest.mark.django_db(transaction=True)
def test_a_link_opens_while_nothing_can_be_written(text, at):
    link, token = share(text, by=None, at=at)
    with unwritable():
        assert open_link(token, at=at) == link

    link.refresh_from_db()
    assert link.openings == 0


def test_nothing_is_sent_to_a_link(text, client, at):
    _, token = share(text, by=None, at=at)
    with time_machine.travel(at, tick=False):
        assert client.post(f"/preview/{token}/").status_code == 405
        assert client.post("/preview/x/").status_code == 405


def test_what_fails_is_logged_without_the_token(text, client, at, monkeypatch):
    _, token = share(text, by=None, at=at)
    monkeypatch.setattr("content.sharing.page.field_lines", lambda *args: 1 / 0)
    client.raise_request_exception = False
    console, written = next(one for one in logging.getLogger().handlers if one.get_name() == "console"), StringIO()
    before = console.setStream(written)

    with time_machine.travel(at, tick=False):
        answer = client.get(f"/preview/{token}/")

    console.setStream(before)
    assert (answer.status_code, token in written.getvalue()) == (500, False)
    assert "Internal Server Error: /preview/…/" in written.getvalue()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"lasting": 0}, {"lasting": "lasting_unknown"}),
        ({"lasting": 31}, {"lasting": "lasting_unknown"}),
        ({"note": "a" * 201}, {"note": "max_length"}),
    ],
)
def test_a_link_that_cannot_be_is_refused(text, words, code):
    with pytest.raises(ValidationError) as refusal:
        share(text, by=None, **words)

    assert {name: errors[0].code for name, errors in refusal.value.error_dict.items()} == code
    assert not ShareLink.objects.exists()


def test_a_text_that_is_no_more_is_not_shared_and_takes_its_links_with_it(text, look, at):
    _, token = share(text, by=None, at=at)
    gone = Translation.objects.get()
    text.delete()

    with pytest.raises(ValidationError) as refusal:
        share(gone, by=None)

    assert (refusal.value.code, look(token).status_code) == ("nothing_to_share", 404)


@pytest.mark.parametrize(
    ("rights", "may"),
    [
        ([], False),
        (["view_asset"], False),
        (["publish_asset"], False),
        (["change_asset", "edit_any_asset"], True),
        (["share_asset"], True),
    ],
)
def test_whoever_may_edit_an_asset_or_was_given_the_right_may_share_and_revoke(text, staff, rights, may):
    user = staff(*rights)
    link, _ = share(text, by=None)

    def allowed(verb, *args, **words):
        try:
            verb(*args, by=user, **words)
        except PermissionDenied:
            return False
        return True

    results = [allowed(share, text), allowed(revoke, link, at=datetime(2026, 3, 2, tzinfo=UTC)), may_share(user)]

    assert results == [may] * 3


def test_a_page_costs_the_same_whatever_it_shows(text, at):
    _, token = share(text, by=None, at=at)
    place(text.asset, "do", segments=("families",))
    NextStepFactory(translation=text)
    Asset.objects.update(image=media())
    _, richer = share(text, by=None, at=at)
    counts = []

    for link in (token, richer):
        link_of(link, at=at)
        with CaptureQueriesContext(connection) as captured, time_machine.travel(at, tick=False):
            Client().head(f"/preview/{link}/")
        counts.append(len(captured))

    assert counts == [2, 2]  # the link, and whether the map in memory is the one that stands


@pytest.mark.parametrize("name", ["asset", "translation"])
def test_what_was_shared_can_be_deleted_by_those_who_may_delete_it(text, client, staff, name):
    text.next_steps.all().delete()
    text.asset.placements.all().delete()
    share(text, by=None)
    thing = {"asset": text.asset, "translation": text}[name]
    staff("view_asset", "delete_asset", "view_translation", "delete_translation", "edit_any_asset")

    client.post(reverse(f"admin:content_{name}_delete", args=[thing.pk]), {"post": "yes"})

    assert not type(thing).objects.filter(pk=thing.pk).exists()
    assert not ShareLink.objects.exists()


def test_publishing_leaves_links_alone(text, look, at):
    text.next_steps.update(intent="learn_more")
    _, token = share(text, by=None, at=at)
    before = look(token).content
    publish(text.asset, at=at + timedelta(minutes=1))

    assert look(token).content == before


def test_links_that_ended_long_ago_are_let_go(text, at):
    revoked = revoke(share(text, by=None, lasting=30, at=at)[0], by=None, at=at + DAY)
    expired = share(text, by=None, lasting=7, at=at)[0]
    active = share(text, by=None, lasting=30, at=at)[0]
    left = []

    for days in (30, 32, 36, 38):
        prune(now=at + days * DAY)
        left.append(set(ShareLink.objects.values_list("pk", flat=True)))

    every = {revoked.pk, expired.pk, active.pk}
    assert left == [every, every - {revoked.pk}, every - {revoked.pk}, {active.pk}]
