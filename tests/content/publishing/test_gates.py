"""Every gate: once it refuses or warns, once it lets pass."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied, ValidationError

from content.models import Kind, Waiver
from content.publishing.gate_findings import PublishRefused
from content.publishing.publish import check, publish, withdraw
from content.publishing.waivers import waive
from journeys.models import Channel, Transition
from tests.drafts import draft, place
from tests.factories import KindFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
SCHEMA = {
    "type": "object",
    "properties": {
        "quote": {"type": "string"},
        "until": {"type": "string", "format": "date", "x-localized": False, "x-window": "until"},
        "from": {"type": "string", "format": "date", "x-localized": False, "x-window": "from"},
    },
    "required": ["quote"],
}


@pytest.fixture
def quoting(db):
    return KindFactory(slug="testimonial", schema=SCHEMA)


def codes(findings):
    return {finding.code for finding in findings}


def test_fields_that_do_not_fit_the_kind_are_refused(quoting, at):
    missing = draft("see", kind="testimonial")
    fits = draft("see", kind="testimonial", fields={"quote": "Fine"})
    assert "fields_invalid" in codes(check(missing, at=at))
    assert "fields_invalid" not in codes(check(fits, at=at))


def test_an_address_belongs_to_one_asset_for_good(at):
    first, second = draft("see", slug="same"), draft("see", slug="same")
    publish(first, at=at)
    first.translations.update(slug="other")
    publish(first, at=at + DAY)
    assert "slug_taken" in codes(check(second, at=at + 2 * DAY))
    first.translations.update(slug="same")
    assert "slug_taken" not in codes(check(first, at=at + 2 * DAY))


def test_two_in_one_call_cannot_take_one_address(at):
    with pytest.raises(PublishRefused) as refused:
        publish([draft("see", slug="same"), draft("see", slug="same")], at=at)
    assert codes(refused.value.findings) == {"slug_taken"}


def test_translations_of_one_asset_may_share_a_slug_where_paths_tell_them_apart(at):
    Kind.objects.update(url_templates={"": "/{locale}/guide/{slug}"})
    asset = draft("see", locales=("en", "da"))
    asset.translations.update(slug="same")
    assert len(publish(asset, at=at)) == 2


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({"live_from": -1}, {"window_in_past"}),
        ({"live_from": 2, "live_until": 1}, {"window_invalid"}),
        ({"live_until": -1}, {"window_invalid"}),
        ({"live_from": 1, "live_until": 2}, set()),
    ],
)
def test_windows_lie_ahead_and_have_a_length(window, expected, at):
    found = check(draft("see"), at=at, **{name: at + days * DAY for name, days in window.items()})
    assert codes(found) & {"window_in_past", "window_invalid"} == expected


def test_dates_of_the_kind_bound_the_window(quoting, at):
    asset = draft("see", kind="testimonial", fields={"quote": "Fine"})
    asset.fields = {"until": "2026-03-10", "from": "2026-03-05"}
    asset.save()
    [edition] = publish(asset, live_until=at + 99 * DAY, at=at)
    # Whole days in Oslo: from the first minute of the 5th, through the last of the 10th.
    assert (edition.live_from.isoformat(), edition.asked_until.isoformat()) == (
        "2026-03-04T23:00:00+00:00",
        "2026-03-10T23:00:00+00:00",
    )


def test_an_expired_consent_cannot_be_published(quoting, at):
    asset = draft("see", kind="testimonial", fields={"quote": "Fine"})
    asset.fields = {"until": "2026-02-01"}
    asset.save()
    assert codes(check(asset, at=at)) == {"window_invalid"}


def test_content_without_a_stage_needs_a_reason(at):
    assert codes(check(draft(), at=at)) == {"stage_missing"}
    assert codes(check(draft(no_stage_reason="Legal"), at=at)) == set()


@pytest.mark.parametrize(("stage", "refused"), [("see", False), ("think", True), ("do", True), ("care", False)])
def test_consideration_and_purchase_need_a_call_to_action(stage, refused, at):
    assert ("cta_missing" in codes(check(draft(stage, steps=()), at=at))) is refused
    assert "cta_missing" not in codes(check(draft(stage, steps=(("learn_more", "/more"),)), at=at))


def test_the_primary_step_must_lead_to_something_shown_in_the_window(at):
    target = draft("do")
    asset = draft("think", steps=(("compare", target),))
    assert "cta_target_dead" in codes(check(asset, at=at))
    publish(target, live_from=at + 5 * DAY, at=at)
    assert "cta_target_dead" in codes(check(asset, live_until=at + 5 * DAY, at=at + DAY))
    assert "cta_target_dead" not in codes(check(asset, live_until=at + 6 * DAY, at=at + DAY))
    withdraw(target, at=at + 2 * DAY)
    assert "cta_target_dead" in codes(check(asset, at=at + 3 * DAY))


def test_a_target_in_another_language_counts_if_its_readers_fall_back_to_it(at):
    target, asset = draft("do", locales=("en",)), draft("think", locales=("nb",))
    asset.translations.get().next_steps.update(target_asset=target, target_url="")
    publish(target, at=at)
    assert "cta_target_dead" not in codes(check(asset, at=at + DAY))
    backwards = draft("think", locales=("en",), steps=(("compare", draft("do", locales=("nb",))),))
    assert "cta_target_dead" in codes(check(backwards, at=at + DAY))


def test_a_target_that_ends_first_is_warned_of(at):
    target = draft("do")
    publish(target, live_until=at + 5 * DAY, at=at)
    asset = draft("think", steps=(("compare", target),))
    assert "cta_target_expires" in codes(check(asset, at=at + DAY))
    assert "cta_target_expires" not in codes(check(asset, live_until=at + 4 * DAY, at=at + DAY))


@pytest.mark.parametrize(("stage", "refused"), [("think", True), ("do", False)])
def test_buy_or_leave_is_no_choice_for_who_still_weighs(stage, refused, at):
    hard = (("buy", "/buy"), ("start_purchase", "/start"))
    assert ("binary_choice" in codes(check(draft(stage, steps=hard), at=at))) is refused
    assert "binary_choice" not in codes(check(draft(stage, steps=(*hard, ("compare", "/compare"))), at=at))


def test_asking_for_a_purchase_too_early_is_warned_of(at):
    assert "hard_cta_too_early" in codes(check(draft("see", steps=(("buy", "/buy"),)), at=at))
    assert "hard_cta_too_early" not in codes(check(draft("do", steps=(("buy", "/buy"),)), at=at))


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("/", True),
        ("https://eldhus.example", True),
        ("https://eldhus.example/", True),
        ("/grill", False),
        ("/?a=1", False),
    ],
)
def test_leading_to_the_home_page_is_warned_of(url, warned, at):
    assert ("home_page_cta" in codes(check(draft("see", steps=(("learn_more", url),)), at=at))) is warned


def test_four_stages_of_one_journey_are_too_broad(at):
    assert "stage_too_broad" in codes(check(draft("see", "think", "do", "care"), at=at))
    assert "stage_too_broad" not in codes(check(draft("see", "think", "do"), at=at))


def test_a_channel_that_is_not_recommended_at_the_stage_is_warned_of(at):
    recommended = Channel.objects.filter(recommendations__stage__slug="see").first()
    other = Channel.objects.exclude(recommendations__stage__slug="see").first()
    assert "channel_not_recommended" in codes(check(draft("see", channels=(other.slug,)), at=at))
    assert "channel_not_recommended" not in codes(check(draft("see", channels=(recommended.slug,)), at=at))


def test_a_text_too_long_for_its_channel_is_warned_of(at):
    channel = Channel.objects.create(slug="sms-like", title="SMS", title_limit=5, summary_limit=5)
    long, short = (draft("see", channels=(channel.slug,), title=text, summary=text) for text in ("123456", "12345"))
    warned = [finding.field for finding in check(long, at=at) if finding.code == "too_long_for_channel"]
    assert warned == ["title", "summary"]
    assert "too_long_for_channel" not in codes(check(short, at=at))


def test_a_stage_that_leads_nowhere_for_its_readers_is_warned_of(at):
    publish([draft("see"), draft("think")], at=at)
    assert "dead_end" not in codes(check(draft("see"), at=at + DAY))
    Transition.objects.filter(from_stage__slug="see").delete()
    assert "dead_end" in codes(check(draft("see"), at=at + DAY))


def test_scheduled_follows_is_silent_when_nothing_is_scheduled(at):
    asset = draft("see")
    publish(asset, at=at)
    assert "scheduled_follows" not in codes(check(asset, at=at + DAY))
    publish(asset, live_from=at + 9 * DAY, at=at + DAY)
    assert "scheduled_follows" in codes(check(asset, at=at + 2 * DAY))


def test_going_dark_is_silent_when_a_successor_stands_ready(at):
    asset = draft("see")
    publish(asset, at=at)
    assert "goes_dark" in codes(check(asset, live_until=at + 9 * DAY, at=at + DAY))
    publish(asset, live_from=at + 9 * DAY, at=at + DAY)
    assert "goes_dark" not in codes(check(asset, live_until=at + 9 * DAY, at=at + 2 * DAY))


@pytest.fixture
def chief(db):
    user = User.objects.create_user("chief")
    user.user_permissions.add(*Permission.objects.filter(codename__in=["waive_finding", "publish_asset"]))
    return user


def test_a_waived_finding_lets_pass_until_its_end(chief, at):
    asset = draft("think", steps=())
    [finding] = [finding for finding in check(asset, at=at) if finding.refuses]
    waive(finding.key, reason="Campaign without a button", until=at + 5 * DAY, by=chief, at=at)
    [edition] = publish(asset, by=chief, at=at + DAY)
    assert [(w["code"], w["waived"]) for w in edition.warnings if w["weight"] == "waivable"] == [("cta_missing", True)]
    assert [f.code for f in check(asset, at=at + 5 * DAY) if f.refuses] == ["cta_missing"]


def test_what_is_never_waivable_cannot_be_waived(chief, quoting, at):
    [finding] = [finding for finding in check(draft("see", kind="testimonial"), at=at) if finding.refuses]
    assert finding.code == "fields_invalid"
    with pytest.raises(ValidationError) as refused:
        waive(finding.key, reason="Please", until=at + 5 * DAY, by=chief, at=at)
    assert refused.value.code == "waiver_invalid"


def test_waiving_is_a_right_and_wants_a_reason_and_an_end(chief, at):
    with pytest.raises(PermissionDenied):
        waive("cta_missing:x:en", reason="Why", until=at + DAY, by=User.objects.create_user("editor"), at=at)
    for reason, until in ((" ", at + DAY), ("Why", at)):
        with pytest.raises(ValidationError) as refused:
            waive("cta_missing:x:en", reason=reason, until=until, by=chief, at=at)
        assert refused.value.code == "waiver_invalid"
    assert Waiver.objects.count() == 0


def test_findings_of_several_assets_come_together(at):
    with pytest.raises(PublishRefused) as refused:
        publish([draft(), draft("think", steps=())], at=at)
    assert [finding.code for finding in refused.value.findings] == ["stage_missing", "cta_missing"]


def test_a_placement_is_judged_as_the_edition_freezes_it(at):
    asset = draft("see", steps=())
    publish(asset, at=at)
    place(asset, "think")
    assert "cta_missing" in codes(check(asset, at=at + DAY))
