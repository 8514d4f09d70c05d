"""What readers do not see yet tells them nothing: names of states, ETags and bytes stay as they were."""

import json
import random
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from content.events.elapsed import announce_elapsed
from content.models import Edition, Publication, Term, Translation, Vocabulary
from content.publishing.publish import publish, reschedule, withdraw
from tests.content.events.test_purge import addresses
from tests.drafts import draft, place, stage
from tests.factories import TouchpointFactory
from tests.history import act

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
MORE = ("/api/v1/", "/api/v1/kinds/", "/api/v1/vocabularies/", "/api/v1/openapi.json", "/api/v1/content/?term=topic:a")
STEP, MINUTE, HOUR, DAY = timedelta(microseconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STAGES = ("see", "think", "do", "care")


def answers(api, urls):
    """By address the status, the ETag and the bytes."""
    return {url: (got.status_code, got.headers.get("ETag"), got.content) for url in urls for got in [api.get(url)]}


def live(at):
    """Which editions are live, and until when."""
    return dict(Edition.objects.live(at).values_list("pk", "live_until"))


def without(names, body):
    """JSON without some names."""

    def bare(value):
        if isinstance(value, list):
            return [bare(one) for one in value]
        if isinstance(value, dict):
            return {name: bare(one) for name, one in value.items() if name not in names}
        return value

    return bare(json.loads(body))


def token(api):
    return api.get(URL).json()["snapshot"]


def tag(answer):
    return answer[1]


def scheduled(api, urls, before):
    """The addresses of which anything but the lifetime differs."""
    return {url for url, answer in answers(api, urls).items() if answer != before[url]}


def test_scheduling_moving_and_cancelling_a_new_text_tell_nothing(api, at):
    visible, coming = draft("see", title="Shown"), draft("see", title="Coming")
    spot = TouchpointFactory(journey=stage("see").journey, stage=stage("see"))
    urls = [*addresses([visible, coming], spot), *MORE]
    with time_machine.travel(at, tick=False) as clock:
        publish(visible, at=at)
        announce_elapsed(now=at)
        before = answers(api, urls)
        clock.shift(MINUTE)
        [edition] = publish(coming, live_from=at + 2 * DAY, at=at + MINUTE)
        announce_elapsed(now=at + MINUTE)
        assert scheduled(api, urls, before) == set()
        clock.shift(MINUTE)
        reschedule(edition, live_from=at + DAY, at=at + 2 * MINUTE)
        assert scheduled(api, urls, before) == set()
        clock.move_to(at + DAY - STEP)
        assert scheduled(api, urls, before) == set()
        clock.move_to(at + DAY)
        assert scheduled(api, urls, before) != set()  # it came on the instant
        begun = answers(api, urls)
        [again] = publish(visible, live_from=at + 9 * DAY, at=at + DAY + MINUTE)
        withdraw(coming, at=at + DAY + 2 * MINUTE)
        assert scheduled(api, urls, begun) != set()
        assert again.pk not in live(at + DAY)


def test_a_cancelled_start_tells_nothing_when_its_time_comes(api, at):
    visible, coming = draft("see"), draft("see")
    with time_machine.travel(at, tick=False) as clock:
        publish(visible, at=at)
        before = answers(api, [URL])
        publish(coming, live_from=at + DAY, at=at + MINUTE)
        withdraw(coming, at=at + 2 * MINUTE)
        for then in (at + HOUR, at + DAY, at + 2 * DAY):
            clock.move_to(then)
            assert answers(api, [URL]) == before


def test_a_successor_tells_by_the_end_of_what_is_live_and_nothing_else(api, at):
    visible, other = draft("see", title="Shown"), draft("think", title="Other")
    urls = [URL, f"{URL}{visible.public_id}/", f"{URL}{other.public_id}/", "/api/v1/vocabularies/"]
    with time_machine.travel(at + HOUR, tick=False):
        publish([visible, other], at=at)
        before, named = answers(api, urls), token(api)
        publish(visible, live_from=at + DAY, at=at + HOUR)
        after = answers(api, urls)
        assert token(api) == named
        assert {url for url in urls if after[url][2] != before[url][2]} == set(urls[:2])
        assert all(without(["live_until"], after[url][2]) == without(["live_until"], before[url][2]) for url in urls)
        assert all(tag(after[url]) != tag(before[url]) for url in urls[:2])


def test_an_answer_is_not_kept_past_a_start_that_was_scheduled_after_it(api, at, settings):
    settings.RESPONSE_CACHE_MB = 1
    with time_machine.travel(at, tick=False) as clock:
        publish(draft("see", title="Shown"), at=at)
        first = api.get(URL)
        assert first["Cache-Control"] == "public, max-age=60, stale-while-revalidate=300"
        publish(draft("see", title="Coming"), live_from=at + MINUTE / 2, at=at + STEP)
        again = api.get(URL, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        assert again["Cache-Control"] == "public, max-age=30, stale-while-revalidate=0"
        clock.move_to(at + MINUTE / 2)
        new = api.get(URL, headers={"If-None-Match": first["ETag"]})
        assert (new.status_code, len(new.json()["results"])) == (200, 2)


def test_a_snapshot_lasts_while_what_is_published_is_not_seen(api, at):
    visible = draft("see", title="Shown")
    with time_machine.travel(at, tick=False) as clock:
        publish(visible, at=at)
        held = token(api)
        publish(draft("see", title="Coming"), live_from=at + 9 * DAY, at=at + MINUTE)
        clock.move_to(at + 5 * DAY)
        assert token(api) == held
        assert api.get(URL, {"snapshot": held}).status_code == 200
        withdraw(visible, at=at + 5 * DAY)
        clock.move_to(at + 5 * DAY + HOUR - STEP)
        assert [item["title"] for item in api.get(URL, {"snapshot": held}).json()["results"]] == ["Shown"]
        clock.move_to(at + 5 * DAY + HOUR)
        assert api.get(URL, {"snapshot": held}).status_code == 410


def test_what_begins_while_it_is_written_down_names_another_state(api, at):
    """A publication is dated when it begins, and read when it is done: a start may lie in between."""
    with time_machine.travel(at, tick=False) as clock:
        publish(draft("see", title="Shown"), at=at)
        publish(draft("see", title="Edge"), live_from=at + 2 * HOUR, at=at + MINUTE)
        clock.move_to(at + 3 * HOUR)
        before = api.get(URL)
        publish(draft("see", title="Late"), live_from=at + HOUR, at=at + 2 * MINUTE)
        after = api.get(URL)
        assert (len(before.json()["results"]), len(after.json()["results"])) == (2, 3)
        assert before["ETag"] != after["ETag"]
        assert before.json()["snapshot"] != after.json()["snapshot"]


def test_a_recall_of_what_is_not_shown_ends_older_snapshots_and_not_its_own(api, at):
    visible, coming = draft("see", title="Shown"), draft("see")
    with time_machine.travel(at + HOUR, tick=False):
        publish(visible, at=at)
        held = token(api)
        publish(coming, live_from=at + DAY, at=at + MINUTE)
        withdraw(coming, recall=True, at=at + 2 * MINUTE)
        assert api.get(URL, {"snapshot": held}).status_code == 410
        assert api.get(URL, {"snapshot": token(api)}).status_code == 200


def change_draft(chance, assets):
    asset = chance.choice(assets)
    asset.placements.all().delete()
    for name in chance.sample(STAGES, chance.randint(1, 2)):
        place(asset, name)
    Translation.objects.filter(asset=asset).update(slug=f"slug-{chance.randint(1, 10**6)}")


@pytest.mark.parametrize("seed", range(3))
def test_names_and_bytes_change_when_and_only_when_something_is_seen(api, at, seed):
    chance = random.Random(seed)  # noqa: S311
    topic = Vocabulary.objects.create(slug="topic", title="Topic")
    terms = [Term.objects.create(vocabulary=topic, slug=slug, title=slug) for slug in "abc"]
    assets = [draft("see", locales=chance.choice([("en",), ("en", "nb"), ("da",)])) for _ in range(6)]
    for asset in assets:
        asset.terms.set(chance.sample(terms, 1))
    spot = TouchpointFactory(journey=stage("see").journey, stage=stage("see"))
    urls, seen, now = [*addresses(assets[:2], spot)[::3], *MORE[2:3], *MORE[4:]], Counter(), at
    publish(assets[:2], at=at)
    with time_machine.travel(at, tick=False) as clock:
        for _ in range(25):
            now += chance.choice([MINUTE, HOUR / 2, HOUR])
            clock.move_to(now)
            announce_elapsed(now=now)
            before, was = answers(api, urls), live(now)
            change_draft(chance, assets)
            try:
                act(chance, assets, now)
            except ValidationError:
                seen["refused"] += 1
                continue
            after, stands = answers(api, urls), live(now)
            cached_urls = [url for url in urls if tag(before[url]) and tag(after[url])]
            if was == stands:
                assert after == before
                seen["unseen"] += 1
            elif was.keys() == stands.keys():
                assert all(before[url][0] == after[url][0] for url in urls)
                bare = [[without(["live_until"], some[url][2]) for url in cached_urls] for some in (before, after)]
                assert bare[0] == bare[1]
                assert all(tag(before[url]) != tag(after[url]) for url in cached_urls)
                seen["ends"] += 1
            else:
                assert all(tag(before[url]) != tag(after[url]) for url in cached_urls)
                seen["seen"] += 1
    assert min(seen["unseen"], seen["seen"]) >= 3
    assert Publication.objects.filter(visible=False).count() == seen["unseen"] + seen["ends"]
