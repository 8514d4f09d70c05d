"""How much there should be: which target counts for a cell, and the targets that ship."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from content.coverage.matrix import CellState, state_of
from content.coverage.targets import Bounds, all_targets
from content.models import Kind, Target, Term, Vocabulary
from content.presets.load import load_kinds
from content.presets.load_purposes import load_purposes
from content.presets.load_targets import load_targets
from content.publishing.publish import publish
from content.query import Query, Terms
from journeys.models import Channel, Journey, Segment, Stage
from journeys.presets.load import load_journeys
from tests.content.coverage.conftest import cell
from tests.drafts import draft, stage
from tests.factories import TermFactory, TouchpointFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.mark.parametrize(
    ("filled", "bounds", "state"),
    [
        (0, Bounds(), CellState.GAP),
        (1, Bounds(), CellState.ADEQUATE),
        (2, Bounds(), CellState.ADEQUATE),
        (3, Bounds(), CellState.STRONG),
        (5, Bounds(), CellState.STRONG),
        (6, Bounds(), CellState.EXCESS),
        (2, Bounds(3, 3), CellState.GAP),
        (3, Bounds(3, 3), CellState.ADEQUATE),
        (4, Bounds(3, 3), CellState.EXCESS),
        (0, Bounds(0, None), CellState.ADEQUATE),
        (900, Bounds(1, None), CellState.STRONG),
    ],
)
def test_the_state_of_a_cell(filled, bounds, state):
    assert state_of(filled, bounds) is state


def test_the_score_is_the_share_of_cells_that_are_no_gap(laid, at):
    publish([draft("see"), draft("think", segments=("families",))], at=at)
    cells = laid(at)
    assert cells.states == {CellState.GAP: 11, CellState.ADEQUATE: 5, CellState.STRONG: 0, CellState.EXCESS: 0}
    assert cells.score == 5 / 16
    assert laid(at, rows="touchpoint").score is None


def test_the_most_specific_target_counts(laid, locales, at):
    families, guide, web = Segment.objects.get(slug="families"), Kind.objects.get(), Channel.objects.get(slug="website")
    Target.objects.create(journey=Journey.objects.get(), minimum=10, maximum=10)
    assert all_targets().of(Query(locale=locales["en"])) == Bounds()

    def bounds(**named):
        query = Query(locale=locales["en"], journey=Journey.objects.get(), **named)
        return all_targets().of(query).minimum

    assert bounds() == 10
    Target.objects.create(locale=locales["en"], minimum=9, maximum=9)
    Target.objects.create(channel=web, minimum=8, maximum=8)
    Target.objects.create(segment=families, minimum=7, maximum=7)
    Target.objects.create(stage=stage("think"), minimum=6, maximum=6)
    Target.objects.create(kind=guide, minimum=5, maximum=5)
    Target.objects.create(segment=families, channel=web, minimum=4, maximum=4)
    at_think = {"stages": (stage("think"),)}
    assert bounds() == 9
    assert bounds(channel=web) == 8
    assert bounds(segment=families) == 7
    assert bounds(**at_think, segment=families) == 6
    assert bounds(**at_think, kinds=(guide.pk,)) == 5
    assert bounds(**at_think, segment=families, channel=web) == 4
    assert bounds(stages=(stage("think"), stage("do")), channel="any", segment="everyone") == 9


def test_a_term_stands_right_after_the_kind(locales):
    families, guide, web = Segment.objects.get(slug="families"), Kind.objects.get(), Channel.objects.get(slug="website")
    topic = VocabularyFactory(slug="topic")
    fire, smoke = (TermFactory(vocabulary=topic, slug=slug) for slug in ("fire", "smoke"))
    ash, dear = TermFactory(vocabulary=topic, slug="ash", parent=fire), TermFactory(slug="dear")
    Target.objects.create(stage=stage("think"), minimum=6, maximum=6)
    Target.objects.create(term=fire, minimum=5, maximum=5)
    Target.objects.create(kind=guide, minimum=4, maximum=4)
    Target.objects.create(segment=families, channel=web, minimum=3, maximum=3)
    Target.objects.create(term=fire, stage=stage("think"), minimum=2, maximum=2)
    Target.objects.create(kind=guide, stage=stage("think"), minimum=1, maximum=1)

    def minimum(at_think=False, of_guide=False, **terms):
        at_stage = (stage("think"),) if at_think else ()
        kinds = (guide.pk,) if of_guide else ()
        query = Query(locale=locales["en"], stages=at_stage, kinds=kinds, terms=Terms(**terms))
        return all_targets().of(query).minimum

    assert minimum(all=(fire,)) == minimum(any=(fire,)) == minimum(any=(fire, smoke), all=(fire,)) == 5
    assert minimum(all=(fire,), of_guide=True) == 1  # no target names both, so the usual bounds hold
    Target.objects.create(term=fire, kind=guide, minimum=7, maximum=7)
    assert minimum(all=(fire,), of_guide=True) == 7
    assert minimum(all=(fire,), at_think=True) == 2
    assert minimum(all=(fire,), at_think=True, of_guide=True) == 7
    assert minimum(at_think=True, of_guide=True) == 1
    both = Query(locale=locales["en"], segment=families, channel=web, terms=Terms(all=(fire,)))
    assert all_targets().of(both).minimum == 5  # the audience's target is of the whole, not of a term's slice
    for parameters in ({"any": (fire, smoke)}, {"all": (fire, dear)}, {"all": (ash,)}):
        assert minimum(**parameters, at_think=True) == 1
    for parameters in ({"none": (fire,)}, {}):
        assert minimum(**parameters, at_think=True) == 6


@pytest.mark.parametrize("slices", ["kind", "topic", "touchpoint"])
def test_what_a_stage_should_have_is_not_asked_of_each_slice_of_it(laid, locales, at, slices):
    TermFactory(vocabulary=VocabularyFactory(slug="topic"), slug="fire")
    TouchpointFactory(journey=Journey.objects.get(), stage=None, channel=Channel.objects.get(slug="website"))
    for named in ({"stage": stage("think")}, {"segment": Segment.objects.get(slug="families")}):
        Target.objects.create(minimum=6, maximum=16, **named)
    by_segment = laid(at)
    assert cell(by_segment, "think", "everyone").target == Bounds(6, 16)
    assert cell(by_segment, "see", "families").target == Bounds(6, 16)
    for axes in ({"rows": slices, "columns": "stage"}, {"rows": "stage", "columns": slices}):
        assert {one.target for one in laid(at, **axes).cells} == {Bounds()}
    split = laid(at, split=slices)
    assert {one.target for one in split.cells} == {Bounds()}


def test_a_target_that_says_how_often_says_not_how_much(laid, at, locales):
    Target.objects.create(journey=Journey.objects.get(), minimum=3, maximum=9)
    rhythm = Target.objects.create(stage=stage("think"), minimum=None, fresh_days=30)
    assert (rhythm.maximum, str(rhythm)) == (None, f"{rhythm.where}: something new every 30 days")
    query = Query(locale=locales["en"], journey=Journey.objects.get(), stages=(stage("think"),))
    assert all_targets().of(query) == Bounds(3, 9)
    Target.objects.filter(pk=rhythm.pk).update(minimum=2, maximum=5)
    assert all_targets().of(query) == Bounds(2, 5)
    assert str(Target.objects.get(pk=rhythm.pk)).endswith("Think: 2–5, something new every 30 days")
    with pytest.raises(ValidationError) as refused:
        Target.objects.create(stage=stage("do"), minimum=None)
    assert refused.value.messages == ["Fill in how much there should be, or how often something new."]
    with pytest.raises(ValidationError) as refused:
        Target.objects.create(stage=stage("do"), fresh_days=0)
    assert list(refused.value.error_dict) == ["fresh_days"]


def test_a_target_names_what_no_other_does(locales):
    Target.objects.create(stage=stage("think"))
    with pytest.raises(ValidationError):
        Target.objects.create(stage=stage("think"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.bulk_create([Target(stage=stage("think"), journey=stage("think").journey)])
    Target.objects.create(stage=stage("think"), locale=locales["en"])
    terms = TermFactory(), TermFactory()
    for term in terms:
        Target.objects.create(stage=stage("think"), term=term)
    with pytest.raises(ValidationError):
        Target.objects.create(stage=stage("think"), term=terms[0])
    with pytest.raises(ValidationError):
        Target.objects.create(minimum=3, maximum=2)
    load_journeys(["aida-loyalty"])
    with pytest.raises(ValidationError) as refused:
        Target.objects.create(stage=stage("think"), journey=Journey.objects.get(slug="aida-loyalty"))
    assert refused.value.error_dict["stage"][0].code == "other_journey"


def test_the_targets_that_ship_come_once_and_stay_as_editors_have_them(locales):
    load_journeys()
    load_kinds()
    assert load_purposes().outcome == "created"
    first = {one.name: (one.outcome, one.count) for one in load_targets()}
    assert set(first) == {"nordic-omni", "aida-loyalty", "see-think-do-care", "content-path", "kinds", "purpose"}
    assert {outcome for outcome, _ in first.values()} == {"created"}
    assert sum(count for _, count in first.values()) == Target.objects.count()
    interest = Target.objects.filter(stage=stage("aida-loyalty:interest"), term=None).order_by("kind__slug")
    assert [one.kind.slug for one in interest] == ["blog-post", "faq", "product-demo", "review", "testimonial"]
    Target.objects.filter(pk=interest[0].pk).update(minimum=4)
    interest[1].delete()
    Target.objects.filter(fresh_days=60).update(fresh_days=90)
    Target.objects.filter(stage=stage("see-think-do-care:care"), term__slug="thank-you").delete()
    Target.objects.get(preset="purpose", term__slug="support").delete()
    Term.objects.get(slug="price").delete()
    Vocabulary.objects.filter(slug="purpose").update(slug="use", title="Use")
    before = [list(model.objects.values()) for model in (Target, Term, Vocabulary)]
    assert load_purposes().outcome == "kept"
    assert {one.outcome for one in load_targets()} == {"kept"}
    assert [list(model.objects.values()) for model in (Target, Term, Vocabulary)] == before


def test_targets_for_purposes_come_to_journeys_and_kinds_that_were_there_before(world):
    load_kinds()
    load_targets()
    before = set(Target.objects.filter(kind__isnull=False).values_list("pk", flat=True))
    load_purposes()
    assert {one.name: one.outcome for one in load_targets()} == {
        "see-think-do-care": "created",
        "kinds": "kept",
        "purpose": "created",
    }
    assert set(Target.objects.filter(term=None).values_list("pk", flat=True)) == before
    load_journeys(["nordic-omni"])
    assert {one.name for one in load_targets() if one.outcome == "created"} == {"nordic-omni"}
    latent = Target.objects.get(fresh_days=60)
    assert (latent.stage, latent.minimum, latent.maximum) == (stage("nordic-omni:latent"), None, None)


def test_loading_counts_what_it_created_and_else_what_is_there(world):
    load_kinds(["faq", "offer"])
    assert [(one.outcome, one.count) for one in load_targets() if one.name == "kinds"] == [("created", 2)]
    load_kinds(["review"])
    assert [(one.outcome, one.count) for one in load_targets() if one.name == "kinds"] == [("created", 1)]
    assert [(one.outcome, one.count) for one in load_targets() if one.name == "kinds"] == [("kept", 3)]


def test_a_purpose_of_the_editors_own_is_left_alone(world):
    own = VocabularyFactory(slug="purpose", title="Our purposes")
    TermFactory(vocabulary=own, slug="delivery")
    assert load_purposes().outcome == "kept"
    assert [one.name for one in load_targets()] == ["see-think-do-care"]
    assert (Term.objects.count(), Target.objects.count()) == (1, 0)


def test_every_kind_and_stage_that_a_preset_target_names_ships():
    load_journeys()
    load_kinds()
    load_purposes()
    load_targets()
    named = Target.objects.exclude(stage=None)
    assert {one.stage_id for one in named} == set(Stage.objects.values_list("pk", flat=True))
    assert {one.kind_id for one in named} - {None} == set(Kind.objects.exclude(preset="").values_list("pk", flat=True))
    assert {one.term_id for one in named} - {None} == set(Term.objects.values_list("pk", flat=True))
    assert named.filter(note="").count() == 0


def test_a_kind_is_expected_only_where_it_is_recommended(laid, at):
    load_kinds()
    load_targets()
    cells = laid(at, rows="stage", columns="kind")
    assert (cell(cells, "think", "review").state, cell(cells, "see", "review").state) == (
        CellState.GAP,
        CellState.ADEQUATE,
    )


def test_a_purpose_is_expected_only_where_it_is_recommended(laid, at):
    load_purposes()
    load_targets()
    expected = [
        (one.row.slug, one.column.slug) for one in laid(at, columns="purpose").cells if one.state is CellState.GAP
    ]
    assert expected == [
        ("think", "proof"),
        ("do", "delivery"),
        ("do", "payment"),
        ("care", "confirmation"),
        ("care", "getting-started"),
        ("care", "thank-you"),
    ]
    text = draft("do")
    text.terms.add(Term.objects.get(slug="delivery"))
    publish(text, at=at)
    cells = laid(at, columns="purpose")
    assert (cell(cells, "do", "delivery").state, cell(cells, "do", "payment").state) == (
        CellState.ADEQUATE,
        CellState.GAP,
    )
    of_payment = laid(at, asking={"terms": Terms(any=(Term.objects.get(slug="payment"),))})
    assert [cell(of_payment, name, "everyone").target.minimum for name in ("see", "do")] == [0, 1]
