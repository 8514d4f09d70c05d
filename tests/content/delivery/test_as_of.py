"""Reading other states than the one that stands: as of an instant, and by the snapshot of an earlier answer."""

from datetime import timedelta

import pytest
import time_machine

from content.delivery.select import select
from content.instants import EPOCH
from content.models import Locale, Pin
from content.publishing.gate_findings import PublishRefused
from content.publishing.publish import publish, reschedule, withdraw
from content.query import Query
from journeys.models import Channel, Journey
from tests.conftest import REQUEST_ID
from tests.drafts import draft, stage
from tests.factories import TouchpointFactory
from tests.snapshots import token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
PLACE = "/api/v1/touchpoints/place/"
STEP, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def touchpoint():
    return TouchpointFactory(
        slug="place", journey=Journey.objects.get(), stage=stage("think"), channel=Channel.objects.get(slug="website")
    )


@pytest.fixture
def renamed(at):
    """A text that was called one thing, then another, and will end; and what it leads to, from the second day on."""
    target = draft("do", slug="buy", title="Buy")
    asset = draft("think", slug="old", title="Old", steps=(("compare", target), ("learn_more", "/more")))
    publish(target, live_from=at + DAY, at=at - DAY)
    publish(asset, at=at)
    asset.translations.update(slug="new", title="New")
    publish(asset, live_until=at + 5 * DAY, at=at + 2 * DAY)
    return asset


def routes(asset):
    return [
        URL,
        f"{URL}{asset.public_id}/",
        f"{URL}guide/old/",
        f"{URL}{asset.public_id}/next/",
        PLACE,
    ]


def travel(at):
    return time_machine.travel(at, tick=False)


def without_end(value):
    """An answer without what tells what is known when asked."""
    if isinstance(value, list):
        return [without_end(one) for one in value]
    if isinstance(value, dict):
        return {name: without_end(one) for name, one in value.items() if name not in ("live_until", "snapshot")}
    return value


@pytest.mark.parametrize("number", range(5))
def test_other_instants_are_for_who_may_preview(api, renamed, touchpoint, audit, at, number):
    path = routes(renamed)[number]
    nobody, auditor = api.get(path, {"as_of": at.isoformat()}), api.get(path, {"as_of": at.isoformat()}, **audit)
    assert (nobody.status_code, nobody.json()["type"]) == (401, "urn:waymark:problem:not-authenticated")
    assert (auditor.status_code, auditor.json()["type"]) == (403, "urn:waymark:problem:not-allowed")


@pytest.mark.parametrize("number", range(5))
def test_every_route_answers_as_of_an_instant_what_it_answered_then(api, renamed, touchpoint, preview, at, number):
    path = routes(renamed)[number]
    for then in (at + HOUR, at + DAY + HOUR, at + 3 * DAY):
        with travel(then):
            answered = api.get(path)
        with travel(at + 30 * DAY):
            again = api.get(path, {"as_of": then.isoformat()}, **preview)
        assert answered.status_code == again.status_code == 200
        assert without_end(again.json()) == without_end(answered.json())
        assert (again.json()["snapshot"], again["Cache-Control"]) == (None, "private, no-store")


@pytest.mark.parametrize("number", range(1, 4))
def test_what_was_not_there_yet_or_is_no_longer_is_not_found_as_of_then(api, renamed, preview, at, number):
    path = routes(renamed)[number]
    instants = (at - STEP, at, at + 5 * DAY - STEP, at + 5 * DAY)
    codes = [api.get(path, {"as_of": then.isoformat()}, **preview).status_code for then in instants]
    assert codes == [404, 200, 200, 404]


def test_the_future_shows_what_is_scheduled_and_no_longer_what_will_have_ended(titles, renamed, preview, at):
    coming = draft("see", title="Coming")
    publish(coming, live_from=at + 4 * DAY, at=at + 3 * DAY)
    with travel(at + 3 * DAY + HOUR):
        results = [
            sorted(titles(parameters={"as_of": (at + days * DAY).isoformat()}, **preview)) for days in (3, 4, 5, 999)
        ]
        assert sorted(titles()) == ["Buy", "New"]
    assert results == [["Buy", "New"], ["Buy", "Coming", "New"], ["Buy", "Coming"], ["Buy", "Coming"]]


