"""Every page of the admin answers those who may see it, and is closed to everybody else."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from content.admin.publishing.edition import EditionAdmin
from content.events.endpoints import add_endpoint, send_test
from content.models import (
    Edition,
    ExpectedStep,
    Pin,
    Source,
    Target,
)
from content.publishing.publish import publish
from content.publishing.waivers import waive
from content.sharing.share import share
from content.tokens import issue_token
from journeys.models import Journey
from tests.admin_pages import messages_of, page
from tests.drafts import draft, stage
from tests.factories import ChannelFactory, TermFactory, TouchpointFactory
from tests.pictures import media

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
LIST, ADD = "changelist", "add"
PAGES = (LIST, ADD, "change", "delete")


@pytest.fixture
def client(admin_client):
    return admin_client


@pytest.fixture
def house(world, admin_user):
    """A row of everything that has a screen."""
    asset = draft("think", locales=("en", "nb"), slug="grill")
    asset.terms.add(TermFactory())
    [edition, _] = publish(asset)
    touchpoint = TouchpointFactory(journey=Journey.objects.get(), channel=ChannelFactory())
    Pin.objects.create(touchpoint=touchpoint, asset=asset)
    Target.objects.create(stage=stage("think"), minimum=2)
    ExpectedStep.objects.create(stage=stage("think"), intents=["compare"])
    asset.image = media()
    asset.save()
    Source.objects.create(key="pages/grill", asset=asset, hashes={"en": {}})
    Group.objects.create(name="Editors")
    issue_token("Preview site", scopes=["preview"])
    share(asset.translations.first(), by=admin_user)
    now = timezone.now()
    send_test(add_endpoint("Site", url="https://example.org/hook", at=now)[0], at=now)
    waive(f"cta_missing:{asset.public_id}:en", reason="Soon", until=now + timedelta(days=1), by=admin_user, at=now)
    return edition


def address_of(model, name):
    args = [model._default_manager.first().pk] if name not in (LIST, ADD) else []
    return page(f"{model._meta.app_label}_{model._meta.model_name}_{name}", *args)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_every_page_answers_a_superuser_or_says_why_not(client, house, model, rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    screen = admin.site._registry[model]
    may = {ADD: screen.has_add_permission(request), "delete": screen.has_delete_permission(request)}

    answers = {name: client.get(address_of(model, name)) for name in (*PAGES, "history")}

    codes = {name: answer.status_code for name, answer in answers.items()}
    if may["delete"] and messages_of(answers["delete"]):
        assert codes.pop("delete") == 302
    assert codes == {name: 200 if may.get(name, True) else 403 for name in codes}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_every_page_is_closed_to_staff_without_rights_and_to_strangers(client, house, staff, model):
    addresses = [address_of(model, name) for name in PAGES]
    staff()

    without_rights = [client.get(address).status_code for address in addresses]
    client.logout()

    assert without_rights == [403] * len(PAGES)
    assert [client.get(address).status_code for address in addresses] == [302] * len(PAGES)


@pytest.mark.parametrize(
    "name", ["content_asset_publish", "content_asset_withdraw", "content_edition_again", "journeys_stage_move"]
)
def test_pages_that_ask_before_a_verb_are_for_those_who_may_publish(client, house, staff, name):
    args = (
        [house.pk if "edition" in name else stage("think").pk] if name.count("_") == 2 and "asset" not in name else []
    )
    as_admin = client.get(page(name, *args), {"ids": house.asset_id}).status_code
    staff("view_asset", "change_asset", "view_edition", "view_stage")

    as_editor = client.get(page(name, *args), {"ids": house.asset_id}).status_code
    client.logout()

    assert (as_admin, as_editor, client.get(page(name, *args)).status_code) == (200, 403, 302)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_those_who_may_only_look_can_look(client, house, staff, model):
    addresses = [address_of(model, name) for name in (LIST, "change")]
    staff(*Permission.objects.filter(codename__startswith="view_").values_list("codename", flat=True))

    assert [client.get(address).status_code for address in addresses] == [200, 200]


@pytest.mark.parametrize(
    "address", ["asset/publish/?ids=x,9", "asset/withdraw/", "edition/9/again/", "edition/9/move/"]
)
def test_a_page_about_nothing_is_not_found(client, world, address):
    assert client.get(f"/admin/content/{address}").status_code == 404


def test_the_first_page_lists_the_tasks_somebody_may_do(client, world, staff):
    staff("view_asset")

    response = client.get(page("index"))

    assert b"Assets" in response.content
    assert b"Kinds" not in response.content


@pytest.mark.parametrize("name", ["change", "delete"])
def test_an_edition_cannot_be_changed_or_deleted_by_any_form(client, house, name):
    response = client.post(page(f"content_edition_{name}", house.pk), {"title": "Other", "post": "yes"})

    assert response.status_code == 403
    assert Edition.objects.get(pk=house.pk).title == house.title


def test_an_editions_page_shows_its_words_without_what_could_run(house, world):
    body = EditionAdmin(Edition, admin.site).body(house)

    assert "<script" not in body


def test_a_superuser_is_touched_by_superusers_only(client, world, staff, admin_user):
    staff("view_user", "change_user")

    response = client.post(page("auth_user_change", admin_user.pk), {"username": "mine"})

    assert response.status_code == 403


def test_nobody_makes_themselves_a_superuser(client, world, staff):
    user = staff("view_user", "change_user")
    form = {"username": "editor", "is_active": "on", "is_staff": "on", "is_superuser": "on"}

    client.post(page("auth_user_change", user.pk), {**form, "date_joined_0": "2026-01-01", "date_joined_1": "12:00"})

    assert User.objects.get(pk=user.pk).is_superuser is False
