"""Publishing, withdrawing, restoring and accepting findings in the admin: asked first, and a right of its own."""

import pytest
from django.utils import timezone

from content.models import (
    Asset,
    Edition,
    Publication,
    Waiver,
)
from content.publishing.publish import publish, withdraw
from tests.admin_pages import errors, form_of, messages_of, page, publish_from_list
from tests.drafts import draft

pytestmark = pytest.mark.django_db
FAR = {"until_0": "2999-01-01", "until_1": "12:00"}


@pytest.fixture
def client(admin_client):
    return admin_client


def test_publishing_from_the_list_shows_the_texts_to_readers(client, world, api):
    asset = draft("think", slug="grill", title="How big a grill?")

    response = publish_from_list(client, asset)

    assert messages_of(response)[0].startswith("Published 1 text: “How big a grill?” (en).")
    assert Publication.objects.get().by.username == "admin"
    assert api.get("/api/v1/content/guide/grill/").status_code == 200


def test_a_refusal_is_told_finding_by_finding_with_the_way_to_accept_it(client, world):
    asset = draft("think", steps=())

    response = publish_from_list(client, asset)

    key = f"cta_missing%3A{asset.public_id}%3Aen"
    assert messages_of(response) == [
        'Nothing was published.<ul class="message-lines"><li>Not published: <a class="underline" '
        f'href="/admin/content/translation/{asset.translations.get().pk}/change/#next_steps-group">“{asset.name}” (en)'
        f'</a>: <a class="underline" href="/admin/content/waiver/add/?key={key}">accept this for a time …</a> – Say '
        "what the reader can do next: a text for consideration or purchase needs a call to action.</li></ul>",
    ]
    assert not Edition.objects.exists()


def test_nothing_to_publish_is_told(client, world):
    asset = draft("think", locales=())

    response = publish_from_list(client, asset)

    [message] = messages_of(response)
    assert message == (
        f'Nothing was published.<ul class="message-lines"><li>Left out: “{asset.name}” – Nothing is written yet.'
        "</li></ul>"
    )


def test_publishing_is_not_offered_to_those_who_may_not(client, world, staff):
    asset = draft("think")
    staff("view_asset", "change_asset", "view_kind", "change_kind")

    listed = client.get(page("content_asset_changelist"))
    opened = client.get(page("content_asset_change", asset.pk))
    response = client.post(page("content_asset_changelist"), {"action": "publish_now", "_selected_action": [asset.pk]})

    assert all(word not in listed.content for word in (b"publish_now", b"withdraw_some", b"asset/publish/"))
    assert b"Save and publish" not in opened.content
    assert response.status_code == 200
    assert not Edition.objects.exists()


def test_save_and_publish_saves_the_tags_first(client, world):
    asset = draft("think")
    address = page("content_asset_change", asset.pk)
    form = form_of(client, address) | {"placements-0-priority": 77, "content_asset_save_and_publish": ""}

    client.post(address, form)

    [edition] = Edition.objects.all()
    assert [placed["priority"] for placed in edition.placements] == [77]


def test_the_publish_page_foretells_what_the_gates_say_and_changes_nothing(client, world):
    asset = draft("think", steps=())

    response = client.get(page("content_asset_publish"), {"ids": asset.pk})

    assert b"needs a call to action" in response.content
    assert not Publication.objects.exists()


def test_the_publish_page_schedules_the_languages_chosen(client, world, locales):
    asset = draft("think", locales=("en", "nb"), title="Grill")
    form = {"locales": [locales["nb"].pk], "live_from_0": "2999-01-01", "live_from_1": "12:00", "note": "Spring"}

    response = client.post(f"{page('content_asset_publish')}?ids={asset.pk}", form)

    assert messages_of(response)[0] == "Scheduled: “Grill” (nb), for 2999-01-01 12:00."
    [edition] = Edition.objects.all()
    assert (edition.locale.code, edition.window_at(timezone.now())) == ("nb", "scheduled")
    assert edition.publication.note == "Spring"


