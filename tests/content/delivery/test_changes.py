"""``updated_since``: what changed for readers of a query, and what is no longer there – for sites that keep a copy."""

from datetime import timedelta

import pytest
import time_machine

from content.models import Kind, Locale
from content.publishing.publish import publish, reschedule, withdraw
from journeys.models import Segment
from tests.drafts import draft, place
from tests.factories import KindFactory, TermFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
STEP, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def changes(api):
    """The titles that changed since an instant or a token, and what has gone, for readers of a query at ``now``."""

    def read(since, now, **words):
        with time_machine.travel(now, tick=False):
            parameters = {"updated_since": since if isinstance(since, str) else since.isoformat(), **words}
            answer = api.get(URL, parameters).json()
        return sorted(item["title"] for item in answer["results"]), answer["removed"]

    return read


def gone(asset, then):
    return {"id": asset.public_id, "at": then.isoformat().replace("+00:00", "Z")}


def test_what_came_since_is_told_and_what_was_there_is_not(changes, at):
    publish(draft("see", title="Old"), at=at)
    publish(draft("see", title="New"), at=at + DAY)
    assert changes(at - STEP, at + 2 * DAY) == (["New", "Old"], [])
    assert changes(at, at + 2 * DAY) == (["New"], [])
    assert changes(at + DAY, at + 2 * DAY) == ([], [])
    assert changes(at + 9 * DAY, at + 2 * DAY) == ([], [])


def test_the_token_of_an_answer_leads_on_from_it_however_long_ago(api, changes, at):
    first, second = draft("see", title="First"), draft("see", title="Second")
    publish([first, second], at=at)
    with time_machine.travel(at + HOUR, tick=False):
        token = api.get(URL).json()["snapshot"]
    assert changes(token, at + HOUR) == ([], [])
    withdraw(first, recall=True, at=at + DAY)
    second.translations.update(title="Again")
    publish(second, at=at + 2 * DAY)
    assert changes(token, at + 99 * DAY) == (["Again"], [gone(first, at + DAY)])


def test_what_was_withdrawn_or_expired_has_gone_when_it_went(changes, at):
    expired, withdrawn, other = (draft("see", title=title) for title in ("Expired", "Withdrawn", "Kept"))
    publish(expired, live_until=at + DAY, at=at)
    publish([withdrawn, other], at=at + STEP)
    withdraw(withdrawn, at=at + 2 * DAY)
    assert changes(at + HOUR, at + 3 * DAY) == ([], [gone(expired, at + DAY), gone(withdrawn, at + 2 * DAY)])
    assert changes(at + DAY, at + 3 * DAY) == ([], [gone(withdrawn, at + 2 * DAY)])
    assert changes(at + HOUR, at + DAY) == ([], [gone(expired, at + DAY)])
    assert changes(at + HOUR, at + DAY - STEP) == ([], [])
    assert changes(at + 2 * DAY, at + 3 * DAY) == ([], [])


def test_what_came_and_went_in_between_has_gone(changes, at):
    brief = draft("see")
    publish(brief, live_from=at + DAY, live_until=at + 2 * DAY, at=at)
    assert changes(at, at + 3 * DAY) == ([], [gone(brief, at + 2 * DAY)])


def test_what_no_longer_answers_the_query_has_gone_from_it_alone(changes, at):
    topic = VocabularyFactory(slug="topic")
    food = TermFactory(vocabulary=topic, slug="food")
    KindFactory(slug="other")
    placed, typed, tagged = (draft("see", title=title) for title in ("Placed", "Typed", "Tagged"))
    tagged.terms.add(food)
    publish([placed, typed, tagged], at=at)
    placed.placements.all().delete()
    place(placed, "care")
    typed.kind = Kind.objects.get(slug="other")
    typed.save()
    tagged.terms.clear()
    publish([placed, typed, tagged], at=at + DAY)
    assert changes(at, at + 2 * DAY, stage="see") == (["Tagged", "Typed"], [gone(placed, at + DAY)])
    assert changes(at, at + 2 * DAY, kind="guide") == (["Placed", "Tagged"], [gone(typed, at + DAY)])
    assert changes(at, at + 2 * DAY, term="topic:food") == ([], [gone(tagged, at + DAY)])
    assert changes(at, at + 2 * DAY, term__none="topic:food") == (["Placed", "Tagged", "Typed"], [])
    assert changes(at, at + 2 * DAY, stage__none="care") == (["Tagged", "Typed"], [gone(placed, at + DAY)])
    assert changes(at, at + 2 * DAY) == (["Placed", "Tagged", "Typed"], [])


def test_an_audience_that_lost_it_is_told_and_the_others_are_not(changes, at):
    asset = draft("see", title="Guide")
    publish(asset, at=at)
    asset.placements.get().segments.set(Segment.objects.filter(slug="professionals"))
    publish(asset, at=at + DAY)
    assert changes(at, at + 2 * DAY, segment="families") == ([], [gone(asset, at + DAY)])
    assert changes(at, at + 2 * DAY, segment="everyone") == ([], [gone(asset, at + DAY)])
    assert changes(at, at + 2 * DAY, segment="professionals") == (["Guide"], [])
    assert changes(at, at + 2 * DAY, segment__exact="professionals") == (["Guide"], [])