def test_a_slug_that_comes_later_is_found_as_of_then_alone(api, renamed, preview, at):
    path = f"{URL}guide/new/"
    assert api.get(path, {"as_of": (at + HOUR).isoformat()}, **preview).status_code == 404
    assert api.get(path, {"as_of": (at + 3 * DAY).isoformat()}, **preview).json()["title"] == "New"


def test_facets_and_pages_are_of_the_instant_too(api, titles, preview, at):
    for number in range(3):
        publish(draft("see", title=str(number)), at=at + number * DAY)
    words = {"as_of": (at + DAY).isoformat(), "page_size": 1, "count": "true", "facets": "stage"}
    answer = api.get(URL, words, **preview).json()
    assert (answer["count"], answer["facets"]) == (2, {"stage": {"see": 2, "think": 0, "do": 0, "care": 0}})
    assert titles(parameters=words, **preview) == ["1", "0"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T12:00:00",
        "2026-03-01",
        "2026-03-01T12:00:00 02:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-02-30T12:00:00Z",
        "2026-03-01T25:00:00Z",
        "2026-03-01T12:00:00+99:99",
        "yesterday",
        "1772366400",
        "%",
        "２０２６-03-01T12:00:00Z",
        "s_1-1",
        "2026-03-01T12:00:00." + "0" * 40 + "Z",
        "9" * 5000,
    ],
)
@pytest.mark.parametrize("path", [URL, f"{URL}{'0' * 32}/", f"{URL}guide/old/", f"{URL}{'0' * 32}/next/", PLACE])
def test_what_is_no_instant_is_refused_by_name(api, touchpoint, preview, path, text):
    answer = api.get(path, {"as_of": text}, **preview)
    assert (answer.status_code, [e["parameter"] for e in answer.json()["errors"]]) == (400, ["as_of"])


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-03-01T12:00:00+05:30"])
@pytest.mark.parametrize("number", range(5))
def test_the_ends_of_time_are_instants(api, renamed, touchpoint, preview, text, number):
    answer = api.get(routes(renamed)[number], {"as_of": text, "explain": "true"}, **preview)
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ({"as_of": "2026-03-01T12:00:00Z", "snapshot": "s_1-1"}, "snapshot"),
        ({"draft": "true", "as_of": "2026-03-01T12:00:00Z"}, "as_of"),
        ({"draft": "true", "snapshot": "s_1-1"}, "snapshot"),
        ({"draft": "true", "updated_since": "2026-03-01T12:00:00Z"}, "updated_since"),
        ({"fields": "id", "omit": "title"}, "omit"),
    ],
)
def test_what_does_not_go_together_is_refused(api, preview, words, name):
    answer = api.get(URL, words, **preview)
    assert answer.status_code == 400
    assert [(e["parameter"], e["code"]) for e in answer.json()["errors"]] == [(name, "not_together")]


def test_a_snapshot_is_read_on_every_route_while_others_publish(api, renamed, touchpoint, at):
    other = draft("think", title="Other")
    Pin.objects.create(touchpoint=touchpoint, asset=renamed)
    with travel(at + 3 * DAY):
        answered = [api.get(path).json() for path in routes(renamed)]
        [token] = {answer["snapshot"] for answer in answered}
    renamed.translations.update(title="Newer")
    publish([renamed, other], at=at + 3 * DAY + HOUR)
    withdraw(renamed, at=at + 3 * DAY + 2 * HOUR - STEP)
    with travel(at + 3 * DAY + 2 * HOUR - STEP):
        again = [api.get(path, {"snapshot": token}).json() for path in routes(renamed)]
        assert api.get(routes(renamed)[1]).status_code == 404
    assert without_end(again) == without_end(answered)
    assert {answer["snapshot"] for answer in again} == {token}


def test_the_next_page_is_of_the_first_ones_state_if_its_snapshot_is_named(api, titles, at):
    assets = [draft("see", title=title) for title in ("a", "b", "c")]
    publish(assets, at=at)
    with travel(at + HOUR):
        first = api.get(URL, {"page_size": 1, "ordering": "title"}).json()
        withdraw(assets[1], at=at + HOUR)
        assert titles(first["next"]) == ["c"]
        assert titles(f"{first['next']}&snapshot={first['snapshot']}") == ["b", "c"]


