"""One asset by id or by slug, and its ways on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import Asset, Edition
from content.publishing.publish import publish, restore, withdraw
from tests.drafts import draft, place
from tests.factories import JourneyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
URL = "/api/v1/content/"


def test_detail_is_an_item_with_next_steps_in_its_context(api, at):
    asset = draft("think", slug="choose", segments=("families",), steps=(("compare", "/a"), ("buy", "/b")))
    publish(asset, at=at)
    answer = api.get(URL, {"include": "next_steps", "stage": "think", "segment": "families"}).json()
    expected = {**answer["results"][0], "snapshot": answer["snapshot"]}
    context = {"stage": "think", "segment": "families"}
    assert api.get(f"{URL}{asset.public_id}/", context).json() == expected
    assert api.get(f"{URL}guide/choose/", context).json() == expected


def test_detail_is_any_that_is_live_whatever_the_context(api, at):
    asset = draft("think", segments=("families",))
    publish(asset, at=at)
    answer = api.get(f"{URL}{asset.public_id}/", {"stage": "care", "segment": "professionals"}).json()
    assert (answer["id"], answer["match"]["stage"], answer["match"]["segment"]) == (asset.public_id, None, None)


def test_a_former_slug_leads_to_where_it_lives_now(api, at):
    asset = draft("see", slug="old")
    publish(asset, at=at)
    asset.translations.update(slug="new")
    assert api.get(f"{URL}guide/old/").json()["moved_to"] is None
    assert api.get(f"{URL}guide/new/").status_code == 404
    publish(asset, at=at + DAY)
    assert api.get(f"{URL}guide/old/").json()["moved_to"] == "/guide/new"
    assert api.get(f"{URL}guide/new/").json()["moved_to"] is None


def test_what_is_not_visible_and_what_does_not_exist_are_the_same(api, at):
    drafted, gone, later = draft("see", slug="d"), draft("see", slug="g"), draft("see", slug="l")
    publish(gone, at=at)
    withdraw(gone, at=at + DAY)
    publish(later, live_from=at + 9999 * DAY, at=at + 2 * DAY)
    paths = [asset.public_id for asset in (drafted, gone, later)] + ["0" * 32]
    answers = [api.get(f"{URL}{path}/") for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content.replace(p.encode(), b"") for answer, p in zip(answers, paths, strict=True)}) == 1


@pytest.mark.parametrize(
    "path", ["guide/%00/", "nokind/slug/", "guide/" + "x" * 300 + "/", "guide/%F0%9F%98%80/", "short/"]
)
def test_odd_addresses_are_not_found(api, path):
    answer = api.get(f"{URL}{path}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_true_translation_can_be_asked_for(api, at):
    asset = draft("see", locales=("en",))
    publish(asset, at=at)
    path = f"{URL}{asset.public_id}/"
    assert api.get(path, {"locale": "nb"}).json()["locale"] == {"requested": "nb", "served": "en"}
    assert api.get(path, {"locale": "nb", "locale_fallback": "none"}).status_code == 404


def test_teaser_is_the_one_for_the_stage_of_the_reader(api, at):
    asset = draft("see")
    think = place(asset, "think")
    asset.translations.get().teasers.create(stage=think.stage, text="For who weighs")
    publish(asset, at=at)
    teasers = [api.get(f"{URL}{asset.public_id}/", {"stage": stage}).json()["teaser"] for stage in ("see", "think")]
    assert teasers == [None, "For who weighs"]


def test_next_offers_authored_then_derived_and_never_what_was_seen(api, at):
    buy, other, more = draft("do", title="Buy"), draft("do", title="Other", priority=1), draft("see", title="Back")
    asset = draft("think", steps=(("compare", buy),))
    publish([buy, other, more, asset], at=at)

    def steps(**parameters):
        answer = api.get(f"{URL}{asset.public_id}/next/", {"stage": "think", **parameters}).json()
        return [(s["target"].get("title"), s["source"], s["direction"]) for s in answer["results"]], answer["dead_end"]

    assert steps() == (
        [("Buy", "authored", "advance"), ("Other", "derived", "advance"), ("Back", "derived", "return")],
        False,
    )
    assert steps(exclude=f"{buy.public_id},{other.public_id}") == (
        [("Back", "derived", "return"), (None, "fallback:default", None)],
        False,
    )
    assert steps(limit=1) == ([("Buy", "authored", "advance")], False)


def test_a_short_answer_keeps_a_softer_way_beside_the_hard_ones(api, at):
    asset = draft("think", steps=(("buy", "/a"), ("buy", "/b"), ("start_purchase", "/c"), ("compare", "/d")))
    publish(asset, at=at)
    answer = api.get(f"{URL}{asset.public_id}/next/", {"stage": "think", "limit": 3}).json()
    assert [step["target"]["url"] for step in answer["results"]] == ["/a", "/b", "/d"]


def test_nothing_leads_on_where_nothing_else_is(api, at):
    asset = draft("care", steps=())
    publish(asset, at=at)
    answer = api.get(f"{URL}{asset.public_id}/next/", {"stage": "care"}).json()
    assert ([step["source"] for step in answer["results"]], answer["dead_end"]) == (["fallback:default"], True)


def test_next_of_nothing_is_not_found(api):
    assert api.get(f"{URL}{'0' * 32}/next/").status_code == 404


def test_content_of_no_stage_is_found_by_id_slug_and_lists_without_a_stage(api, at):
    asset = draft(slug="privacy", no_stage_reason="Legal", steps=())
    publish(asset, at=at)
    assert api.get(f"{URL}guide/privacy/", {"segment": "families"}).json()["match"]["segment"] == "everyone"
    assert [item["slug"] for item in api.get(URL, {"segment": "families"}).json()["results"]] == ["privacy"]
    assert api.get(URL, {"stage": "see"}).json()["results"] == []


def test_a_reader_nowhere_on_the_journey_is_led_to_its_entries(api, at):
    JourneyFactory(slug="empty-journey")
    asset, entry = draft(slug="about", no_stage_reason="About", steps=()), draft("see", title="Entry")
    publish([asset, entry], at=at)
    answer = api.get(f"{URL}{asset.public_id}/next/").json()
    first = answer["results"][0]
    assert (first["target"].get("title"), first["source"]) == ("Entry", "derived")
    assert api.get(f"{URL}{asset.public_id}/next/", {"journey": "empty-journey"}).json()["results"] == []
    assert Asset.objects.count() == 2


def test_a_slug_answers_from_its_first_instant_on_and_never_before(api, at):
    asset = draft("see", slug="old-name")
    publish(asset, at=at)
    asset.translations.update(slug="merger-with-acme")
    publish(asset, live_from=timezone.now() + 9 * DAY, at=at + DAY)
    assert api.get(f"{URL}guide/merger-with-acme/").status_code == 404
    withdraw(asset, at=at + 2 * DAY)
    restore(Edition.objects.get(asset=asset, number=1), at=at + 3 * DAY)
    assert api.get(f"{URL}guide/merger-with-acme/").status_code == 404  # cancelled: it never was public
    assert api.get(f"{URL}guide/old-name/").status_code == 200


def test_the_primary_step_is_never_given_up_for_a_softer_one(api, at):
    asset = draft("think", steps=(("buy", "/buy"), ("compare", "/compare")))
    customer = draft("do", steps=(("buy", "/a"), ("buy", "/b"), ("start_purchase", "/c")))
    publish([asset, customer], at=at)
    first = api.get(f"{URL}{asset.public_id}/next/", {"stage": "think", "limit": 1}).json()["results"]
    three = api.get(f"{URL}{customer.public_id}/next/", {"stage": "do", "limit": 3}).json()["results"]
    assert [step["target"]["url"] for step in first] == ["/buy"]
    assert [step["target"]["url"] for step in three] == ["/a", "/b", "/c"]
