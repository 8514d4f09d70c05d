"""What has gone quiet: where the newest that readers are shown is older than a target says it should be."""

from datetime import timedelta

import pytest
import time_machine

from content.audit.finding import parse_key
from content.audit.run import findings
from content.catalogue import current_catalogue
from content.models import Target
from content.publishing.publish import publish, withdraw
from content.tokens import issue_token
from journeys.models import Channel, Journey
from journeys.presets.load import load_journeys
from tests.drafts import draft, stage
from tests.factories import ChannelFactory, JourneyFactory, KindFactory, TermFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
STAGES = ("see", "think", "do", "care")
JOURNEY = "see-think-do-care"


@pytest.fixture
def audit(at):
    """What is found in English, or as asked, so many days later."""

    def look(codes="gone_quiet", *, days=0, **parameters):
        catalogue = current_catalogue()
        parameters = {"segments": ["everyone"], "locales": [catalogue.locales["en"]], **parameters}
        journey = Journey.objects.get(slug=JOURNEY)
        found = findings(journey, at=at + days * DAY, catalogue=catalogue, **parameters)
        return [one for one in found if not codes or one.code in codes.split()]

    return look


@pytest.fixture
def whole(at):
    texts = {name: draft(name, title=name.title()) for name in STAGES}
    publish(texts.values(), at=at)
    return texts


@pytest.fixture
def may_audit(db):
    return {"headers": {"Authorization": f"Bearer {issue_token('Nightly', scopes=['audit'])[1]}"}}


def rhythm(days=30, **named):
    return Target.objects.create(minimum=None, fresh_days=days, **named)


def test_without_a_target_nothing_goes_quiet(audit, whole):
    Target.objects.create(stage=stage("see"))
    assert audit(days=3000) == []


def test_a_passing_day_turns_it_on_and_a_new_edition_off_and_nothing_else_changes(audit, whole, at):
    rhythm(stage=stage("see"))
    before = audit("", days=30)
    [found] = [one for one in audit("", days=31) if one not in before]
    assert (found.key, str(found.severity)) == (f"gone_quiet:{JOURNEY}:stage:see:see/*/en/*", "warning")
    assert (found.message, found.remedy) == (
        "Nothing new for readers at See since 2026-03-01, 31 days ago; it should be 30 at most.",
        "Publish something new for readers at See, or update what is there.",
    )
    assert found.evidence == {
        "assets": [whole["see"].public_id],
        "count": 1,
        "date": "2026-03-01",
        "fresh_days": 30,
    }
    assert parse_key(found.key) == ("gone_quiet", "stage", "see", found.context)
    whole["see"].translations.update(summary="Anew")
    publish(whole["see"], at=at + 31 * DAY)
    assert audit("", days=31) == before
    assert [one.key for one in audit("", days=62) if one not in before] == [found.key]
    publish(draft("see"), at=at + 62 * DAY)
    assert audit("", days=62) == before


def test_the_day_is_the_day_where_the_project_is(audit, whole, at, settings):
    rhythm(stage=stage("see"))
    settings.TIME_ZONE = "Pacific/Auckland"
    [found] = audit(days=31)
    assert found.evidence["date"] == "2026-03-02"
    assert audit(days=30) == []


def test_what_is_no_longer_shown_or_not_yet_does_not_count(audit, whole, at):
    rhythm(stage=stage("see"))
    gone = draft("see")
    publish(gone, at=at + 20 * DAY)
    publish(draft("see"), live_from=at + 45 * DAY, at=at + 21 * DAY)
    assert audit(days=40) == []
    withdraw(gone, at=at + 39 * DAY)
    assert [one.evidence["date"] for one in audit(days=40)] == ["2026-03-01"]
    assert audit(days=45) == []


