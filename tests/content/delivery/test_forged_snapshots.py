"""Nobody reads by a made-up snapshot what readers do not, or did not within the hour, see."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings

from content.delivery import current_state
from content.keys import signature
from content.publishing.publish import publish, withdraw
from tests.drafts import draft
from tests.snapshots import token

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
STEP, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)


def forged(number, at):
    """Tokens of the same words as who has no key would write them."""
    signed = token(number, at)
    others = token(number, at + STEP)[-16:], token(number + 1, at)[-16:], signature("surrogate", signed[2:-17])
    return [signed[:-17], f"{signed[:-16]}{'A' * 16}", *(signed[:-16] + other for other in others)]


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
    visible_titles = [item["title"] for item in answer.json().get("results", [])]
    allowed = {200: [["Live"]], 400: [[]], 410: [[]]}
    assert visible_titles in allowed[answer.status_code]


@pytest.mark.parametrize("number", [0, 1, 3, 6])
@pytest.mark.parametrize("days", [-900, 0, 2, 5])
def test_what_nobody_signed_is_refused_alike_whatever_it_names(api, story, at, number, days):
    answers = {
        (answer.status_code, answer.content)
        for parameter in ("snapshot", "updated_since")
        for text in forged(number, at + days * DAY)
        for answer in [api.get(URL, {parameter: text})]
    }
    assert {status for status, _ in answers} == {400}
    assert len(answers) == 2  # one answer for each parameter
    codes = {error["code"] for _, body in answers for error in json.loads(body)["errors"]}
    assert codes == {"invalid_snapshot"}


def test_a_text_that_is_withdrawn_is_not_read_by_a_made_up_token(api, at):
    asset = draft("see", title="Secret")
    with time_machine.travel(at + HOUR, tick=False) as clock:
        publish(asset, at=at)
        held = api.get(URL).json()["snapshot"]
        withdraw(asset, at=at + HOUR)
        clock.shift(STEP)
        path = f"{URL}{asset.public_id}/"
        for text in ("s_1-0", *forged(1, at), *forged(1, at - DAY), *forged(0, at)):
            assert api.get(path, {"snapshot": text}).status_code == 400
        assert api.get(path, {"snapshot": held}).json()["title"] == "Secret"


def test_tokens_count_while_the_key_that_signed_them_is_listed(api, story, settings, monkeypatch):
    before = api.get(URL).json()["snapshot"]
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 8
    settings.SECRET_KEY_FALLBACKS = [old]
    monkeypatch.setattr(current_state, "_held", None)  # keys change when a process starts
    standing_token = api.get(URL).json()["snapshot"]
    assert standing_token[:-16] == before[:-16] and standing_token != before
    assert api.get(URL, {"snapshot": before}).json()["results"] == api.get(URL).json()["results"]
    assert api.get(URL, {"updated_since": before}).json()["results"] == []
    settings.SECRET_KEY_FALLBACKS = []
    assert api.get(URL, {"snapshot": before}).status_code == 400
    refused = api.get(URL, {"updated_since": before})
    assert refused.status_code == 400
    assert "fetch the whole list without it, then go on with the snapshot of that answer" in refused.json()["detail"]


def test_every_process_signs_alike(api, story):
    """Another process, that knows the settings alone."""
    text = api.get(URL).json()["snapshot"]
    sign = "from django.conf import settings; settings.configure(SECRET_KEY={!r}, SECRET_KEY_FALLBACKS=[]); "
    sign += "from content.keys import signature; print(signature('snapshot', {!r}))"
    command = [sys.executable, "-c", sign.format(settings.SECRET_KEY, text[2:-17])]
    result = subprocess.run(command, cwd=settings.ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == text[-16:]


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
