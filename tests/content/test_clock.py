"""One clock decides what is live: the database's. A process whose own clock is wrong neither sees nor does otherwise.

The clock of this process is moved; that of the database is the real one. (On SQLite that is the clock of the machine,
which all processes on the file share: only one whose own was tampered with can differ.)
"""

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from content import clock
from content.delivery import current_state
from content.events.elapsed import announce_elapsed
from content.models import Edition, Event, PublishedState
from content.publishing.publish import publish, reschedule, withdraw
from tests.drafts import draft

SOURCES = dict(clock.SOURCES)
URL = "/api/v1/content/"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FAST, SLOW = timedelta(seconds=75), timedelta(seconds=-75)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture(autouse=True)
def real_clock(own_clock, monkeypatch):
    monkeypatch.setattr(clock, "SOURCES", SOURCES)


def off_by(difference):
    """A process whose own clock is wrong; it has yet to look at the database."""
    clock._look = None
    return time_machine.travel(datetime.now(UTC) + difference)


def titles(api):
    return sorted(item["title"] for item in api.get(URL).json()["results"])


@pytest.mark.parametrize("difference", [FAST, SLOW, HOUR, -HOUR])
def test_a_wrong_clock_tells_the_time_of_the_database(difference):
    with off_by(difference):
        instant = clock.now()
        assert abs(clock.read() - instant) < MINUTE / 2
    assert abs(datetime.now(UTC) - instant) < MINUTE / 2


def test_a_fast_process_shows_nothing_early_and_a_slow_one_nothing_late(api):
    begun = clock.read() - HOUR
    publish(draft("see", title="Begun"), live_from=begun, at=begun - HOUR)
    publish(draft("see", title="Ended"), live_until=begun + MINUTE, at=begun)
    publish(draft("see", title="Coming"), live_from=clock.read() + MINUTE)
    for difference in (FAST, SLOW, 3 * HOUR, -3 * HOUR):
        with off_by(difference):
            assert titles(api) == ["Begun"]


@pytest.mark.parametrize("difference", [45 * SECOND, 90 * SECOND, HOUR])
def test_what_a_fast_process_publishes_is_live_now_and_a_recall_elsewhere_holds_at_once(api, difference):
    asset = draft("see", title="Secret")
    with off_by(difference):
        [edition] = publish(asset)
        assert titles(api) == ["Secret"]
    assert edition.live_from <= clock.read()
    assert titles(api) == ["Secret"]
    withdraw(asset, recall=True)
    assert titles(api) == []
    with off_by(-difference):
        assert titles(api) == []
    assert PublishedState.objects.get().at <= clock.read()


def test_after_a_fast_process_others_publish_now_and_schedule_soon(api):
    with off_by(90 * SECOND):
        publish(draft("see", title="One"))
    [edition] = publish(draft("see", title="Two"))
    [soon] = publish(draft("see", title="Soon"), live_from=clock.now() + 20 * SECOND)
    moved = reschedule(soon, live_from=clock.now() + 30 * SECOND)
    assert edition.live_from <= clock.read() < moved.live_from
    assert titles(api) == ["One", "Two"]


def test_a_slow_process_publishes_after_what_was_published_before(api):
    publish(draft("see", title="One"))
    with off_by(SLOW):
        [second] = publish(draft("see", title="Two"))
        assert titles(api) == ["One", "Two"]
    assert abs(datetime.now(UTC) - second.live_from) < MINUTE / 2


def test_events_are_told_by_the_same_clock():
    asset = draft("see")
    with off_by(SLOW):
        publish(asset)
        assert [event.type for event in announce_elapsed(now=clock.now())] == ["map.changed"]
    assert {abs(datetime.now(UTC) - event.created_at) < MINUTE / 2 for event in Event.objects.all()} == {True}
    assert Edition.objects.live(clock.now()).count() == 1


@pytest.mark.parametrize(
    ("difference", "offset"),
    [(timedelta(0), None), (SECOND, None), (FAST, r"fast by 7\d s"), (SLOW, r"slow by 7\d s")],
)
def test_readiness_and_the_log_say_once_that_a_clock_is_wrong(api, caplog, difference, offset):
    with off_by(difference), caplog.at_level(logging.WARNING, logger="content.clock"):
        for _ in range(3):
            answer = api.get("/readyz")
            clock.read()
    assert (answer.status_code, "clock" in answer.json()) == (200, offset is not None)
    assert len(caplog.records) == (1 if offset else 0)
    for record in caplog.records:
        assert re.fullmatch(offset, answer.json()["clock"])
        whole = f"The clock of this process is {offset}; that of the database decides."
        assert re.fullmatch(whole, record.getMessage())


def test_a_clock_that_is_put_right_is_said_no_more(api):
    with off_by(FAST):
        assert api.get("/readyz").json()["clock"].startswith("fast by 7")
    assert "clock" not in api.get("/readyz").json()


def test_the_clock_is_read_with_the_state_and_asks_nothing_more(api, django_assert_num_queries, monkeypatch):
    publish(draft("see"))
    tag = api.get(URL)["ETag"]
    with django_assert_num_queries(0):
        assert api.get(URL, headers={"If-None-Match": tag}).status_code == 304
    monkeypatch.setattr(current_state, "CHECK_EVERY", 0.0)  # a second has passed
    api.get(URL)
    state = current_state.current_state(now=clock.now())
    assert state.at <= clock.now()