def test_each_language_is_asked_by_what_its_readers_are_shown(audit, whole, at, locales):
    rhythm(stage=stage("see"))
    publish(draft("see", locales=("da",)), at=at + 20 * DAY)
    assert [one.context.locale for one in audit(days=40, locales=None)] == ["en", "sv"]
    Target.objects.all().delete()
    rhythm(stage=stage("see"), locale=locales["sv"])
    rhythm(10, stage=stage("see"))
    found = audit(days=25, locales=None)
    assert [(one.context.locale, one.evidence["fresh_days"]) for one in found] == [("en", 10)]
    found = audit(days=32, locales=None)
    assert {one.context.locale: one.evidence["fresh_days"] for one in found} == {"da": 10, "en": 10, "nb": 10, "sv": 30}


def test_without_a_stage_it_is_of_the_channel_and_without_either_of_the_journey(audit, whole, at):
    mail, web = ChannelFactory(slug="mail", title="Newsletter"), Channel.objects.get(slug="website")
    load_journeys(["aida-loyalty"])
    rhythm(channel=mail)
    rhythm(60, journey=Journey.objects.get(slug=JOURNEY))
    rhythm(journey=Journey.objects.get(slug="aida-loyalty"))
    rhythm(channel=mail, stage=stage("care"))
    publish(draft("care", channels=("website",)), at=at + 2 * DAY)
    quiet, at_care = audit(days=59)
    assert (quiet.key, quiet.subject.title) == (f"gone_quiet:{JOURNEY}:channel:mail:*/*/en/mail", "Newsletter")
    assert quiet.message == (
        "Nothing new for readers on Newsletter since 2026-03-01, 59 days ago; it should be 30 at most."
    )
    assert (parse_key(quiet.key), at_care.key) == (
        ("gone_quiet", "channel", "mail", quiet.context),
        f"gone_quiet:{JOURNEY}:stage:care:care/*/en/mail",
    )
    assert "for readers at Care on Newsletter since" in at_care.message
    publish(draft("think", channels=("mail",)), at=at + 59 * DAY)
    assert audit(days=59) == [at_care]
    assert [one.key for one in audit(days=119) if one.subject.type == "journey"] == []
    [of_journey] = [one for one in audit(days=120) if one.subject.type == "journey"]
    assert (of_journey.key, of_journey.subject.id) == (f"gone_quiet:{JOURNEY}:journey:{JOURNEY}:*/*/en/*", JOURNEY)
    assert "for readers in See, Think, Do, Care since 2026-04-29, 61 days ago" in of_journey.message
    assert quiet.key in [one.key for one in audit(days=119, channels=[mail])]
    on_web = audit(days=120, channels=[web])
    assert [one.key for one in on_web] == [f"gone_quiet:{JOURNEY}:journey:{JOURNEY}:*/*/en/website"]


def test_what_is_on_no_stage_of_the_journey_is_nothing_new_in_it(audit, whole, at):
    rhythm(journey=Journey.objects.get())
    publish(draft(no_stage_reason="law"), at=at + 30 * DAY)
    assert len(audit(days=40)) == 1


def test_a_kind_a_purpose_and_a_segment_narrow_what_should_be_new(audit, whole, at, segments):
    kind, proof = KindFactory(slug="review", title="Review"), TermFactory(slug="proof", title="Proof")
    rhythm(stage=stage("think"), kind=kind, term=proof)
    rhythm(stage=stage("think"), segment=segments["families"])
    old = draft("think", kind="review")
    old.terms.add(proof)
    publish([old, draft("think", segments=("families",))], at=at + DAY)
    publish(draft("think", kind="review", segments=("professionals",)), at=at + 20 * DAY)
    of_both, for_families = sorted(audit(days=40), key=lambda one: one.message)
    assert of_both.message.startswith("No new “Review” for “Proof” for readers at Think since 2026-03-02, 39 days ago")
    assert of_both.key == f"gone_quiet:{JOURNEY}:stage:think:review:{proof.vocabulary.slug}:proof:think/*/en/*"
    assert for_families.message.startswith("Nothing new for Families at Think since 2026-03-02")
    assert for_families.key == f"gone_quiet:{JOURNEY}:stage:think:think/families/en/*"


