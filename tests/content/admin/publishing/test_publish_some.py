"""Publishing from a list asks first: what will be published, what will not and why; then it answers once."""

import pytest

from content.models import Asset, Edition, Publication, Refusal
from content.publishing.publish import publish
from tests.admin_pages import messages_of, page, publish_from_list
from tests.drafts import draft, stage
from tests.factories import PlacementFactory

pytestmark = pytest.mark.django_db

CTA_MISSING = "Say what the reader can do next: a text for consideration or purchase needs a call to action."


@pytest.fixture
def client(admin_client):
    return admin_client


@pytest.fixture
def mixed(world):
    """Two that are new, one changed, one as it was published, one refused, and one without a text."""
    found = {name: draft("see", title=name) for name in ("new", "newer", "changed", "same")}
    found |= {"refused": draft("think", steps=(), title="refused"), "unwritten": draft("see", locales=())}
    for name, asset in found.items():
        Asset.objects.filter(pk=asset.pk).update(name=name.capitalize())
    publish([found["changed"], found["same"]])
    found["changed"].translations.update(title="changed indeed")
    return found


def open_confirmation(client, *assets):
    return client.get(f"{page('content_asset_publish_now')}?ids={','.join(str(asset.pk) for asset in assets)}")


def test_action_asks_and_publishes_nothing(client, mixed):
    chosen = {"action": "publish_now", "_selected_action": [mixed["new"].pk]}

    response = client.post(f"{page('content_asset_changelist')}?state=draft", chosen)

    assert response.status_code == 302
    assert client.get(response["Location"]).context["title"] == "Publish 1 text now?"
    assert Edition.objects.filter(asset=mixed["new"]).count() == 0
    after = client.post(response["Location"])
    assert after["Location"] == f"{page('content_asset_changelist')}?state=draft"


def test_page_says_how_many_will_and_what_will_not_and_why(client, mixed):
    context = open_confirmation(client, *mixed.values()).context

    assert context["title"] == "Publish 3 texts now?"
    assert context["lead"] == "To be published: “Changed” (en), “New” (en), “Newer” (en)."
    lines = [line for line in context["lines"] if line[0] != "Warning"]
    refused = mixed["refused"].translations.get().pk
    assert [(heading, message) for heading, _, message in lines] == [
        (
            "Not published",
            "Say what the reader can do next: a text for consideration or purchase needs a call to action.",
        ),
        ("Left out", "Nothing has changed since it was published."),
        ("Left out", "Nothing is written yet."),
    ]
    assert f"/admin/content/translation/{refused}/change/#next_steps-group" in lines[0][1]
    assert [str(line[1]) for line in lines[1:]] == ["“Same” (en)", "“Unwritten”"]


def test_answer_is_one_message_and_what_is_unchanged_makes_no_edition(client, mixed):
    before = Publication.objects.count()

    response = publish_from_list(client, *mixed.values())

    [message] = messages_of(response)
    assert message.startswith("Published 3 texts: ")
    assert "<li>Left out: “Same” (en) – Nothing has changed since it was published.</li>" in message
    assert "<li>Not published: " in message
    counts = {name: Edition.objects.filter(asset=asset).count() for name, asset in mixed.items()}
    assert counts == {"new": 1, "newer": 1, "changed": 2, "same": 1, "refused": 0, "unwritten": 0}
    assert Publication.objects.count() == before + 1
    assert [refusal.asset for refusal in Refusal.objects.all()] == [mixed["refused"]]


def test_nothing_at_all_to_publish_asks_nothing(client, mixed):
    response = open_confirmation(client, mixed["same"], mixed["unwritten"])

    assert response.context["title"] == "Nothing of this can be published now"
    assert 'type="submit"' not in response.content.decode().partition('<form method="post">')[2].partition("</form>")[0]
    publish_from_list(client, mixed["same"])
    assert Edition.objects.filter(asset=mixed["same"]).count() == 1


def test_what_leads_to_something_refused_is_left_out_with_it(client, world):
    refused = draft("think", steps=(), title="refused")
    leading = draft("think", steps=(("learn_more", refused),), title="leading")
    alone = draft("think", title="alone")

    publish_from_list(client, refused, leading, alone)

    assert [edition.title for edition in Edition.objects.all()] == ["alone"]
    assert set(Refusal.objects.values_list("asset", flat=True)) == {refused.pk, leading.pk}


def test_what_leads_to_one_another_goes_live_together(client, world):
    asset = draft("think", title="one")
    other = draft("think", steps=(("learn_more", asset),), title="other")
    asset.translations.get().next_steps.update(target_asset=other, target_url="")

    publish_from_list(client, asset, other)

    assert sorted(Edition.objects.values_list("title", flat=True)) == ["one", "other"]


@pytest.mark.parametrize(
    "change",
    [
        lambda asset: asset.translations.update(summary="More"),
        lambda asset: asset.translations.update(slug="elsewhere"),
        lambda asset: asset.translations.update(market_bound=True),
        lambda asset: asset.translations.get().next_steps.update(label="Other"),
        lambda asset: PlacementFactory(asset=asset, stage=stage("care")),
        lambda asset: asset.placements.update(priority=7),
    ],
)
def test_whatever_readers_would_notice_is_a_change(client, mixed, change):
    change(mixed["same"])

    assert open_confirmation(client, mixed["same"]).context["title"] == "Publish 1 text now?"


def test_too_many_at_once_are_refused_in_a_sentence(client, mixed, monkeypatch):
    monkeypatch.setattr("content.admin.publishing.publish_some.MAX_ASSETS", 1)
    chosen = {"action": "publish_now", "_selected_action": [mixed["new"].pk, mixed["newer"].pk]}

    response = client.post(page("content_asset_changelist"), chosen)

    assert "at once. Use a filter." in messages_of(response)[0]
    assert Edition.objects.filter(asset__in=[mixed["new"].pk, mixed["newer"].pk]).count() == 0
