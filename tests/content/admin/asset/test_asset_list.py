"""The list of assets: its states, filters and search; and what becomes of assets that are made or deleted."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.admin.asset.state import COLOURS, FILTERS, RULES
from content.drafts.review import approve, note_edit, submit
from content.models import (
    Asset,
    Translation,
)
from content.publishing.publish import publish, withdraw
from tests.admin_pages import form_of, messages_of, page
from tests.drafts import draft, place, stage
from tests.pictures import media

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(admin_client):
    return admin_client


def with_picture(asset):
    asset.image = media()
    asset.save()
    return asset


@pytest.mark.parametrize("name", ["asset", "translation", "edition", "media"])
def test_a_list_asks_as_much_for_three_as_for_one(client, world, name):
    address = page(f"content_{name}_changelist")
    publish(with_picture(draft("think")))
    client.get(address)
    with CaptureQueriesContext(connection) as for_one:
        client.get(address)
    publish([with_picture(draft("think", "do")), with_picture(draft("see", locales=("nb",)))])

    with CaptureQueriesContext(connection) as for_three:
        response = client.get(address)

    assert len(response.context["cl"].result_list) == 3
    assert len(for_three) == len(for_one)


def test_the_list_says_in_a_word_what_readers_see_and_how_far_the_draft_is(client, world, admin_user):
    now = timezone.now()
    words = ("draft", "in review", "approved", "scheduled", "live", "live with changes", "live, in review")
    assets = {word: draft("think") for word in (*words, "live, approved", "expired", "withdrawn")}
    publish(assets["expired"], at=now - timedelta(hours=2), live_until=now - timedelta(hours=1))
    publish([assets[word] for word in assets if word.startswith("live") or word == "withdrawn"])
    withdraw(assets["withdrawn"])
    publish(assets["scheduled"], live_from=now + timedelta(days=1))
    for word in ("live with changes", "live, in review", "live, approved"):
        assets[word].translations.update(summary="More")
        note_edit(assets[word])
    for word in ("in review", "approved", "live, in review", "live, approved"):
        submit(assets[word].translations.get(), by=admin_user, at=now)
    for word in ("approved", "live, approved"):
        approve(assets[word].translations.get(), by=User.objects.create_superuser(word), at=now)
    screen = admin.site._registry[Asset]

    def listed(**parameters):
        return client.get(page("content_asset_changelist"), parameters).context["cl"].result_list

    assert {asset.pk: screen.state(asset) for asset in listed()} == {
        asset.pk: (word, word) for word, asset in assets.items()
    }
    found = {state: {asset.pk for asset in listed(state=state)} for state in FILTERS}
    assert found == {
        "draft": {assets["draft"].pk},
        "in review": {assets["in review"].pk, assets["live, in review"].pk},
        "approved": {assets["approved"].pk, assets["live, approved"].pk},
        "scheduled": {assets["scheduled"].pk},
        "live": {asset.pk for word, asset in assets.items() if word.startswith("live")},
        "live with changes": {assets[f"live{word}"].pk for word in (" with changes", ", in review", ", approved")},
        "expired": {assets["expired"].pk},
        "withdrawn": {assets["withdrawn"].pk},
    }


def test_each_language_has_a_state_of_its_own_and_a_recall_is_a_withdrawal(client, world, locales):
    asset = draft("think", locales=("en", "nb", "da"))
    publish(asset)
    withdraw(asset, locales=[locales["nb"]], recall=True)
    asset.translations.filter(locale=locales["da"]).update(summary="More")
    note_edit(asset, asset.translations.filter(locale=locales["da"]))

    listed = client.get(page("content_translation_changelist")).context["cl"].result_list

    assert {text.locale.code: text.state for text in listed} == {
        "en": "live",
        "nb": "withdrawn",
        "da": "live with changes",
    }
    assert set(COLOURS) == set(RULES)


def test_owner_who_left_stays_the_owner_until_somebody_else_is_named(client, world):
    asset = draft("think")
    asset.owner = User.objects.create_user("gone", is_staff=False, is_active=False)
    asset.save()
    address = page("content_asset_change", asset.pk)

    client.post(address, form_of(client, address) | {"name": "Other"})

    asset.refresh_from_db()
    assert (asset.name, asset.owner.username) == ("Other", "gone")


def test_saving_untouched_changes_nothing(client, world):
    asset = draft("think", body="<p>One</p>")
    publish(asset)
    pages = [page("content_asset_change", asset.pk), page("content_translation_change", asset.translations.get().pk)]
    before = asset.translations.get().updated_at

    for address in pages:
        assert client.post(address, form_of(client, address)).status_code == 302

    assert asset.translations.get().updated_at == before
    assert client.get(page("content_asset_changelist")).context["cl"].result_list[0].state == "live"


def test_assets_are_found_by_the_title_and_slug_of_any_language(client, world, locales):
    asset = draft("think", locales=("en", "nb"))
    draft("think")
    Translation.objects.filter(asset=asset, locale=locales["nb"]).update(title="Grillen", slug="stor-grill")

    for words in ("Grillen", "stor-grill"):
        listed_assets = client.get(page("content_asset_changelist"), {"q": words}).context["cl"].result_list
        assert [each.pk for each in listed_assets] == [asset.pk]


def test_stage_and_segment_are_asked_of_the_same_placement(client, world, segments):
    asset = draft("think", segments=("families",))
    place(asset, "do")
    both = {"stage": stage("do").pk, "segment": segments["families"].pk}

    def listed_assets(**parameters):
        return [each.pk for each in client.get(page("content_asset_changelist"), parameters).context["cl"].result_list]

    assert listed_assets(**both) == []
    assert listed_assets(stage=both["stage"]) == listed_assets(segment=both["segment"]) == [asset.pk]
    assert listed_assets(stage=both["stage"], segment="everyone") == [asset.pk]


@pytest.mark.parametrize("parameters", ["stage=x", "state=gone", "owner=0", "_facets=True"])
def test_a_filter_typed_wrong_is_passed_over(client, world, parameters):
    draft("think")

    response = client.get(f"{page('content_asset_changelist')}?{parameters}", follow=True)

    assert response.status_code == 200


@pytest.mark.parametrize("parameters", ["kind=9999999999999999999999", "locale=%00", "p=x", "o=99.x"])
def test_what_no_list_can_read_is_refused(client, world, parameters):
    draft("think")

    response = client.get(f"{page('content_asset_changelist')}?{parameters}")

    assert response.status_code == 400


def test_an_asset_that_was_published_is_kept_and_says_what_to_do_instead(client, world):
    asset = draft("think")
    publish(asset)

    response = client.post(page("content_asset_delete", asset.pk), {"post": "yes"})

    assert messages_of(response)[0].endswith(
        "cannot be deleted. Withdraw it instead: readers no longer see it, and what was published stays on record."
    )
    assert Asset.objects.exists()


def test_a_draft_that_was_never_published_can_go(client, world):
    asset = draft("think")

    client.post(page("content_asset_delete", asset.pk), {"post": "yes"})

    assert not Asset.objects.exists()


def test_a_new_asset_goes_on_to_its_own_page_and_belongs_to_its_maker(client, world, kind, admin_user):
    suggested = client.get(f"{page('content_asset_add')}?kind={kind.pk}").context["adminform"].form.initial["owner"]

    response = client.post(page("content_asset_add"), {"name": "Grill", "kind": kind.pk, "owner": suggested})

    asset = Asset.objects.get()
    assert (response.url, asset.owner) == (page("content_asset_change", asset.pk), admin_user)
