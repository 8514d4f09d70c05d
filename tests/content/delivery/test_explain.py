"""``explain=true``: why what is there is there, and why the rest is not."""

from datetime import timedelta

import pytest
import time_machine

from content.models import Asset, Pin
from content.publishing.publish import publish, withdraw
from journeys.models import Channel, Journey
from tests.drafts import draft, place, stage
from tests.factories import KindFactory, TermFactory, TouchpointFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
PLACE = "/api/v1/touchpoints/place/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def touchpoint():
    return TouchpointFactory(
        slug="place", journey=Journey.objects.get(), stage=stage("think"), channel=Channel.objects.get(slug="website")
    )


@pytest.fixture
def explained(api, preview):
    def read(path=URL, **words):
        answer = api.get(path, {"explain": "true", **words}, **preview)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
        return answer.json()["explain"]

    return read


@pytest.fixture
def reasons(explained):
    """Why each text is left out, by its title."""

    def read(path=URL, **words):
        return {one["title"]: one["reason"] for one in explained(path, **words)["left_out"]}

    return read


@pytest.mark.parametrize("path", [URL, PLACE, f"{URL}{'0' * 32}/", f"{URL}guide/x/", f"{URL}{'0' * 32}/next/"])
def test_reasons_are_for_who_may_preview(api, touchpoint, audit, path):
    assert [api.get(path, {"explain": "true"}, **extra).status_code for extra in ({}, audit)] == [401, 403]
    assert "explain" not in api.get(path, {"explain": "false"}).json()


def test_a_result_tells_which_of_its_placements_matched(explained, at):
    asset = draft("think", segments=("home-cooks",), channels=("website",), priority=70)
    place(asset, "care", priority=90)
    publish(asset, at=at)
    explanation = explained(stage="think", segment="families", channel="website")
    assert explanation == {
        "results": [
            {
                "id": asset.public_id,
                "match": {"stage": "exact", "segment": "ancestor", "channel": "exact", "locale": "exact"},
                "placement": {
                    "journey": "see-think-do-care",
                    "stage": "think",
                    "phases": ["exploration", "evaluation"],
                    "segments": ["home-cooks"],
                    "channels": ["website"],
                    "priority": 70,
                },
                "reader_stands_at": "think",
            }
        ],
        "left_out": [],
    }


def test_what_stands_at_no_stage_has_no_placement_to_tell(explained, at):
    asset = draft(no_stage_reason="Legal", steps=())
    publish(asset, at=at)
    match = {"stage": None, "segment": None, "channel": None, "locale": "exact"}
    assert explained()["results"] == [
        {"id": asset.public_id, "match": match, "placement": None, "reader_stands_at": None}
    ]


def test_a_left_out_text_is_told_with_its_reason_and_the_instant(explained, at):
    gone, coming = draft("see", slug="gone", title="Gone"), draft("see", slug="coming", title="Coming")
    publish(gone, live_until=at + DAY, at=at)
    publish(coming, live_from=at + 9 * DAY, at=at + HOUR)
    with time_machine.travel(at + 2 * DAY, tick=False):
        left = explained(stage="see")["left_out"]
    assert left == [
        {
            "id": coming.public_id,
            "kind": "guide",
            "slug": "coming",
            "title": "Coming",
            "reason": "not_yet_live",
            "detail": "It goes live later.",
            "at": "2026-03-10T12:00:00Z",
        },
        {
            "id": gone.public_id,
            "kind": "guide",
            "slug": "gone",
            "title": "Gone",
            "reason": "expired",
            "detail": "It has ended or was withdrawn.",
            "at": "2026-03-02T12:00:00Z",
        },
    ]


def test_each_reason_is_told_by_name(reasons, at):
    topic = VocabularyFactory(slug="topic")
    food = TermFactory(vocabulary=topic, slug="food")
    KindFactory(slug="offer")
    titles = ["Fits", "Other kind", "Untagged", "Others", "Elsewhere", "Seen"]
    kinds, segments = {"Other kind": "offer"}, {"Others": ("professionals",)}
    assets = {
        title: draft(
            "see",
            title=title,
            kind=kinds.get(title, "guide"),
            segments=segments.get(title, ()),
            channels=("video",) if title == "Elsewhere" else (),
        )
        for title in titles
    }
    for title in set(titles) - {"Untagged"}:
        assets[title].terms.add(food)
    withdrawn, danish = draft("see", title="Withdrawn"), draft("see", title="Danish", locales=("da",))
    publish([*assets.values(), withdrawn, danish], at=at)
    withdraw(withdrawn, at=at + DAY)
    explanation = reasons(
        stage="see",
        segment="families",
        channel="website",
        kind="guide",
        term="topic:food",
        exclude=assets["Seen"].public_id,
    )
    assert explanation == {
        "Other kind": "kind_excluded",
        "Untagged": "term_excluded",
        "Others": "segment_excluded",
        "Elsewhere": "channel_excluded",
        "Seen": "excluded_by_caller",
        "Withdrawn": "expired",
        "Danish": "locale_missing",
    }