def test_a_start_that_has_passed_is_refused_in_words(client, world, locales):
    asset = draft("think")
    form = {"locales": [locales["en"].pk], "live_from_0": "2001-01-01", "live_from_1": "12:00"}

    response = client.post(f"{page('content_asset_publish')}?ids={asset.pk}", form)

    lines = [str(message) for message in response.context["messages"]]
    assert lines[1] == f"{asset.name}, en: The start has passed already; leave it out to publish now."


def test_withdrawing_asks_first_and_then_ends_it(client, world, api, locales):
    asset = draft("think", slug="grill", title="Grill")
    publish(asset)
    chosen = {"action": "withdraw_some", "_selected_action": [asset.pk]}

    question = client.post(page("content_asset_changelist"), chosen)
    response = client.post(question.url, {"locales": [locales["en"].pk]})

    assert messages_of(response) == ["Withdrawn: “Grill” (en)."]
    assert api.get("/api/v1/content/guide/grill/").status_code == 404


def test_an_old_edition_can_be_restored(client, world):
    asset = draft("think", title="Old")
    [old] = publish(asset)
    asset.translations.update(title="New")
    publish(asset)

    client.post(page("content_edition_again", old.pk), {"note": "Better"})

    assert [edition.title for edition in Edition.objects.all()] == ["Old", "New", "Old"]


def test_the_end_of_a_live_edition_can_be_moved(client, world):
    [edition] = publish(draft("think"))
    address = page("content_edition_move", edition.pk)

    client.post(address, {"live_until_0": "2999-01-01", "live_until_1": "12:00"})

    assert Edition.objects.get().live_until.year == 2999


def test_an_edition_that_has_ended_is_not_rescheduled_and_says_so(client, world):
    asset = draft("think")
    [edition] = publish(asset)
    withdraw(asset)
    form = {"live_until_0": "2999-01-01", "live_until_1": "12:00"}

    response = client.post(page("content_edition_move", edition.pk), form)

    lines = [str(message) for message in response.context["messages"]]
    assert lines == ["This edition has ended; publish or restore it instead."]


def test_saving_drafts_changes_no_public_byte(client, world, api):
    asset = draft("think", slug="grill", title="Grill", body="<p>Hot</p>")
    publish(asset)
    paths = ["/api/v1/content/", "/api/v1/content/guide/grill/", f"/api/v1/content/{asset.public_id}/next/"]
    before = [api.get(path).content for path in paths]
    text = asset.translations.get()
    asset_page, text_page = page("content_asset_change", asset.pk), page("content_translation_change", text.pk)

    client.post(asset_page, form_of(client, asset_page) | {"name": "Other", "placements-0-priority": 3})
    client.post(text_page, form_of(client, text_page) | {"title": "Other", "slug": "other", "body": "<p>Cold</p>"})

    text.refresh_from_db()
    assert (Asset.objects.get().name, text.title, text.slug, text.body) == ("Other", "Other", "other", "<p>Cold</p>")
    assert [api.get(path).content for path in paths] == before


def test_accepting_a_finding_lets_its_asset_be_published(client, world):
    asset = draft("think", steps=())
    key = f"cta_missing:{asset.public_id}:en"

    client.post(page("content_waiver_add"), {"key": key, "reason": "The button comes on Monday", **FAR})

    assert Waiver.objects.get().by.username == "admin"
    assert len(publish(asset)) == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"reason": " ", **FAR}, "reason"),
        ({"reason": "So", "until_0": "2001-01-01", "until_1": "12:00"}, "until"),
        ({"reason": "So", "until_0": "2001-13-01", "until_1": "12:00"}, "until"),
    ],
)
def test_a_waiver_needs_a_reason_and_an_end_ahead(client, world, words, field):
    response = client.post(page("content_waiver_add"), {"key": "cta_missing:x:en", **words})

    assert list(errors(response)) == [field]


def test_only_those_who_may_accept_findings_are_asked_to(client, world, staff):
    staff("add_waiver", "view_waiver")

    assert client.get(page("content_waiver_add")).status_code == 403


def test_publications_are_filtered_by_person(client, world):
    publish(draft("think"))

    markup = client.get("/admin/content/publication/").content.decode()

    assert "By person" in markup
    assert "By by" not in markup
