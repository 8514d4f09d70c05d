"""While an audit is computed: nobody else's begins, and pages and the API say so instead of making anybody wait."""

import fcntl
import os
from datetime import timedelta

import pytest
from django.test import override_settings

from content.audit import process
from content.audit.process import AuditBusy, Question, answer, audit_answer, latest
from content.models import AuditRun
from content.publishing.publish import publish
from journeys.models import Journey, Transition
from tests.conftest import REQUEST_ID
from tests.drafts import draft, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
PAGE, API = "/admin/content/coverage/findings/", "/api/v1/coverage/findings/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """As a service does it, with a folder of its own and no patience."""
    monkeypatch.setattr("content.change_signal._file", lambda *database: tmp_path / "word")
    with override_settings(AUDIT_PROCESS=True):
        yield


@pytest.fixture
def another(tmp_path):
    """Another audit is computed."""
    process._folder()
    lock = os.open(tmp_path / "word-audits" / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    yield
    os.close(lock)


@pytest.fixture
def question(at):
    publish([draft(name) for name in ("see", "think", "do", "care")], at=at)
    Transition.objects.filter(from_stage=stage("care")).delete()
    return Question({"journey": ""}, None, Journey.objects.get(), {})


def test_the_api_says_when_to_ask_again(api, audit, question, another):
    response = api.get(API, **audit)
    assert (response.status_code, response.headers["Retry-After"], response.headers["Cache-Control"]) == (
        *(503, "10"),
        "private, no-store",
    )
    assert response.json() == {
        "type": "urn:waymark:problem:unavailable",
        "title": "Unavailable",
        "status": 503,
        "detail": process.OTHER,
        "instance": API,
        "request_id": REQUEST_ID,
    }


def test_the_worklist_says_that_it_is_looked_at_and_comes_again(admin_client, question, another):
    page = admin_client.get(PAGE)
    assert (page.status_code, page.headers["Refresh"]) == (200, "10")
    assert "The audit of See, Think, Do, Care is still running." in page.content.decode()
    assert AuditRun.objects.count() == 0


def test_the_worklist_shows_the_last_answer_and_that_it_is_old(admin_client, question, another, at):
    answer(question, keep_day=True)
    assert AuditRun.objects.count() == 1
    fresh = admin_client.get(PAGE).content.decode()
    assert "Nothing leads" in fresh
    assert "a new one is running" not in fresh
    publish(draft("care"), at=at + HOUR)
    old = admin_client.get(PAGE).content.decode()
    assert "Nothing leads" in old
    assert "These are the findings of the last audit; a new one is running." in old


def test_what_stands_in_the_last_answer_can_be_handed_on_meanwhile(admin_client, question, another, at):
    answer(question, keep_day=False)
    publish(draft("care"), at=at + HOUR)
    key = "dead_end:see-think-do-care:stage:care:care/everyone/en/*"
    assert admin_client.get(f"{PAGE}assign/", {"key": key}).status_code == 200


def test_an_answer_is_what_is_computed_where_it_is_asked(question):
    with override_settings(AUDIT_PROCESS=False):
        here = audit_answer(question)
    answer(question, keep_day=False)
    stored = latest(question)
    assert stored.is_fresh
    assert [(one.key, one.message, one.remedy, one.evidence) for one in stored.findings] == [
        (finding.key, finding.message, finding.remedy, finding.evidence) for finding in here.findings
    ]


def test_another_state_of_what_is_published_makes_an_answer_old(question, at):
    answer(question, keep_day=False)
    assert latest(question).is_fresh
    publish(draft("see"), at=at + HOUR)
    assert not latest(question).is_fresh


def test_a_process_that_ends_without_an_answer_keeps_nobody_waiting(question, monkeypatch, caplog):
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(AuditBusy) as busy:
        audit_answer(question)
    assert str(busy.value) == process.FAILED


def test_few_threads_of_a_process_wait(question, monkeypatch):
    assert process.WAITING.acquire(blocking=False)
    try:
        with pytest.raises(AuditBusy):
            audit_answer(question)
    finally:
        process.WAITING.release()


def test_answers_lie_where_only_the_service_reads_and_few_are_kept(question, tmp_path, monkeypatch):
    monkeypatch.setattr(process, "MOST_ANSWERS", 2)
    journey = Journey.objects.get()
    for steps in (3, 4, 5):
        answer(Question({"most_steps": steps}, None, journey, {"most_steps": steps}), keep_day=False)
    folder = tmp_path / "word-audits"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*.json")} == {0o600}
    assert len(list(folder.glob("*.json"))) == 2
