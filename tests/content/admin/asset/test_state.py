"""The word for how something stands is true, on its page and in the list: of what is scheduled, of what came back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from content.drafts.history import keep, latest
from content.drafts.revert import revert
from content.models import Asset
from content.publishing.publish import check, publish
from tests.admin_pages import form_of, page
from tests.drafts import draft

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def client(admin_client):
    return admin_client


@pytest.fixture
def asset(world):
    return draft("see", title="Grill", locales=("en",))


def states(client, asset):
    """What each page says: of the asset, of its text, and the list of assets."""
    text = asset.translations.get()
    pages = [page("content_asset_change", asset.pk), page("content_translation_change", text.pk)]
    [row] = client.get(page("content_asset_changelist")).context["cl"].result_list
    return [*(client.get(one).context["state"] for one in pages), row.state]


def save(client, asset, **words):
    where = page("content_translation_change", asset.translations.get().pk)
    client.post(where, {**form_of(client, where), **words})


def test_change_that_is_scheduled_is_said_to_be(client, asset):
    publish(asset)
    save(client, asset, title="Other")
    assert states(client, asset) == ["live with changes"] * 3

    publish(asset, live_from=timezone.now() + DAY)

    assert states(client, asset) == ["live, change scheduled"] * 3
    save(client, asset, title="Third")
    assert states(client, asset) == ["live with changes"] * 3


def test_typing_the_live_words_again_is_no_change(client, asset):
    publish(asset)
    save(client, asset, title="Other")

    save(client, asset, title="Grill")

    assert states(client, asset) == ["live"] * 3


def test_typing_the_scheduled_words_again_is_no_further_change(client, asset):
    publish(asset)
    save(client, asset, title="Other")
    publish(asset, live_from=timezone.now() + DAY)
    save(client, asset, title="Third")

    save(client, asset, title="Other")

    assert states(client, asset) == ["live, change scheduled"] * 3


def test_revert_to_the_live_words_is_no_change(client, admin_user, asset):
    keep(asset, by=admin_user, at=timezone.now())
    first = latest(asset.pk)
    publish(asset)
    save(client, asset, title="Other")
    assert states(client, asset) == ["live with changes"] * 3

    revert(Asset.objects.get(), first, by=admin_user, at=timezone.now())

    assert states(client, asset) == ["live"] * 3
    listed = client.get(page("content_asset_changelist"), {"state": "live with changes"})
    assert list(listed.context["cl"].result_list) == []


def test_tags_count_as_words_do(client, asset):
    publish(asset)
    where = page("content_asset_change", asset.pk)
    data = form_of(client, where)
    client.post(where, {**data, "placements-0-priority": 7})
    assert states(client, asset) == ["live with changes"] * 3

    client.post(where, {**form_of(client, where), "placements-0-priority": 50})

    assert states(client, asset) == ["live"] * 3


def test_new_text_has_a_state_of_its_own_on_its_page(client, world):
    asset = draft("see", locales=("en", "nb"))
    publish(asset, locales=[asset.translations.get(locale__code="en").locale])

    results = {
        text.locale.code: client.get(page("content_translation_change", text.pk)).context["state"]
        for text in asset.translations.select_related("locale")
    }

    assert results == {"en": "live", "nb": "draft"}


def test_badge_stands_on_the_page(client, asset):
    html = client.get(page("content_asset_change", asset.pk)).content.decode()

    assert '<span class="for-readers-only">State: </span>' in html


@pytest.mark.parametrize(
    ("audience", "whom"),
    [((), "everyone"), (("families",), "Families"), (("families", "professionals"), "Families, Professionals")],
)
def test_dead_end_says_for_whom(world, audience, whom):
    asset = draft("care", segments=audience, steps=())

    messages = [one.message for one in check(asset) if one.code == "dead_end"]

    assert messages == [f"Nothing leads on from here at Care for {whom}: no step follows a transition."]


def test_scores_say_of_which_languages_they_are(client, asset):
    publish(asset)

    [journey] = client.get(page("index")).context["journeys"]
    html = client.get(reverse("coverage-page")).content.decode()
    every = client.get(reverse("coverage-page"), {"rows": "stage", "columns": "locale"}).content.decode()
    found = client.get(reverse("findings-page")).content.decode()

    assert " covered in English: " in journey.score
    assert "covered, in English only" in html
    assert "covered, in all languages shown" in every
    assert "covered, in all languages together" in found