def test_ids_that_are_named_are_explained_whatever_their_stage(reasons, explained, at):
    drafted, placed, hidden = (draft("see", title=title) for title in ("Drafted", "Placed", "Hidden"))
    place(hidden, "think")
    publish([placed, hidden], at=at)
    named = ",".join(asset.public_id for asset in (drafted, placed, hidden))
    assert reasons(id__in=named, stage="think", stage__none="see") == {
        drafted.name: "not_published",
        "Placed": "stage_excluded",
        "Hidden": "stage_excluded",
    }
    [left] = explained(id__in=drafted.public_id)["left_out"]
    assert (left["slug"], left["kind"], left["at"]) == (None, "guide", None)
    assert reasons(id__in="0" * 32) == {}


def test_what_did_not_change_is_told(reasons, at):
    publish(draft("see", title="Old"), at=at)
    publish(draft("see", title="New"), at=at + DAY)
    assert reasons(stage="see", updated_since=at.isoformat()) == {"Old": "not_changed"}


def test_a_true_translation_that_is_missing_is_told(reasons, at):
    publish(draft("see", title="English"), at=at)
    assert reasons(locale="nb") == {}
    assert reasons(locale="nb", locale_fallback="none") == {"English": "locale_missing"}


def test_at_most_a_hundred_are_told_the_newest_of_them(explained, at):
    publish([draft("see", title=f"{number:03}", segments=("professionals",)) for number in range(101)], at=at)
    titles = [one["title"] for one in explained(stage="see", segment="families")["left_out"]]
    assert titles == [f"{number:03}" for number in range(100, 0, -1)]


def test_a_detail_out_of_its_context_says_why_it_would_not_stand_in_the_list(explained, at):
    asset = draft("think", segments=("families",))
    publish(asset, at=at)
    explanation = explained(f"{URL}{asset.public_id}/", stage="think", segment="professionals")
    assert [(one["id"], one["reason"]) for one in explanation["left_out"]] == [(asset.public_id, "segment_excluded")]
    assert explanation["results"] == [
        {
            "id": asset.public_id,
            "match": {"stage": None, "segment": None, "channel": None, "locale": "exact"},
            "placement": None,
            "reader_stands_at": "think",
        }
    ]
    assert explained(f"{URL}{asset.public_id}/", stage="think")["left_out"] == []


def test_next_says_which_authored_steps_are_not_offered_and_which_stages_are_silent(explained, at):
    gone, others = draft("do", title="Gone"), draft("do", title="Others", segments=("professionals",))
    twice = draft("see", title="Twice")
    steps = (("compare", gone), ("compare", others), ("learn_more", twice), ("learn_more", twice), ("contact", "/c"))
    asset = draft("think", steps=steps)
    publish([gone, others, twice, asset], at=at)
    withdraw(gone, at=at + DAY)
    explanation = explained(f"{URL}{asset.public_id}/next/", stage="think", segment="families")
    left = [(one["position"], one["title"], one["reason"]) for one in explanation.pop("left_out")]
    assert left == [(1, "Gone", "expired"), (2, "Others", "segment_excluded"), (4, "Twice", "already_offered")]
    assert explanation == {"reader_stands_at": "think", "silent_stages": ["do"]}


def test_a_step_to_what_was_seen_is_told(explained, at):
    seen = draft("do", title="Seen")
    asset = draft("think", steps=(("compare", seen),))
    publish([seen, asset], at=at)
    explanation = explained(f"{URL}{asset.public_id}/next/", stage="think", exclude=seen.public_id)
    assert [one["reason"] for one in explanation["left_out"]] == ["excluded_by_caller"]


def test_a_touchpoint_says_why_a_pin_is_not_shown(explained, touchpoint, at):
    pinned, fits = draft("think", title="Pinned", segments=("professionals",)), draft("think", title="Fits")
    publish([pinned, fits], at=at)
    Pin.objects.create(touchpoint=touchpoint, asset=pinned)
    explanation = explained(PLACE, segment="families")
    assert [one["id"] for one in explanation["results"]] == [fits.public_id]
    assert [(one["title"], one["reason"]) for one in explanation["left_out"]] == [("Pinned", "segment_excluded")]


def test_reasons_are_of_the_instant_that_is_asked_about(reasons, at):
    asset = draft("see", title="Brief")
    publish(asset, live_from=at + DAY, live_until=at + 2 * DAY, at=at)
    days = [reasons(stage="see", as_of=(at + hours * HOUR).isoformat()) for hours in (1, 24, 48)]
    assert days == [{"Brief": "not_yet_live"}, {}, {"Brief": "expired"}]


@pytest.mark.parametrize("count", [1, 20])
def test_reasons_cost_the_same_whatever_their_number(api, preview, at, count, django_assert_num_queries):
    publish([draft("see", segments=("professionals",)) for _ in range(count)], at=at)
    api.get(URL, **preview)
    with django_assert_num_queries(6):  # who asks, four bands of none, and three
        answer = api.get(URL, {"explain": "true", "stage": "see", "segment": "professionals"}, **preview).json()
    assert len(answer["results"]) == count
    assert Asset.objects.count() == count