def test_equal_states_have_equal_tokens_and_a_passing_boundary_makes_another(api, at):
    publish(draft("see"), at=at)
    publish(draft("see"), live_from=at + DAY, live_until=at + 2 * DAY, at=at + HOUR)
    tokens = []
    for then in (at + HOUR, at + DAY - STEP, at + DAY, at + DAY + HOUR, at + 2 * DAY, at + 9 * DAY):
        with travel(then):
            tokens.append(api.get(URL).json()["snapshot"])
    # What is only scheduled is no state of its own; once it has begun its publication counts.
    first, second, third = token(1, at), token(2, at + DAY), token(2, at + 2 * DAY)
    assert tokens == [first, first, second, second, third, third]


def test_what_was_cancelled_or_moved_leaves_no_boundary(api, at):
    cancelled, moved = draft("see"), draft("see")
    publish(cancelled, live_from=at + DAY, at=at)
    [edition] = publish(moved, live_from=at + DAY, at=at + STEP)
    withdraw(cancelled, at=at + HOUR)
    reschedule(edition, live_from=at + 3 * DAY, at=at + 2 * HOUR)
    with travel(at + 2 * DAY):
        assert api.get(URL).json()["snapshot"] == token(0, EPOCH)


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_snapshot_is_over_an_hour_after_it_was_replaced_and_no_second_earlier(api, at, by_itself):
    publish(draft("see", title="One"), at=at)
    if by_itself:
        publish(draft("see"), live_from=at + DAY, at=at + HOUR)
    with travel(at + 2 * HOUR):
        token = api.get(URL).json()["snapshot"]
    if not by_itself:
        publish(draft("see"), at=at + DAY)
    with travel(at + DAY + HOUR - STEP):
        assert [item["title"] for item in api.get(URL, {"snapshot": token}).json()["results"]] == ["One"]
    with travel(at + DAY + HOUR):
        answer = api.get(URL, {"snapshot": token})
    assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
    assert answer.json() == {
        "type": "urn:waymark:problem:snapshot-expired",
        "title": "Snapshot expired",
        "status": 410,
        "detail": "This snapshot is over; begin again without it.",
        "instance": URL,
        "request_id": REQUEST_ID,
        "errors": [
            {
                "parameter": "snapshot",
                "code": "snapshot_expired",
                "detail": "This snapshot is over; begin again without it.",
            }
        ],
    }


def test_a_recall_ends_older_snapshots_at_once_and_a_withdrawal_does_not(api, at):
    first, second = draft("see", title="First"), draft("see", title="Second")
    publish([first, second], at=at)
    with travel(at + HOUR):
        token = api.get(URL).json()["snapshot"]
        withdraw(first, at=at + HOUR)
        assert api.get(f"{URL}{first.public_id}/", {"snapshot": token}).json()["title"] == "First"
        following = api.get(URL).json()["snapshot"]
        withdraw(second, recall=True, at=at + HOUR + STEP)
        codes = [api.get(f"{URL}{first.public_id}/", {"snapshot": old}).status_code for old in (token, following)]
    with travel(at + HOUR + 2 * STEP):
        own = api.get(URL).json()["snapshot"]
        assert (codes, api.get(URL, {"snapshot": own}).status_code) == ([410, 410], 200)


def test_what_was_still_being_published_when_a_snapshot_was_taken_is_not_in_it(api, titles, at):
    publish(draft("see", title="First"), at=at)
    publish(draft("see", title="Later"), live_from=at + HOUR, at=at + STEP)
    with travel(at + HOUR + STEP):
        answer = api.get(URL, {"ordering": "title"}).json()
    publish(draft("see", title="Meanwhile"), at=at + HOUR - STEP)  # its instant was taken before, its end came after
    with travel(at + HOUR + 2 * STEP):
        assert "Meanwhile" not in titles(URL, {"ordering": "title", "snapshot": answer["snapshot"]})
        assert titles(URL, {"ordering": "title"}) == ["First", "Later", "Meanwhile"]
        changed = api.get(URL, {"updated_since": answer["snapshot"]}).json()["results"]
    assert "Meanwhile" in [item["title"] for item in changed]


def test_a_publish_that_was_refused_changes_nothing_of_the_past(at):
    brief = draft("see")
    publish(brief, live_until=at + 2 * HOUR, at=at)
    with pytest.raises(PublishRefused):
        publish(draft("think", steps=(("buy", "/buy"),)), at=at + HOUR)
    publish(brief, at=at + DAY)

    seen = select(Query(locale=Locale.objects.get(code="en")), at=at + HOUR).page(10).results

    assert [one.public_id for one in seen] == [brief.public_id]
