"""The audit: what it finds on a small journey, what it does not, and what changes when something changes."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User

from content.audit.finding import parse_key
from content.audit.run import findings
from content.catalogue import current_catalogue
from content.models import Asset, Pin, Target, Teaser, Translation
from content.publishing.publish import publish, reschedule, withdraw
from content.publishing.waivers import waive
from journeys.models import Journey, Segment, Stage, Touchpoint, Transition
from tests.drafts import draft, place, stage
from tests.factories import ChannelFactory, JourneyFactory, KindFactory, TermFactory, TouchpointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
STAGES = ("see", "think", "do", "care")
STATEMENTS = 23


@pytest.fixture
def audit(at):
    """What is found for everyone in English, or as asked; each by code, subject and context."""

    def look(codes="", *, days=0, **parameters):
        catalogue = current_catalogue()
        parameters = {"segments": ["everyone"], "locales": [catalogue.locales["en"]], **parameters}
        found = findings(
            Journey.objects.get(slug="see-think-do-care"), at=at + days * DAY, catalogue=catalogue, **parameters
        )
        return [one for one in found if not codes or one.code in codes.split()]

    return look


@pytest.fixture
def whole(at):
    """A journey with one text at each stage: nothing is wrong with it."""
    steps = (("learn_more", "/more"), ("contact", "/contact"))
    texts = {name: draft(name, title=name.title(), steps=steps) for name in STAGES}
    publish(texts.values(), at=at)
    return texts


def named(found):
    return [(one.code, one.subject.id, one.context.stage) for one in found]


def test_nothing_is_found_where_nothing_is_wrong(audit, whole):
    assert audit() == []


def test_an_empty_journey_is_silent_everywhere_and_nothing_else(audit):
    assert named(audit()) == [("silent_stage", name, name) for name in STAGES]


def test_of_a_journey_without_stages_nothing_is_said(audit, whole, at):
    assert findings(JourneyFactory(), at=at, catalogue=current_catalogue()) == []


def test_a_stage_without_a_way_on_is_one_dead_end_with_all_its_texts(audit, whole, at):
    also = draft("care")
    publish(also, at=at + DAY)
    withdraw([whole["see"], whole["think"], whole["do"]], at=at + 2 * DAY)
    [found] = audit("dead_end", days=2)
    assert found.key == "dead_end:see-think-do-care:stage:care:care/everyone/en/*"
    assert (found.subject.id, found.context.segment, found.context.locale) == ("care", "everyone", "en")
    assert found.evidence["assets"] == [whole["care"].public_id, also.public_id]
    assert found.evidence["count"] == 2
    assert "Publish something" in found.remedy


def test_a_text_that_leads_on_by_itself_is_none_of_those_in_a_dead_end(audit, whole, at):
    Transition.objects.filter(from_stage=stage("think")).exclude(to_stage=stage("do")).delete()
    withdraw(whole["do"], at=at + DAY)
    do = draft("do", segments=("families",))
    place(do, "care")
    publish(do, at=at + 2 * DAY)
    publish(draft("think", steps=(("learn_more", do),)), at=at + 3 * DAY)
    [found] = audit("dead_end", days=3)
    assert (found.subject.id, found.evidence["assets"]) == ("think", [whole["think"].public_id])
    assert audit("dead_end", days=3, segments=[Segment.objects.get(slug="families")]) == []


def test_the_only_text_of_the_next_stage_cannot_lead_on_to_itself(audit, whole, at):
    Transition.objects.filter(from_stage=stage("see")).exclude(to_stage=stage("think")).delete()
    withdraw(whole["think"], at=at + DAY)
    both = draft("see", "think")
    publish(both, at=at + 2 * DAY)
    [found] = audit("dead_end", days=2)
    assert (found.subject.type, found.subject.id, found.context.stage) == ("asset", both.public_id, "see")


def test_a_stage_that_no_walk_comes_to_is_unreachable(audit, whole):
    Transition.objects.filter(to_stage=stage("care")).delete()
    [found] = audit("unreachable_stage")
    assert (found.subject.id, found.evidence["assets"]) == ("care", [whole["care"].public_id])
    assert found.evidence["reached"] == ["see", "think", "do"]
    assert found.remedy == "Add a transition to Care for readers in no segment to the map."


def test_an_authored_step_reaches_a_stage_that_no_transition_leads_to(audit, whole, at):
    Transition.objects.filter(to_stage=stage("care")).delete()
    publish(draft("do", steps=(("get_help", whole["care"]),)), at=at + DAY)
    assert audit("unreachable_stage", days=1) == []


def test_a_touchpoint_reaches_its_stage(audit, whole, at):
    Transition.objects.filter(to_stage=stage("care")).delete()
    place_ = TouchpointFactory(journey=Journey.objects.get(), stage=stage("care"))
    text = draft("do")
    step = text.translations.get().next_steps.get()
    step.target_url, step.target_touchpoint = "", place_
    step.save()
    publish(text, at=at + DAY)
    assert audit("unreachable_stage dead_end", days=1) == []


def test_going_round_without_a_goal_is_no_path(audit, whole):
    Transition.objects.filter(from_stage__slug="think", to_stage__slug__in=["do", "care"]).delete()
    Transition.objects.filter(from_stage__slug="see").exclude(to_stage__slug="think").delete()
    if not Transition.objects.filter(from_stage__slug="think", to_stage__slug="see").exists():
        Transition.objects.create(from_stage=stage("think"), to_stage=stage("see"), journey=Journey.objects.get())
    found = audit("no_path_to_goal")
    assert [one.subject.id for one in found] == ["see", "think"]
    assert audit("dead_end far_from_purchase") == []


def test_the_purchase_may_be_so_many_steps_away_and_no_more(audit, whole):
    Transition.objects.filter(from_stage__slug="see").exclude(to_stage__slug="think").delete()
    assert audit("far_from_purchase", most_steps=2) == []
    [found] = audit("far_from_purchase", most_steps=1)
    assert (found.subject.id, found.evidence["steps"]) == ("see", 2)
    assert [step["stage"] for step in found.evidence["path"]] == ["see", "think", "do"]


def test_a_step_to_an_address_that_sells_is_the_purchase(audit, whole, at):
    Transition.objects.filter(from_stage__slug="see").exclude(to_stage__slug="think").delete()
    withdraw(whole["think"], at=at + DAY)
    publish(draft("think", steps=(("buy", "/checkout"), ("compare", "/compare"))), at=at + 2 * DAY)
    withdraw(whole["do"], at=at + 3 * DAY)
    assert audit("far_from_purchase", days=3) == []


def test_buy_or_leave_is_found_where_all_steps_are_hard(audit, whole, at):
    Stage.objects.update(intent="buy")
    Journey.objects.update(closing_url="")
    hard = draft("think", steps=(("buy", "/checkout"),))
    chief = User.objects.create_superuser("chief")
    waive(f"binary_choice:{hard.public_id}:en", reason="Test", until=at + 90 * DAY, by=chief, at=at)
    publish(hard, at=at + DAY)
    found = audit("buy_or_leave", days=1)
    assert [(one.subject.id, one.evidence["assets"]) for one in found] == [("think", [hard.public_id])]
    assert [one.subject.id for one in audit("binary_choice", days=1)] == [hard.public_id]
    assert audit("binary_choice", days=1)[0].waived_until == at + 90 * DAY


def test_a_gap_to_come_names_its_day_what_ends_and_when_it_is_filled_again(audit, whole, at):
    withdraw(whole["think"], at=at + DAY)
    ends = draft("think", title="Ends")
    publish(ends, live_until=at + 20 * DAY, at=at + 2 * DAY)
    publish(draft("think"), live_from=at + 40 * DAY, at=at + 3 * DAY)
    [found] = audit("future_gap", days=3)
    assert found.evidence == {
        "assets": [ends.public_id],
        "count": 1,
        "from": "2026-03-21T12:00:00Z",
        "until": "2026-04-10T12:00:00Z",
        "editions": [{"asset": ends.public_id, "locale": "en", "number": 1}],
        "minimum": 1,
    }
    assert "“Ends” ends" in found.message
    assert audit("future_gap", days=19)[0].key == found.key
    assert named(audit("future_gap silent_stage", days=25)) == [("silent_stage", "think", "think")]
    assert audit("future_gap silent_stage", days=41) == []


def test_what_ends_after_ninety_days_is_no_gap_yet(audit, whole, at):
    withdraw(whole["think"], at=at + DAY)
    publish(draft("think"), live_until=at + 93 * DAY, at=at + 2 * DAY)
    assert audit("future_gap", days=2) == []
    assert named(audit("future_gap", days=3)) == [("future_gap", "think", "think")]


def test_the_weight_of_the_journey(audit, whole, at):
    assert audit("unbalanced") == []
    publish([draft("do") for _ in range(4)], at=at + DAY)
    withdraw(whole["care"], at=at + 2 * DAY)
    found = audit("unbalanced", days=2)
    assert [one.detail for one in found] == ["all_on_the_sale", "nothing_after"]
    assert found[0].evidence["shares"][2] == {"stage": "do", "total": 5, "share": 0.7143}


def test_a_recommended_kind_is_missing_until_it_is_there(audit, whole, at):
    kind = KindFactory(slug="case-study", title="Case study")
    Target.objects.create(stage=stage("think"), kind=kind, minimum=1, note="Proof")
    [found] = audit("kinds_missing")
    assert (found.subject.id, found.detail, found.evidence["total"]) == ("think", "case-study", 0)
    assert found.remedy == "Publish “Case study” at Think. Proof."
    publish(draft("think", kind="case-study"), at=at + DAY)
    assert audit("kinds_missing", days=1) == []


def test_a_recommended_purpose_is_missing_until_it_is_there_in_each_language(audit, whole, at, locales):
    proof = TermFactory(slug="proof", title="Proof", vocabulary__slug="purpose")
    Target.objects.create(stage=stage("think"), term=proof, minimum=1, note="Prove your quality.")
    [found] = audit("terms_missing kinds_missing")
    assert found.key == "terms_missing:see-think-do-care:stage:think:purpose:proof:think/*/en/*"
    assert (found.message, found.remedy) == (
        "Think should have “Proof”, and has none.",
        "Publish “Proof” at Think. Prove your quality.",
    )
    assert found.evidence == {"term": "purpose:proof", "minimum": 1, "total": 0}
    assert parse_key(found.key) == ("terms_missing", "stage", "think", found.context)
    text = draft("think", locales=("sv",))
    text.terms.add(proof)
    publish(text, at=at + DAY)
    missing = audit("terms_missing", days=1, locales=None)
    assert [one.context.locale for one in missing] == ["da", "en", "nb"]
    elsewhere = draft("see")
    elsewhere.terms.add(proof)
    publish(elsewhere, at=at + 2 * DAY)
    assert len(audit("terms_missing", days=2)) == 1
    there = draft("think")
    there.terms.add(TermFactory(slug="test", vocabulary=proof.vocabulary, parent=proof))
    publish(there, at=at + 3 * DAY)
    assert audit("terms_missing", days=3, locales=None) == []


def test_a_kind_for_a_purpose_takes_both(audit, whole, at):
    kind, proof = KindFactory(slug="review", title="Review"), TermFactory(slug="proof", title="Proof")
    Target.objects.create(stage=stage("think"), kind=kind, term=proof, minimum=1)
    tagged = draft("think")
    tagged.terms.add(proof)
    publish([tagged, draft("think", kind="review")], at=at + DAY)
    [found] = audit("terms_missing kinds_missing", days=1)
    assert (found.code, found.message) == ("terms_missing", "Think should have “Review” for “Proof”, and has none.")
    assert found.detail == f"review:{proof.vocabulary.slug}:proof"
    both = draft("think", kind="review")
    both.terms.add(proof)
    publish(both, at=at + 2 * DAY)
    assert audit("terms_missing kinds_missing", days=2) == []


def test_of_targets_that_ask_the_same_the_one_for_the_language_counts(audit, whole, locales):
    kind = KindFactory(slug="case-study", title="Case study")
    Target.objects.create(stage=stage("think"), kind=kind, locale=locales["sv"], minimum=2)
    Target.objects.create(stage=stage("think"), kind=kind, locale=locales["nb"], minimum=0)
    Target.objects.create(stage=stage("think"), kind=kind, minimum=1)
    found = audit("kinds_missing", locales=None)
    assert [(one.context.locale, one.evidence["minimum"]) for one in found] == [("da", 1), ("en", 1), ("sv", 2)]


def test_a_review_is_overdue_from_the_day_after(audit, whole, at):
    Asset.objects.filter(pk=whole["see"].pk).update(review_date=date(2026, 3, 5))
    assert audit("review_overdue", days=4) == []
    [found] = audit("review_overdue", days=5)
    assert (found.subject.id, found.evidence["date"]) == (whole["see"].public_id, "2026-03-05")


def test_a_text_that_is_in_other_languages_is_missing_in_this(audit, whole, at, locales):
    sv = draft("see", locales=("sv",), title="Bara på svenska")
    both = draft("see", locales=("en", "sv"), title="Both")
    publish([sv, both], at=at + DAY)
    [found] = audit("missing_translation", days=1)
    assert (found.subject.id, found.evidence["served"]) == (sv.public_id, None)
    in_swedish = audit("missing_translation", days=1, locales=[locales["sv"]])
    assert {one.subject.id for one in in_swedish} == {text.public_id for text in whole.values()}
    assert {one.evidence["served"] for one in in_swedish} == {"en"}


def test_what_is_bound_to_a_market_is_not_missed_elsewhere(audit, whole, at):
    text = draft("see", locales=("sv",))
    Translation.objects.filter(asset=text).update(market_bound=True)
    publish(text, at=at + DAY)
    assert audit("missing_translation", days=1) == []


def test_two_assets_that_say_the_same(audit, whole, at):
    first, other = (
        draft("see", title="The same", body="<p>Words</p>"),
        draft("do", title="The same", body="<p>Words</p>"),
    )
    publish([first, other], at=at + DAY)
    [found] = audit("identical_message", days=1)
    assert found.evidence == {"assets": [first.public_id, other.public_id], "count": 2}
    Translation.objects.filter(asset=other).update(body="<p>Other words</p>")
    publish(other, at=at + 2 * DAY)
    assert audit("identical_message", days=2) == []


def test_texts_that_nearly_say_the_same_are_told_together(audit, whole, at):
    words = [f"word{number}" for number in range(40)]
    bodies = [words, [*words, "more"], [*words[:20], "other", *words[21:]], words]
    texts = [draft("see", title=f"Text {number}", body=f"<p>{' '.join(own)}</p>") for number, own in enumerate(bodies)]
    publish(texts[:3], at=at + DAY)
    [found] = audit("near_duplicate", days=1)
    ids = [one.public_id for one in texts[:2]]
    assert (found.severity, found.subject.id, found.context.locale) == ("note", ids[0], "en")
    assert found.evidence == {"assets": ids, "count": 2, "similarity": round(36 / 37, 4)}
    assert found.message == "2 assets say nearly the same in English, at least 97% of it."
    Translation.objects.filter(asset=texts[1]).update(body="<p>Other words</p>")
    publish(texts[1], at=at + 2 * DAY)
    assert audit("near_duplicate", days=2) == []


def test_what_says_the_very_same_is_not_told_twice(audit, whole, at):
    body = f"<p>{' '.join(f'word{number}' for number in range(40))}</p>"
    publish([draft("see", title="Same", body=body), draft("think", title="Same", body=body)], at=at + DAY)
    assert [one.code for one in audit("near_duplicate identical_message", days=1)] == ["identical_message"]
    publish(draft("do", title="By another name", body=body), at=at + 2 * DAY)
    assert [one.evidence["similarity"] for one in audit("near_duplicate", days=2)] == [1.0]


def test_one_text_at_two_stages_says_the_same_unless_it_has_a_teaser(audit, whole, at):
    text = draft("see", "think")
    publish(text, at=at + DAY)
    [found] = audit("identical_message", days=1)
    assert (found.subject.id, found.evidence["stages"]) == (text.public_id, ["see", "think"])
    Teaser.objects.create(translation=text.translations.get(), stage=stage("think"), text="Compare what there is")
    publish(text, at=at + 2 * DAY)
    assert audit("identical_message", days=2) == []


def test_what_stands_nowhere_is_an_orphan_until_something_leads_to_it(audit, whole, at):
    policy = draft(no_stage_reason="law", steps=())
    publish(policy, at=at + DAY)
    assert [one.subject.id for one in audit("orphan_asset", days=1)] == [policy.public_id]
    publish(draft("do", steps=(("learn_more", policy),)), at=at + 2 * DAY)
    assert audit("orphan_asset", days=2) == []


def test_a_link_in_any_language_or_a_pin_leads_to_it_as_well(audit, whole, at):
    policy, terms = draft(no_stage_reason="law", steps=()), draft(no_stage_reason="law", steps=())
    publish([policy, terms], at=at + DAY)
    body = f'<p><a href="asset:{policy.public_id}">Vår policy</a></p>'
    publish(draft("see", locales=("sv",), body=body), at=at + 2 * DAY)
    assert [one.subject.id for one in audit("orphan_asset", days=2)] == [terms.public_id]
    Pin.objects.create(touchpoint=TouchpointFactory(journey=Journey.objects.get()), asset=terms)
    assert audit("orphan_asset", days=2) == []


def test_a_touchpoint_is_to_be_looked_at_again_from_the_day_after(audit, whole, at, django_user_model):
    owner = django_user_model.objects.create_user("kari", is_staff=True)
    spot = {"journey": Journey.objects.get(), "review_date": at.date() + 4 * DAY}
    TouchpointFactory(slug="spot", title="Spot", stage=stage("think"), owner=owner, **spot)
    TouchpointFactory(slug="nobodys", **spot)
    TouchpointFactory(slug="never", **{**spot, "review_date": None})
    assert audit("review_overdue", days=4) == []
    nobodys, found = audit("review_overdue", days=5)
    assert found.key == "review_overdue:see-think-do-care:touchpoint:spot:think/*/*/*"
    assert (found.severity, found.message) == ("warning", "The review was due on 2026-03-05.")
    assert found.evidence == {"date": "2026-03-05", "owner": "kari"}
    assert (nobodys.subject.id, nobodys.context.stage, nobodys.evidence["owner"]) == ("nobodys", None, None)
    other = JourneyFactory()
    Touchpoint.objects.update(stage=None)
    Touchpoint.objects.update(journey=other)
    assert audit("review_overdue", days=5) == []


def test_a_pin_is_shown_or_it_is_said_why_not(audit, whole, at):
    spot = TouchpointFactory(slug="spot", journey=Journey.objects.get(), stage=stage("think"))
    Pin.objects.create(touchpoint=spot, asset=whole["think"])
    assert audit("pin_not_shown") == []
    Pin.objects.create(touchpoint=spot, asset=whole["care"])
    [found] = audit("pin_not_shown")
    assert (found.subject.id, found.detail, found.evidence["reason"]) == (
        "spot",
        whole["care"].public_id,
        "stage_excluded",
    )


def test_a_new_text_takes_away_what_it_mends_and_nothing_else(audit, whole, at):
    publish(draft("see", no_stage_reason="", steps=(("learn_more", "/"),)), at=at + DAY)
    before = {one.key for one in audit(days=1)}
    withdraw(whole["care"], at=at + 2 * DAY)
    without = {one.key for one in audit(days=2)}
    assert before - without == set()
    assert without - before == {
        "silent_stage:see-think-do-care:stage:care:care/everyone/en/*",
        "unbalanced:see-think-do-care:journey:see-think-do-care:nothing_after:*/*/en/*",
    }
    publish(draft("care"), at=at + 3 * DAY)
    assert {one.key for one in audit(days=3)} == before


def test_a_withdrawn_target_changes_what_hangs_on_it_and_nothing_else(audit, whole, at):
    target = draft("do", title="Target")
    publish(target, at=at + DAY)
    leads = draft("think", title="Leads", steps=(("learn_more", target),), body="")
    links = draft("think", title="Links", body=f'<p><a href="asset:{target.public_id}">See</a></p>')
    publish([leads, links], at=at + 2 * DAY)
    before = {one.key for one in audit(days=2)}
    withdraw(target, at=at + 3 * DAY)
    now = {one.key for one in audit(days=3)}
    assert now - before == {
        f"cta_target_dead:see-think-do-care:asset:{leads.public_id}:*/*/en/*",
        f"link_dead:see-think-do-care:asset:{links.public_id}:*/*/en/*",
    }
    assert before - now == set()
    publish(target, at=at + 4 * DAY)
    assert {one.key for one in audit(days=4)} == before


def test_a_primary_step_whose_target_ends_first(audit, whole, at):
    target = draft("do")
    [edition] = publish(target, live_until=at + 20 * DAY, at=at + DAY)
    leads = draft("think", steps=(("learn_more", target),))
    publish(leads, at=at + 2 * DAY)
    [found] = audit("cta_target_expires cta_target_dead", days=2)
    assert (found.code, found.subject.id) == ("cta_target_expires", leads.public_id)
    assert found.evidence["date"] == "2026-03-21"
    [found] = audit("cta_target_expires cta_target_dead", days=20)
    assert (found.code, found.subject.id) == ("cta_target_dead", leads.public_id)
    reschedule(edition, live_until=None, at=at + 3 * DAY)
    assert audit("cta_target_expires cta_target_dead", days=3) == []


def test_what_the_gates_warned_of_is_told_of_what_is_live(audit, whole, at):
    home = draft("see", steps=(("learn_more", "/"),))
    publish(home, at=at + DAY)
    [found] = audit("home_page_cta", days=1)
    assert (found.subject.id, found.evidence["field"]) == (home.public_id, "next_steps")
    withdraw(home, at=at + 2 * DAY)
    assert audit("home_page_cta", days=2) == []


def test_channels_are_looked_at_when_they_are_asked_for(audit, whole, at):
    mail = ChannelFactory(slug="mail")
    withdraw(whole["think"], at=at + DAY)
    place(text := draft("think"), "do", channels=("mail",))
    text.placements.get(stage=stage("think")).channels.set([ChannelFactory(slug="web")])
    publish(text, at=at + 2 * DAY)
    assert audit("silent_stage", days=2) == []
    [found] = audit("silent_stage", days=2, channels=[mail])
    assert found.key == "silent_stage:see-think-do-care:stage:think:think/everyone/en/mail"


def test_left_out_everyone_and_every_segment_is_asked_for_in_every_language(audit, whole, at, locales, segments):
    withdraw(whole["think"], at=at + DAY)
    publish(draft("think", segments=("home-cooks",)), at=at + 2 * DAY)
    found = audit("silent_stage", days=2, segments=None, locales=None)
    assert [(one.context.segment, one.context.locale) for one in found] == [
        (segment, locale) for segment in ("everyone", "professionals") for locale in ("da", "en", "nb", "sv")
    ]


def test_the_worst_comes_first_and_then_the_order_of_the_journey(audit, whole, at):
    publish(draft("see", steps=(("learn_more", "/"),)), at=at + DAY)
    Asset.objects.filter(pk=whole["do"].pk).update(review_date=date(2026, 1, 1))
    withdraw([whole["think"], whole["care"]], at=at + 2 * DAY)
    found = audit(days=2)
    assert [str(one.severity) for one in found] == sorted(
        (str(one.severity) for one in found), key=["error", "warning", "note"].index
    )
    assert [one.subject.id for one in found if one.code == "silent_stage"] == ["think", "care"]


def test_statements_do_not_grow_with_the_assets(audit, whole, at, django_assert_num_queries):
    current_catalogue()
    with django_assert_num_queries(STATEMENTS):
        audit()
    publish([draft(name) for name in STAGES for _ in range(5)], at=at + DAY)
    current_catalogue()
    with django_assert_num_queries(STATEMENTS):
        audit(days=1)
