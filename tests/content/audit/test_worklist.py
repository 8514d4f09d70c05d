"""What becomes of findings: accepted, handed to somebody, mended; and a row a day that remembers."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied, ValidationError

from content.audit.run import findings
from content.audit.worklist import accept_findings, assign, record
from content.catalogue import current_catalogue
from content.models import Assignment, AuditRun, Waiver
from content.publishing.publish import PublishRefused, publish
from journeys.models import Journey, Transition
from tests.drafts import draft, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
KEY = "dead_end:see-think-do-care:stage:care:care/everyone/en/*"


@pytest.fixture
def chief():
    return User.objects.create_superuser("chief")


@pytest.fixture
def whole(at):
    steps = (("learn_more", "/more"), ("contact", "/contact"))
    texts = {name: draft(name, steps=steps) for name in ("see", "think", "do", "care")}
    publish(texts.values(), at=at)
    return texts


def audit(at):
    catalogue = current_catalogue()
    return findings(Journey.objects.get(), at=at, catalogue=catalogue, segments=["everyone"])


def test_an_accepted_finding_says_until_when_and_stands_again_after(whole, at, chief):
    Transition.objects.filter(from_stage=stage("care")).delete()
    accept_findings(KEY, reason="A shop is being built", until=at + 10 * DAY, by=chief, at=at)
    results = {one.key: one.waived_until for one in audit(at + DAY)}
    assert (results.pop(KEY), set(results.values())) == (at + 10 * DAY, {None})
    assert {one.waived_until for one in audit(at + 10 * DAY)} == {None}


@pytest.mark.parametrize(
    "key", ["cta_missing:3f2b:en", "stage_missing:abc:en", "nonsense:j:stage:see:*", "", "x" * 301]
)
def test_what_the_audit_never_says_cannot_be_accepted_or_handed_on(key, at, chief):
    with pytest.raises(ValidationError):
        accept_findings(key, reason="Why not", until=at + DAY, by=chief, at=at)
    with pytest.raises(ValidationError):
        assign(key, to=chief, by=chief, at=at)
    assert not Waiver.objects.exists()


def test_accepting_a_finding_of_the_audit_opens_no_gate(at, chief):
    asset = draft("think", steps=())
    key = f"cta_missing:see-think-do-care:asset:{asset.public_id}:*/*/en/*"
    accept_findings(key, reason="Why not", until=at + 10 * DAY, by=chief, at=at)
    with pytest.raises(PublishRefused):
        publish(asset, at=at)


def test_the_list_of_what_is_accepted_leads_to_the_asset(admin_client, whole, at, chief):
    key = f"review_overdue:see-think-do-care:asset:{whole['see'].public_id}:*/*/en/*"
    accept_findings(key, reason="Why not", until=at + 9999 * DAY, by=chief, at=at)
    page = admin_client.get("/admin/content/waiver/").content.decode()
    assert f"{whole['see'].name}</a> (en)" in page


@pytest.mark.parametrize(("reason", "days"), [(" ", 1), ("Why not", 0)])
def test_accepting_takes_a_reason_and_an_end(reason, days, at, chief):
    with pytest.raises(ValidationError):
        accept_findings(KEY, reason=reason, until=at + days * DAY, by=chief, at=at)


def test_accepting_and_handing_on_take_rights_of_their_own(at):
    user = User.objects.create_user("editor")
    with pytest.raises(PermissionDenied):
        accept_findings(KEY, reason="Why not", until=at + DAY, by=user, at=at)
    with pytest.raises(PermissionDenied):
        assign(KEY, to=user, by=user, at=at)
    user.user_permissions.add(Permission.objects.get(codename="assign_finding"))
    user = User.objects.get(pk=user.pk)
    assert assign(KEY, to=user, by=user, at=at).to == user


def test_a_finding_that_is_somebodys_survives_the_next_audit(whole, at, chief):
    Transition.objects.filter(from_stage=stage("care")).delete()
    editor = User.objects.create_user("editor")
    assign(KEY, to=chief, by=chief, at=at)
    assign(KEY, to=editor, by=chief, at=at + DAY, note="After the fair")
    publish(draft("care"), at=at + 2 * DAY)
    [found] = [one for one in audit(at + 2 * DAY) if one.key == KEY]
    assert (found.assigned_to, found.evidence["count"]) == ("editor", 2)
    assert Assignment.objects.get().note == "After the fair"
    assert assign(KEY, to=None, by=chief, at=at + 3 * DAY) is None
    assert {one.assigned_to for one in audit(at + 3 * DAY)} == {None}


def test_a_day_has_one_row_and_keeps_what_was_said_last(whole, at):
    journey, catalogue = Journey.objects.get(), current_catalogue()
    whole_audit = findings(journey, at=at, catalogue=catalogue)
    record(journey, [], at=at, catalogue=catalogue)
    run = record(journey, whole_audit, at=at + timedelta(hours=1), catalogue=catalogue)
    assert AuditRun.objects.get() == run
    assert (run.date, run.keys) == (date(2026, 3, 1), [one.key for one in whole_audit])
    assert run.counts == {"error": 0, "warning": 0, "note": 12, "waived": 0, "missing_translation": 12}
    assert run.score == 0.25  # in three of four languages everything is borrowed