def test_what_came_back_has_changed_and_has_not_gone(changes, at):
    asset = draft("see", title="Back")
    publish(asset, at=at)
    withdraw(asset, at=at + DAY)
    assert changes(at, at + DAY) == ([], [gone(asset, at + DAY)])
    publish(asset, at=at + 2 * DAY)
    assert changes(at, at + 3 * DAY) == (["Back"], [])


def test_a_translation_that_ends_leaves_the_fallback_changed_and_nothing_gone(changes, at):
    asset = draft("see", locales=("en", "nb"), title="Words")
    asset.translations.filter(locale__code="nb").update(title="Ord")
    publish(asset, at=at)
    withdraw(asset, locales=[Locale.objects.get(code="nb")], at=at + DAY)
    assert changes(at, at + 2 * DAY, locale="nb") == (["Words"], [])
    assert changes(at, at + 2 * DAY, locale="nb", locale_fallback="none") == ([], [gone(asset, at + DAY)])
    assert changes(at, at + 2 * DAY, locale="en") == ([], [])


def test_a_market_bound_text_that_ends_has_gone_although_others_stand(changes, at):
    asset = draft("see", locales=("en", "nb"), market_bound=True)
    publish(asset, at=at)
    withdraw(asset, locales=[Locale.objects.get(code="nb")], at=at + DAY)
    assert changes(at, at + 2 * DAY, locale="nb") == ([], [gone(asset, at + DAY)])


def test_what_was_never_public_is_never_told(changes, at):
    drafted, cancelled, later = draft("see"), draft("see"), draft("see")
    publish(cancelled, live_from=at + 2 * DAY, at=at)
    withdraw(cancelled, at=at + DAY)
    [edition] = publish(later, live_from=at + 3 * DAY, at=at + DAY + STEP)
    reschedule(edition, live_from=at + 50 * DAY, at=at + DAY + HOUR)
    replaced = draft("see", title="Second words", published_at=at)
    publish(replaced, live_from=at + 4 * DAY, at=at + DAY + 2 * HOUR)
    publish(replaced, live_from=at + 4 * DAY, at=at + DAY + 3 * HOUR)
    assert changes(at - DAY, at + 9 * DAY) == (["Second words"], [])
    assert drafted.editions.count() == 0


def test_what_has_gone_stands_on_the_first_page_alone(api, at):
    left = draft("see")
    publish([left, draft("see", title="a"), draft("see", title="b")], at=at)
    withdraw(left, at=at + DAY)
    words = {"updated_since": (at - STEP).isoformat(), "page_size": 1, "count": "true", "ordering": "title"}
    first = api.get(URL, {**words, "facets": "stage"}).json()
    second = api.get(first["next"]).json()
    assert [item["title"] for item in first["results"] + second["results"]] == ["a", "b"]
    assert (first["removed"], second["removed"]) == ([gone(left, at + DAY)], [])
    assert (first["count"], second["count"], second["next"]) == (2, 2, None)
    assert first["facets"] == {"stage": {"see": 2, "think": 0, "do": 0, "care": 0}}


def test_the_boundaries_of_a_copy_meet_without_a_gap(api, changes, at):
    """A copy that is brought up to date with each answer's token never misses a text, nor keeps one."""
    assets = [draft("see", title=str(number)) for number in range(4)]
    copy, since = {}, (at - STEP).isoformat()
    publish(assets[0], live_until=at + 3 * DAY, at=at)
    publish(assets[1], live_from=at + DAY, live_until=at + 2 * DAY, at=at + STEP)
    publish(assets[2], live_from=at + 2 * DAY, at=at + 2 * STEP)
    for hours in range(0, 96, 8):
        now = at + hours * HOUR
        if hours == 56:
            publish(assets[3], at=now)
            withdraw(assets[2], at=now + STEP)
        with time_machine.travel(now + HOUR, tick=False):
            answer = api.get(URL, {"updated_since": since}).json()
            copy |= {item["id"]: item["title"] for item in answer["results"]}
            for removal in answer["removed"]:
                copy.pop(removal["id"], None)
            assert copy == {item["id"]: item["title"] for item in api.get(URL).json()["results"]}
            since = answer["snapshot"]


@pytest.mark.parametrize("count", [1, 20])
def test_changes_cost_the_same_whatever_their_number(api, at, count, django_assert_num_queries):
    assets = [draft("see") for _ in range(2 * count)]
    publish(assets, at=at)
    withdraw(assets[:count], at=at + DAY)
    api.get(URL)
    with django_assert_num_queries(2):  # the page, what has gone
        answer = api.get(URL, {"updated_since": (at - STEP).isoformat()}).json()
    assert (len(answer["results"]), len(answer["removed"])) == (count, count)


@pytest.mark.parametrize("text", ["2026-03-01T12:00:00", "yesterday", "s_", "0001-01-01T00:00:00+14:00", "x" * 5000])
def test_what_is_neither_an_instant_nor_a_snapshot_is_refused(api, text):
    answer = api.get(URL, {"updated_since": text})
    assert (answer.status_code, [e["parameter"] for e in answer.json()["errors"]]) == (400, ["updated_since"])


def test_changes_can_be_asked_as_of_an_instant(api, preview, at):
    asset = draft("see", title="Guide")
    publish(asset, live_until=at + DAY, at=at)
    words = {"updated_since": at.isoformat(), "as_of": (at + 2 * DAY).isoformat()}
    with time_machine.travel(at + HOUR, tick=False):
        answer = api.get(URL, words, **preview).json()
    assert (answer["results"], answer["removed"]) == ([], [gone(asset, at + DAY)])