def test_where_there_is_nothing_at_all_it_is_said_once(audit, whole, at, segments):
    review, guide = KindFactory(slug="review", title="Review"), KindFactory(slug="tour", title="Tour")
    rhythm(stage=stage("think"))
    rhythm(stage=stage("think"), segment=segments["families"])
    Target.objects.create(stage=stage("see"), kind=review, minimum=1, fresh_days=30)
    rhythm(stage=stage("see"), kind=guide)
    withdraw(whole["think"], at=at + DAY)
    codes = "silent_stage kinds_missing gone_quiet"
    everyone = [(one.code, one.detail, one.context.segment) for one in audit(codes, days=2)]
    assert everyone == [
        ("silent_stage", "", "everyone"),
        ("kinds_missing", "review", None),
        ("gone_quiet", "tour", None),
        ("gone_quiet", "", "families"),
    ]
    of_both = audit(codes, days=2, segments=["everyone", segments["families"]])
    assert [(one.code, one.context.segment) for one in of_both if one.context.stage == "think"] == [
        ("silent_stage", "everyone"),
        ("silent_stage", "families"),
    ]
    [tour] = [one for one in of_both if one.code == "gone_quiet"]
    assert (tour.message, tour.evidence) == (
        "No “Tour” for readers at See at all; the newest should be at most 30 days old.",
        {"assets": [], "count": 0, "kind": "tour", "date": None, "fresh_days": 30},
    )


def test_a_stage_that_is_silent_for_some_hides_nothing_of_what_others_lack(audit, whole, at, segments):
    withdraw(whole["see"], at=at + DAY)
    publish(draft("see", segments=("families",)), at=at + 2 * DAY)
    rhythm(stage=stage("see"), kind=KindFactory(slug="tour"))
    families = audit(days=3, segments=[segments["families"]])
    assert [one.key for one in families] == [f"gone_quiet:{JOURNEY}:stage:see:tour:see/*/en/*"]
    assert audit(days=3, segments=None) == families


def test_of_a_journey_without_stages_nothing_is_said(at, whole):
    rhythm()
    assert findings(JourneyFactory(), at=at + 99 * DAY, catalogue=current_catalogue()) == []


def test_targets_and_assets_add_no_statements(audit, whole, at, django_assert_num_queries):
    rhythm(stage=stage("see"))
    current_catalogue()
    with django_assert_num_queries(24):
        audit("")
    publish([draft(name) for name in STAGES for _ in range(5)], at=at + DAY)
    for name in STAGES[1:]:
        rhythm(stage=stage(name))
    rhythm(channel=Channel.objects.get(slug="website"))
    current_catalogue()
    with django_assert_num_queries(24):
        audit("", days=1)


def test_the_route_and_the_worklist_tell_it_and_it_can_be_accepted(api, may_audit, admin_client, whole, at):
    channel = ChannelFactory(slug="mail", title="Newsletter")
    rhythm(channel=channel)
    with time_machine.travel(at + 31 * DAY, tick=False):
        parameters = {"code": "gone_quiet", "locale": "en"}
        [found] = api.get("/api/v1/coverage/findings/", parameters, **may_audit).json()["results"]
        assert found["subject"] == {"type": "channel", "id": "mail", "title": "Newsletter"}
        page = admin_client.get("/admin/content/coverage/findings/", parameters).content.decode()
        assert f'href="/admin/journeys/channel/{channel.pk}/change/"' in page
        assert "On 2026-03-01" in page
        words = {"key": found["key"], **parameters}
        form = {"reason": "Summer", "until_0": "2999-01-01", "until_1": "12:00"}
        admin_client.post("/admin/content/coverage/findings/accept/", form, query_params=words)
        [found] = api.get("/api/v1/coverage/findings/", parameters, **may_audit).json()["results"]
        assert found["waived_until"] == "2999-01-01T11:00:00Z"
