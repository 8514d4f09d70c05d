"""Which steps texts should offer: the rules, those that ship, their screen, and what the audit says by them."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from content.audit.finding import Severity, parse_key
from content.audit.run import findings
from content.catalogue import current_catalogue
from content.models import ExpectedStep, Kind, NextStep, Vocabulary
from content.presets.load_steps import load_steps
from content.publishing.publish import publish, withdraw
from content.publishing.waivers import waive
from journeys.models import Journey, Segment, Stage, Transition
from journeys.phases import Intent
from journeys.presets.load import load_journeys
from tests.drafts import draft, stage
from tests.factories import KindFactory, TermFactory, TouchpointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
STAGES = ("see", "think", "do", "care")
STEPS = (("learn_more", "/more"), ("contact", "/contact"))
REVIEWS = ["write_review", "refer"]


@pytest.fixture
def whole(at):
    """A journey with one text at each stage: nothing is wrong with it."""
    texts = {name: draft(name, title=name.title(), steps=STEPS) for name in STAGES}
    publish(texts.values(), at=at)
    return texts


@pytest.fixture
def thanks():
    """Thank-yous, and a term below them."""
    vocabulary = Vocabulary.objects.create(slug="purpose", preset="purpose", title="Purpose")
    above = TermFactory(vocabulary=vocabulary, slug="thank-you", title="Thank-you")
    return above, TermFactory(vocabulary=vocabulary, slug="thanks-for-trying", parent=above)


@pytest.fixture
def audit(at):
    """What is found of these two codes for everyone in English, or as asked."""

    def look(*, days=0, codes=("step_missing", "few_alternatives"), **parameters):
        catalogue = current_catalogue()
        parameters = {"segments": ["everyone"], "locales": [catalogue.locales["en"]], **parameters}
        found = findings(Journey.objects.get(), at=at + days * DAY, catalogue=catalogue, **parameters)
        return [one for one in found if one.code in codes]

    return look


def expect(*intents, stage=None, kind=None, term=None, note=""):
    return ExpectedStep.objects.create(stage=stage, kind=kind, term=term, intents=list(intents), note=note)


def named(found):
    return [(one.code, one.subject.type, one.subject.id, one.context.stage) for one in found]


def lead(asset, intent, **aim):
    """One step more in the draft."""
    text = asset.translations.get()
    place = text.next_steps.count() + 1
    return NextStep.objects.create(translation=text, position=place, intent=intent, label=f"Step {place}", **aim)


# The rules


@pytest.mark.parametrize(
    ("intents", "names", "code"),
    [
        (["refer"], (), "names_nothing"),
        ([], ("stage",), "blank"),
        ("refer", ("stage",), "intents_invalid"),
        (["reefer"], ("stage",), "intents_invalid"),
        ([{}], ("stage",), "intents_invalid"),
        (["refer", "refer"], ("stage",), "intents_invalid"),
    ],
)
def test_what_says_nothing_is_refused(intents, names, code):
    with pytest.raises(ValidationError) as refused:
        ExpectedStep.objects.create(intents=intents, stage=stage("see") if names else None)
    codes = {error.code for errors in refused.value.error_dict.values() for error in errors}
    assert code in codes
    assert not ExpectedStep.objects.exists()


def test_of_exactly_the_same_texts_a_step_is_expected_once(thanks):
    expect("refer", stage=stage("care"))
    with pytest.raises(ValidationError) as refused:
        expect("write_review", stage=stage("care"))
    assert [error.code for error in refused.value.error_dict["__all__"]] == ["expected_already"]
    with pytest.raises(IntegrityError), transaction.atomic():
        ExpectedStep.objects.bulk_create([ExpectedStep(stage=stage("care"), intents=["refer"])])
    with pytest.raises(IntegrityError), transaction.atomic():
        ExpectedStep.objects.bulk_create([ExpectedStep(intents=["refer"])])
    expect("refer", stage=stage("care"), term=thanks[0])
    assert [str(one) for one in ExpectedStep.objects.all()] == [
        "see-think-do-care: Care: refer",
        "see-think-do-care: Care · Thank-you: refer",
    ]


def test_an_intent_is_told_in_words():
    assert [Intent(one).words for one in ("learn_more", "write_review", "refer")] == [
        "learn more",
        "write a review",
        "refer a friend",
    ]


# Those that ship


def test_the_expected_steps_that_ship_come_once_and_stay_as_editors_have_them():
    load_journeys()
    first = {one.name: one.outcome for one in load_steps()}
    assert first == {
        "nordic-omni": "created",
        "aida-loyalty": "created",
        "see-think-do-care": "created",
        "content-path": "created",
        "everywhere": "kept",
    }
    path = ExpectedStep.objects.filter(preset="content-path").order_by("stage__position")
    assert [(one.stage.slug, one.intents[0]) for one in path] == [
        ("attention", "learn_more"),
        ("consideration", "read_reviews"),
        ("loyalty", "write_review"),
        ("advocacy", "write_review"),
    ]
    assert not ExpectedStep.objects.filter(note="").exists()
    ExpectedStep.objects.filter(pk=path[0].pk).update(intents=["subscribe"])
    path[1].delete()
    before = list(ExpectedStep.objects.values())
    assert {one.outcome for one in load_steps()} == {"kept"}
    assert list(ExpectedStep.objects.values()) == before


def test_what_is_expected_of_thank_yous_comes_when_there_are_any():
    load_steps()
    before = set(ExpectedStep.objects.values_list("pk", flat=True))
    renamed = Vocabulary.objects.create(slug="aims", preset="purpose", title="Aims")
    term = TermFactory(vocabulary=renamed, slug="thank-you")
    assert [(one.name, one.outcome, one.count) for one in load_steps() if one.outcome == "created"] == [
        ("everywhere", "created", 1)
    ]
    [made] = ExpectedStep.objects.exclude(pk__in=before)
    assert (made.stage, made.kind, made.term, made.intents) == (None, None, term, ["get_help", "contact"])


def test_what_an_editor_expects_of_the_same_texts_stays_alone():
    expect("buy", stage=stage("see"))
    load_steps()
    assert [one.intents for one in ExpectedStep.objects.filter(stage=stage("see"))] == [["buy"]]


def test_the_command_that_loads_kinds_loads_them():
    out = io.StringIO()
    call_command("load_kinds", "guide", stdout=out)
    assert "expected steps of see-think-do-care: 3 created" in out.getvalue()
    assert "expected steps of everywhere: 1 created" in out.getvalue()
    assert ExpectedStep.objects.count() == 4


# What the audit says by them


def test_without_rules_nothing_is_missing(audit, whole):
    assert audit() == []


def test_a_step_that_a_stage_expects_is_missing_until_it_is_published(audit, whole, at):
    expect(*REVIEWS, stage=stage("care"), note="Ask for a word")
    other = draft("care", steps=(("refer", "/refer"),))
    publish(other, at=at + DAY)
    before = {one.key for one in audit(days=1, codes=("step_missing", "dead_end", "silent_stage"))}
    [found] = audit(days=1)
    assert found.key == "step_missing:see-think-do-care:stage:care:care/*/*:care/everyone/en/*"
    assert before == {found.key}
    assert parse_key(found.key).context == found.context
    assert found.severity is Severity.WARNING
    assert found.message == "At Care no next step lets readers in no segment write a review or refer a friend."
    assert found.remedy == "Add a next step that lets them write a review or refer a friend. Ask for a word."
    assert found.evidence == {
        "assets": [whole["care"].public_id],
        "count": 1,
        "expected": REVIEWS,
        "offered": ["learn_more", "compare", "contact", "start_purchase"],
        "note": "Ask for a word",
    }
    lead(whole["care"], "refer", target_url="/refer")
    assert [one.key for one in audit(days=1)] == [found.key]  # a draft changes nothing
    publish(whole["care"], at=at + 2 * DAY)
    assert audit(days=2, codes=("step_missing", "dead_end", "silent_stage")) == []


def test_a_step_along_a_transition_will_do(audit, whole):
    expect("compare", stage=stage("see"))
    assert audit() == []
    Transition.objects.filter(from_stage=stage("see"), to_stage=stage("think")).delete()
    assert named(audit()) == [("step_missing", "stage", "see", "see")]


def test_a_fallback_does_not_count(audit, whole, at):
    Stage.objects.filter(slug="do").update(intent="buy")
    Journey.objects.update(closing_intent="get_help", closing_url="/help")
    expect("get_help", stage=stage("do"))
    withdraw([whole["see"], whole["think"]], at=at + DAY)
    bare = draft("do", steps=(("buy", "/buy"),))
    publish(bare, at=at + 2 * DAY)
    [found] = audit(days=2, codes=("step_missing",))
    assert found.evidence["assets"] == [whole["do"].public_id, bare.public_id]


def test_an_authored_step_whose_target_is_not_shown_does_not_count(audit, whole, at):
    expect("refer", stage=stage("care"))
    friends = draft("care", title="Friends", steps=(("refer", "/refer"),), segments=("families",))
    publish(friends, at=at + DAY)
    lead(whole["care"], "refer", target_asset=friends)
    publish(whole["care"], at=at + 2 * DAY)
    assert [one.evidence["assets"] for one in audit(days=2)] == [[whole["care"].public_id]]
    assert audit(days=2, segments=[Segment.objects.get(slug="families")]) == []
    withdraw(friends, at=at + 3 * DAY)
    families = audit(days=3, segments=[Segment.objects.get(slug="families")])
    assert [one.evidence["assets"] for one in families] == [[whole["care"].public_id]]


def test_a_step_to_a_touchpoint_counts(audit, whole, at):
    expect("join_group", stage=stage("care"))
    lead(whole["care"], "join_group", target_touchpoint=TouchpointFactory(journey=Journey.objects.get()))
    assert named(audit()) == [("step_missing", "stage", "care", "care")]
    publish(whole["care"], at=at + DAY)
    assert audit(days=1) == []


def test_of_two_steps_to_the_same_only_the_first_is_offered(audit, whole, at):
    expect("refer", stage=stage("care"))
    lead(whole["care"], "revisit", target_url="/circle")
    lead(whole["care"], "refer", target_url="/circle")
    publish(whole["care"], at=at + DAY)
    assert named(audit(days=1)) == [("step_missing", "stage", "care", "care")]


def test_a_rule_of_a_kind_is_for_its_texts_wherever_they_stand(audit, whole, at):
    expect("read_reviews", kind=KindFactory(slug="claim"))
    at_see, at_care = draft("see", kind="claim", steps=STEPS), draft("care", kind="claim", steps=STEPS)
    publish([at_see, at_care, draft("think", kind="claim", steps=(("read_reviews", "/r"), *STEPS))], at=at + DAY)
    found = audit(days=1)
    assert named(found) == [
        ("step_missing", "asset", at_see.public_id, "see"),
        ("step_missing", "asset", at_care.public_id, "care"),
    ]
    assert {one.detail for one in found} == {"*/claim/*"}


def test_a_rule_of_a_term_is_for_those_below_it_as_they_were_published(audit, whole, at, thanks):
    above, below = thanks
    expect("get_help", term=above)
    text = draft("care", steps=STEPS)
    publish(text, at=at + DAY)
    text.terms.add(below)
    assert audit(days=1) == []
    publish(text, at=at + 2 * DAY)
    [found] = audit(days=2)
    assert found.key == (
        f"step_missing:see-think-do-care:asset:{text.public_id}:*/*/purpose.thank-you:care/everyone/en/*"
    )
    lead(text, "get_help", target_url="/help")
    publish(text, at=at + 3 * DAY)
    assert audit(days=3) == []


def test_a_rule_that_names_several_is_for_texts_of_which_all_holds(audit, whole, at, thanks):
    claim = KindFactory(slug="claim")
    expect("get_help", stage=stage("care"), kind=claim, term=thanks[0])
    both, elsewhere, plain = (draft(name, kind="claim", steps=STEPS) for name in ("care", "see", "care"))
    other = draft("care", steps=STEPS)
    for text in (both, elsewhere, other):
        text.terms.add(thanks[0])
    publish([both, elsewhere, plain, other], at=at + DAY)
    found = audit(days=1)
    assert named(found) == [("step_missing", "asset", both.public_id, "care")]
    assert found[0].detail == "care/claim/purpose.thank-you"


def test_each_rule_is_told_by_itself_under_a_key_of_its_own(audit, whole):
    expect("refer", stage=stage("care"))
    expect("get_help", stage=stage("care"), kind=Kind.objects.get(slug="guide"))
    found = audit()
    assert sorted((one.subject.type, one.detail) for one in found) == [
        ("asset", "care/guide/*"),
        ("stage", "care/*/*"),
    ]
    assert len({one.key for one in found}) == 2


def test_where_the_map_leads_on_so_one_text_that_does_not_is_told_alone(audit, at):
    expect("compare", stage=stage("see"))
    only = draft("see", "think", steps=STEPS)
    texts = [draft(name, steps=STEPS) for name in ("do", "care")]
    publish([only, *texts], at=at)
    assert named(audit()) == [("step_missing", "asset", only.public_id, "see")]


def test_a_dead_end_is_not_said_to_lack_a_step_or_to_have_few_ways(audit, whole):
    expect(*REVIEWS, stage=stage("care"))
    Transition.objects.filter(from_stage=stage("care")).delete()
    codes = ("dead_end", "step_missing", "few_alternatives")
    assert named(audit(codes=codes)) == [("dead_end", "stage", "care", "care")]


def test_a_rule_of_another_journey_says_nothing_here(audit, whole, at):
    load_journeys(["aida-loyalty"])
    expect(*REVIEWS, stage=stage("aida-loyalty:loyalty"))
    catalogue = current_catalogue()
    parameters = {"at": at, "catalogue": catalogue, "segments": ["everyone"], "locales": [catalogue.locales["en"]]}
    for journey, keys in (
        ("see-think-do-care", []),
        ("aida-loyalty", ["step_missing:aida-loyalty:stage:loyalty:loyalty/*/*:loyalty/everyone/en/*"]),
    ):
        found = findings(catalogue.atlas.journeys[journey], **parameters)
        assert [one.key for one in found if one.code == "step_missing"] == keys


def test_all_that_leads_on_in_one_way_is_no_choice(audit, at):
    texts = {name: draft(name, steps=()) for name in ("see", "care")}
    publish(texts.values(), at=at)
    Transition.objects.filter(from_stage=stage("see")).exclude(to_stage=stage("care")).delete()
    Transition.objects.get_or_create(from_stage=stage("see"), to_stage=stage("care"))
    Stage.objects.filter(slug="see").update(intent="contact")
    found = audit()
    assert named(found) == [
        ("few_alternatives", "stage", "see", "see"),
        ("few_alternatives", "stage", "care", "care"),
    ]
    assert found[0].severity is Severity.NOTE
    assert found[0].message == "All texts at See together offer readers in no segment only 1 next step."
    assert found[0].evidence == {
        "assets": [texts["see"].public_id],
        "count": 1,
        "ways": 1,
        "commitments": ["soft"],
    }
    lead(texts["see"], "contact", target_url="/contact")
    publish(texts["see"], at=at + DAY)
    assert named(audit(days=1)) == [("few_alternatives", "stage", "care", "care")]


def test_alternatives_that_all_ask_the_same_are_none(audit, whole, at):
    soft = (("learn_more", "/more"), ("get_help", "/help"))
    publish([whole["do"], draft("do", steps=soft)], at=at + DAY)
    assert audit(days=1) == []
    withdraw(whole["do"], at=at + 2 * DAY)
    [found] = audit(days=2)
    assert (found.subject.id, found.evidence["ways"], found.evidence["commitments"]) == ("do", 4, ["soft"])
    assert "which all ask the same of them" in found.message


def test_how_many_ways_are_few_is_for_whoever_asks_to_say(audit, whole):
    assert audit(least_ways=4) == []
    assert audit(least_ways=1) == []
    found = audit(least_ways=5)
    assert [(one.subject.id, one.evidence["ways"]) for one in found] == [("see", 4), ("think", 4), ("do", 4)]


def test_where_there_is_only_to_buy_that_alone_is_said(audit, whole, at):
    Stage.objects.update(intent="buy")
    Journey.objects.update(closing_url="")
    hard = draft("think", steps=(("buy", "/checkout"),))
    chief = User.objects.create_superuser("chief")
    waive(f"binary_choice:{hard.public_id}:en", reason="Test", until=at + 90 * DAY, by=chief, at=at)
    publish(hard, at=at + DAY)
    withdraw(whole["think"], at=at + 2 * DAY)
    codes = ("buy_or_leave", "few_alternatives", "silent_stage")
    assert named(audit(days=2, codes=codes)) == [("buy_or_leave", "stage", "think", "think")]


def test_statements_do_not_grow_with_the_rules_or_the_texts(audit, whole, at, thanks, django_assert_num_queries):
    def cost():
        with django_assert_num_queries(24):
            audit(days=1)

    expect("refer", stage=stage("care"), term=thanks[0])
    current_catalogue()
    cost()
    for name in STAGES:
        expect("refer", stage=stage(name))
        expect("refer", stage=stage(name), kind=Kind.objects.get(slug="guide"), term=thanks[1])
    publish([draft(name, steps=STEPS) for name in STAGES for _ in range(5)], at=at + DAY)
    current_catalogue()
    cost()


def test_the_command_and_the_api_ask_for_as_many_ways_as_they_are_told(api, audit, whole):
    answers = []
    for least in ("4", "5"):
        out = io.StringIO()
        call_command("audit_journey", "--least-ways", least, "--locale", "en", "--segment", "everyone", stdout=out)
        answers.append("few_alternatives" in out.getvalue())
    assert answers == [False, True]


# Its screen


def test_an_editor_ticks_the_intents(client):
    client.force_login(User.objects.create_superuser("chief"))
    add = reverse("admin:content_expectedstep_add")
    form = client.get(add).context["adminform"].form
    assert [box.data["type"] for box in form["intents"]] == ["checkbox"] * len(Intent.values)

    posted = client.post(add, {"stage": stage("care").pk, "intents": ["refer", "join_group"], "note": "Share"})

    assert posted.status_code == 302
    [made] = ExpectedStep.objects.all()
    assert (made.stage, made.kind, made.term, made.intents, made.note) == (
        stage("care"), None, None, ["refer", "join_group"], "Share",
    )  # fmt: skip
    listed = client.get(reverse("admin:content_expectedstep_changelist")).content.decode()
    assert "Refer, Join group" in listed


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"intents": ["refer"]}, "Choose a stage, a kind or a term: a rule cannot apply to everything."),
        ({"stage": "care"}, "This field is required."),
        (
            {"stage": "care", "intents": ["reefer"]},
            "Select a valid choice. reefer is not one of the available choices.",
        ),
    ],
)
def test_the_form_says_what_is_wrong(client, data, words):
    client.force_login(User.objects.create_superuser("chief"))
    data = {**data, **({"stage": stage(data["stage"]).pk} if "stage" in data else {})}

    answer = client.post(reverse("admin:content_expectedstep_add"), data)

    assert (answer.status_code, ExpectedStep.objects.count()) == (200, 0)
    assert words in [error for errors in answer.context["errors"] for error in errors]
