"""``draft=true``: what an editor has written, as readers would see it if all of it were published now."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Asset, Locale, Pin, Translation
from content.publishing.publish import publish, withdraw
from journeys.models import Channel, Journey
from tests.drafts import draft, place, stage
from tests.factories import TouchpointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
PLACE = "/api/v1/touchpoints/place/"
DAY = timedelta(days=1)
DRAFT = {"draft": "true"}


@pytest.fixture
def touchpoint():
    return TouchpointFactory(
        slug="place", journey=Journey.objects.get(), stage=stage("think"), channel=Channel.objects.get(slug="website")
    )


@pytest.fixture
def rewritten(at):
    """A published text with new words, a new slug and a new place in its draft."""
    asset = draft("think", slug="old", title="Old", body="<p>old</p>")
    publish(asset, at=at)
    asset.translations.update(slug="new", title="New", body="<p>new</p>")
    place(asset, "care")
    return asset


@pytest.mark.parametrize("path", [URL, f"{URL}{'0' * 32}/", f"{URL}guide/x/", f"{URL}{'0' * 32}/next/", PLACE])
def test_drafts_are_for_who_may_preview(api, touchpoint, audit, preview, path):
    answers = [api.get(path, DRAFT, **extra) for extra in ({}, audit, preview)]
    assert [answer.status_code for answer in answers[:2]] == [401, 403]
    assert answers[2].status_code in (200, 404)
    assert answers[2]["Cache-Control"] == "private, no-store"


def test_nothing_of_a_draft_is_public(api, titles, rewritten, preview):
    draft("think", slug="secret", title="Secret")
    for words in ({}, {"draft": "false"}):
        assert titles(parameters=words) == titles(parameters=words, **preview) == ["Old"]
        assert api.get(f"{URL}guide/new/", words).status_code == 404
        assert api.get(f"{URL}guide/secret/", words, **preview).status_code == 404
        assert api.get(f"{URL}{rewritten.public_id}/", words).json()["body"] == "<p>old</p>"


def test_a_draft_is_an_item_without_an_edition(api, rewritten, preview, at):
    with time_machine.travel(at + DAY, tick=False):
        public = api.get(f"{URL}{rewritten.public_id}/").json()
        answers = [api.get(f"{URL}{path}/", DRAFT, **preview) for path in (rewritten.public_id, "guide/new")]
    care = {"journey": "see-think-do-care", "stage": "care", "phases": ["loyalty", "advocacy"]}
    expected = {
        **public,
        "slug": "new",
        "url": "/guide/new",
        "title": "New",
        "body": "<p>new</p>",
        "stages": [*public["stages"], {**care, "segments": [], "channels": []}],
        "updated_at": "2026-03-02T12:00:00Z",
        "edition": None,
        "snapshot": None,
    }
    assert [answer.json() for answer in answers] == [expected, expected]


def test_a_former_slug_of_a_draft_says_where_it_will_live(api, rewritten, preview):
    answer = api.get(f"{URL}guide/old/", DRAFT, **preview).json()
    assert (answer["title"], answer["moved_to"]) == ("New", "/guide/new")


def test_an_address_that_is_published_is_not_taken_by_another_draft(api, preview, at):
    rival, owner = draft("see", title="Rival"), draft("see", slug="taken", title="Owner")
    publish(owner, at=at)
    rival.translations.update(slug="taken")  # its publish would be refused: slug_taken
    assert api.get(f"{URL}guide/taken/", DRAFT, **preview).json()["title"] == "Owner"


def test_a_drafts_slug_may_be_typed_with_its_accents_apart(api, preview):
    draft("see").translations.update(slug="caf\u00e9")  # of an older rule
    assert api.get(f"{URL}guide/cafe\u0301/", DRAFT, **preview).json()["slug"] == "caf\u00e9"


def test_withdrawn_scheduled_and_never_published_texts_appear(titles, preview, at):
    withdrawn, scheduled = draft("see", title="Withdrawn"), draft("see", title="Scheduled")
    publish(withdrawn, at=at)
    withdraw(withdrawn, at=at + DAY)
    publish(scheduled, live_from=at + 9999 * DAY, at=at + 2 * DAY)
    draft("see", title="Never")
    draft(title="Unplaced")
    words = {**DRAFT, "ordering": "title"}
    assert titles(parameters=words, **preview) == ["Never", "Scheduled", "Unplaced", "Withdrawn"]
    assert titles(parameters={**words, "stage": "see"}, **preview) == ["Never", "Scheduled", "Withdrawn"]


def test_a_draft_in_another_language_stands_in_for_one_that_is_missing(api, titles, preview):
    draft("see", title="Danish", locales=("da",))
    draft("see", title="Bound", locales=("da",), market_bound=True)
    words = {**DRAFT, "locale": "nb"}
    assert titles(parameters=words, **preview) == ["Danish"]
    assert titles(parameters={**words, "locale_fallback": "none"}, **preview) == []
    assert titles(parameters={**words, "locale": "en"}, **preview) == []
    [item] = api.get(URL, words, **preview).json()["results"]
    assert (item["locale"], item["match"]["locale"]) == ({"requested": "nb", "served": "da"}, "fallback")


def test_next_steps_lead_to_drafts_and_authored_ones_are_the_drafts(api, preview, at):
    asset = draft("think", title="Here", steps=(("learn_more", "/public"),))
    publish(asset, at=at)
    target = draft("do", title="Only drafted")
    text = asset.translations.get()
    text.next_steps.update(target_asset=target, target_url="", label="Then")
    public, drafted = (
        api.get(f"{URL}{asset.public_id}/next/", {"stage": "think", **words}, **preview).json() for words in ({}, DRAFT)
    )
    assert [step["target"].get("url") for step in public["results"]] == ["/public", "/contact"]
    assert [(s["label"], s["source"], s["target"].get("title")) for s in drafted["results"]] == [
        ("Then", "authored", "Only drafted"),
        ("Talk to us", "fallback:default", None),
    ]
    assert (public["dead_end"], drafted["dead_end"], drafted["snapshot"]) == (True, False, None)


def test_a_touchpoint_shows_drafts_with_its_pins_first(api, touchpoint, preview):
    draft("think", title="First by priority", priority=90)
    pinned = draft("think", title="Pinned", priority=1)
    draft("do", title="Onward")
    Pin.objects.create(touchpoint=touchpoint, asset=pinned)
    answer = api.get(PLACE, {**DRAFT, "count": "true"}, **preview).json()
    assert [item["title"] for item in answer["results"]] == ["Pinned", "First by priority"]
    assert [step["label"] for step in answer["exits"]] == ["Onward"]
    assert (answer["count"], answer["snapshot"]) == (2, None)
    assert api.get(PLACE).json()["results"] == []


def test_drafts_have_facets_a_count_and_an_order(api, titles, preview, at):
    for number, title in enumerate(("b", "a", "c")):
        draft("see", "think", title=title, published_at=at + number * DAY)
    draft("do", title="d", published_at=at - DAY, segments=("families",))
    answer = api.get(URL, {**DRAFT, "facets": "stage,segment", "count": "true"}, **preview).json()
    assert (answer["count"], answer["count_is"]) == (4, "exact")
    assert answer["facets"] == {
        "stage": {"see": 3, "think": 3, "do": 1, "care": 0},
        "segment": {"everyone": 3, "families": 4, "home-cooks": 3, "professionals": 3},
    }
    for ordering, expected in {
        "title": "abcd",
        "published_at": "dbac",
        "-published_at": "cabd",
        "relevance": "cabd",
    }.items():
        words = {**DRAFT, "ordering": ordering, "page_size": 1}
        assert "".join(titles(parameters=words, **preview)) == expected


@pytest.mark.parametrize("ordering", ["relevance", "published_at", "-published_at", "title"])
def test_pages_of_drafts_without_a_date_follow_each_other_while_the_clock_runs(api, preview, at, ordering):
    expected = {draft("see").public_id for _ in range(4)}
    found = []
    with time_machine.travel(at, tick=False) as clock:
        answer = api.get(URL, {**DRAFT, "ordering": ordering, "page_size": 1}, **preview).json()
        found += [item["id"] for item in answer["results"]]
        while answer["next"] and len(found) < 9:
            clock.shift(60)
            answer = api.get(answer["next"], **preview).json()
            found += [item["id"] for item in answer["results"]]
    assert (len(found), set(found)) == (4, expected)


@pytest.mark.parametrize("forged", ["WzFd", "bnVsbA", "e30", "W10"])
def test_a_forged_cursor_among_drafts_is_refused(api, preview, forged):
    answer = api.get(URL, {**DRAFT, "cursor": forged}, **preview)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid_cursor")


def test_a_preview_writes_nothing(api, rewritten, preview):
    before = list(Asset.objects.values()), list(Translation.objects.values())
    for path in (URL, f"{URL}guide/new/", f"{URL}{rewritten.public_id}/next/"):
        assert api.get(path, DRAFT, **preview).status_code == 200
    assert (list(Asset.objects.values()), list(Translation.objects.values())) == before


def test_reasons_among_drafts_are_told(api, preview):
    draft("see", title="Fits")
    other = draft("see", title="Others", segments=("professionals",))
    words = {**DRAFT, "explain": "true", "stage": "see", "segment": "families"}
    explanation = api.get(URL, words, **preview).json()["explain"]["left_out"]
    assert [(one["id"], one["reason"]) for one in explanation] == [(other.public_id, "segment_excluded")]


def test_what_is_named_and_has_no_text_for_these_readers_is_told_too(api, preview):
    danish = draft("do", title="Danish", locales=("da",))
    asset = draft("think", steps=(("compare", danish),))
    words = {**DRAFT, "explain": "true"}
    listed = api.get(URL, {**words, "id__in": danish.public_id}, **preview).json()["explain"]["left_out"]
    onward = api.get(f"{URL}{asset.public_id}/next/", words, **preview).json()["explain"]["left_out"]
    assert [(one["id"], one["reason"]) for one in listed + onward] == [(danish.public_id, "locale_missing")] * 2


@pytest.mark.parametrize(
    ("words", "queries"),
    [
        ({}, 17),
        ({"include": "next_steps", "stage": "think"}, 17),
        ({"facets": "stage,kind,segment,channel", "count": "true"}, 17),
    ],
)
def test_a_list_of_drafts_costs_the_same_whatever_its_length(api, preview, words, queries):
    target = draft("do")
    counted = []
    for more in (1, 19):
        for _ in range(more):
            draft("think", steps=(("compare", target),))
        api.get(URL, **preview)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answer = api.get(URL, {**DRAFT, **words}, **preview)
        assert answer.status_code == 200
        counted.append(len(captured))
    assert counted == [queries, queries]
    assert Locale.objects.count() == 4
