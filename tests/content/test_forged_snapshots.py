"""Nobody reads by a made-up snapshot what readers do not, or did not within the hour, see."""

from datetime import timedelta

import pytest
import time_machine

from content.instants import micros
from content.publish import publish, withdraw
from tests.drafts import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
STEP, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)


def token(number, at):
    return f"s_{number:x}-{micros(at):x}"


@pytest.fixture
def story(at):
    """One text that has long gone (until publication 2), one that is live, one that is scheduled."""
    gone = draft("see", title="Gone")
    publish(gone, at=at)
    withdraw(gone, at=at + DAY)
    publish(draft("see", title="Live"), at=at + 2 * DAY)
    publish(draft("see", title="Coming"), live_from=at + 9 * DAY, at=at + 3 * DAY)
    with time_machine.travel(at + 5 * DAY, tick=False):
        yield at + 5 * DAY


@pytest.mark.parametrize(
    "text",
    [
        "s_",
        "s_-",
        "s_1",
        "s_1-",
        "s_g-1",
        "s_1-1-1",
        "S_1-1",
        "s_1-1 x",
        "s_١-١",
        "s_%s-1",
        "latest",
        "s_fffffffffffffff-1",
        "s_1-fffffffffffffff",
        "s_fffffffffffffff-fffffffffffffff",
        "s_ffffffffffffffffffff-1",
        "s_1-" + "f" * 60,
        "s_-1-1",
    ],
)
@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        (URL, "snapshot"),
        (URL, "updated_since"),
        (f"{URL}{'0' * 32}/", "snapshot"),
        (f"{URL}guide/x/", "snapshot"),
        (f"{URL}{'0' * 32}/next/", "snapshot"),
    ],
)
def test_what_is_no_snapshot_is_refused_by_name(api, story, path, parameter, text):
    answer = api.get(path, {parameter: text})
    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("days", [-900, -1, 0, 0.5, 1, 2, 4, 5, 9, 900])
def test_a_number_with_any_instant_shows_what_is_public_or_nothing(api, story, at, number, days):
    answer = api.get(URL, {"snapshot": token(number, at + days * DAY)})
    shown = [item["title"] for item in answer.json().get("results", [])]
    allowed = {200: [["Live"]], 400: [[]], 410: [[]]}
    assert shown in allowed[answer.status_code]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_state_long_gone_is_not_read_with_a_fresh_instant(api, story, number):
    assert api.get(URL, {"snapshot": token(number, story)}).status_code == 410


def test_a_publication_dated_ahead_is_not_read_before_its_time(api, at):
    with time_machine.travel(at, tick=False) as clock:
        publish(draft("see", title="Ahead"), at=at + DAY)
        first = api.get(URL).json()
        clock.shift(HOUR)
        again = api.get(URL, {"snapshot": first["snapshot"]}).json()
        assert (first["results"], again["results"]) == ([], [])


def test_the_empty_service_has_a_snapshot_that_shows_nothing_later(api, at):
    with time_machine.travel(at, tick=False) as clock:
        first = api.get(URL).json()
        publish(draft("see"), at=at + STEP)
        clock.shift(HOUR)
        assert api.get(URL, {"snapshot": first["snapshot"]}).json()["results"] == []
        clock.shift(DAY)
        assert api.get(URL, {"snapshot": first["snapshot"]}).status_code == 410
