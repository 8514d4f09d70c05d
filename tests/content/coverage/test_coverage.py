"""The coverage matrix: what a cell counts and what it should, on worlds small enough to count by hand."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from content.catalogue import current_catalogue
from content.coverage.count import Tally
from content.coverage.forecast import forecast
from content.coverage.matrix import State, matrix, state_of
from content.coverage.targets import Bounds, all_targets
from content.models import Asset, Edition, Kind, Showing, Target, Term, Vocabulary
from content.presets.load import load_kinds
from content.presets.load_purposes import load_purposes
from content.presets.load_targets import load_targets
from content.publishing.publish import publish, withdraw
from content.query import Query, Terms
from content.showings.write import rebuild_all
from journeys.models import Channel, Journey, Segment, Stage
from journeys.presets.load import load_journeys
from tests.drafts import draft, place, stage
from tests.factories import ChannelFactory, KindFactory, TermFactory, TouchpointFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)


@pytest.fixture
def laid(locales):
    """The matrix in English unless another locale is named, in the words of the default journey."""

    def lay(at, *, locale="en", asking=None, **wanted):
        catalogue = current_catalogue()
        journey = catalogue.atlas.default_journey
        query = Query(locale=locales[locale], journey=journey, **(asking or {}))
        return matrix(query, at=at, catalogue=catalogue, **wanted)

    return lay


def totals(cells, column="everyone"):
    return {cell.row.slug: cell.tally.total for cell in cells if cell.column.slug == column}


def cell(cells, row, column):
    [found] = [one for one in cells.cells if (one.row.slug, one.column.slug) == (row, column)]
    return found


def test_each_asset_counts_once_by_its_best_match(laid, at):
    load_journeys(["aida-loyalty"])
    everyone, ancestor, own = draft("think"), draft("think", segments=("home-cooks",)), draft("think")
    own.placements.get().segments.set(Segment.objects.filter(slug__in=["families", "home-cooks"]))
    danish, abroad = draft("think", locales=("da",)), draft("aida-loyalty:desire", segments=("families",))
    both = draft("think", segments=("families",))
    place(both, "aida-loyalty:interest")
    publish([everyone, ancestor, own, danish, abroad, both], at=at)
    found = {c.column.slug: c.tally for c in laid(at, locale="nb").cells if c.row.slug == "think"}
    assert found == {
        "everyone": Tally(locale_fallback=2, crosswalk=1),
        "families": Tally(locale_fallback=5, crosswalk=1),
        "home-cooks": Tally(locale_fallback=4, crosswalk=1),
        "professionals": Tally(locale_fallback=2, crosswalk=1),
    }
    in_english = {c.column.slug: c.tally for c in laid(at).cells if c.row.slug == "think"}
    assert in_english == {
        "everyone": Tally(own=1, crosswalk=1),
        "families": Tally(own=2, everyone=2, crosswalk=1),
        "home-cooks": Tally(own=2, everyone=1, crosswalk=1),
        "professionals": Tally(everyone=1, crosswalk=1),
    }


def test_ownership_narrows_channels_and_touchpoints(laid, at):
    Channel.objects.exclude(slug__in=["website", "newsletter"]).delete()
    paid = ChannelFactory(slug="ads", ownership="paid")
    ChannelFactory(slug="press", ownership="earned")
    journey = stage("see").journey
    TouchpointFactory(slug="banner", journey=journey, channel=paid)
    TouchpointFactory(slug="front", journey=journey, channel=Channel.objects.get(slug="website"))

    assert laid(at, columns="channel", ownership=["paid"]).columns.slugs == ["ads"]
    assert laid(at, columns="channel", ownership=["paid", "earned"]).columns.slugs == ["ads", "press"]
    assert laid(at, rows="touchpoint", ownership=["paid"]).rows.slugs == ["banner"]
    assert laid(at, columns="channel").columns.slugs == ["any", "ads", "newsletter", "press", "website"]
    with pytest.raises(ValidationError) as refused:
        laid(at, ownership=["paid"])
    assert refused.value.code == "not_together"


def test_a_share_is_of_the_totals_of_its_row(laid, at):
    Channel.objects.exclude(slug__in=["website", "newsletter"]).delete()
    publish([draft("see"), draft("see", channels=("newsletter",)), draft("think", channels=("website",))], at=at)
    cells = laid(at, columns="channel", ownership=["owned"], split="locale").cells
    shares = {(one.row.slug, one.column.slug): one.share for one in cells if one.split.slug == "en"}
    assert shares == {
        ("see", "newsletter"): 2 / 3,
        ("see", "website"): 1 / 3,
        ("think", "newsletter"): 0,
        ("think", "website"): 1,
        **{(name, channel): None for name in ("do", "care") for channel in ("newsletter", "website")},
    }


def test_what_came_by_fallback_counts_as_filled_where_that_is_asked(laid, at):
    load_journeys(["aida-loyalty"])
    publish([draft("think"), draft("think", locales=("da",)), draft("aida-loyalty:desire", locales=("nb",))], at=at)

    def filled(*counted):
        return cell(laid(at, locale="nb", count_fallback=counted), "think", "families").filled

    assert [filled(), filled("locale"), filled("crosswalk"), filled("locale", "crosswalk")] == [0, 2, 1, 3]


def test_a_withdrawn_asset_is_gone_and_still_there_before(laid, at):
    asset = draft("see")
    publish(asset, at=at)
    withdraw(asset, at=at + 2 * DAY)
    assert totals(laid(at + DAY).cells)["see"] == 1
    assert totals(laid(at + 2 * DAY).cells)["see"] == 0
    assert totals(laid(at - DAY).cells)["see"] == 0


def test_what_is_about_to_change_is_told(laid, at):
    lasting, ending, replaced, moving, coming = (draft("see") for _ in range(5))
    publish([lasting], at=at - DAY)
    publish([ending, replaced, moving], live_until=at + 5 * DAY, at=at - DAY / 2)
    publish(replaced, live_from=at + 5 * DAY, at=at - DAY / 3)
    moving.placements.update(stage=stage("care"))
    publish(moving, live_from=at + 5 * DAY, at=at - DAY / 4)
    publish(coming, live_from=at + 30 * DAY, at=at)
    Asset.objects.filter(pk=lasting.pk).update(review_date=(at - DAY).date())
    Asset.objects.filter(pk=ending.pk).update(review_date=at.date())
    cells = laid(at)
    assert cell(cells, "see", "everyone").tally == Tally(own=4, scheduled=1, expiring=2, review_overdue=1)
    assert cell(cells, "care", "everyone").tally == Tally(scheduled=1)
    assert cell(laid(at - DAY / 100), "see", "everyone").tally.scheduled == 0


def test_a_hole_is_an_end_and_the_thirtieth_day_is_one_of_them(laid, at):
    holed, on_the_last, on_the_day_after = draft("see"), draft("see"), draft("see")
    publish(holed, live_until=at + 5 * DAY, at=at - DAY)
    publish(holed, live_from=at + 7 * DAY, at=at - DAY / 2)
    publish(on_the_last, live_until=at + 30 * DAY, at=at - DAY / 3)
    publish(on_the_day_after, live_until=at + 31 * DAY, at=at - DAY / 4)
    assert cell(laid(at), "see", "everyone").tally == Tally(own=3, expiring=2)


def test_the_course_tells_each_instant_and_what_ended_then(laid, at):
    ending, coming, elsewhere = draft("see"), draft("see"), draft("care")
    [edition] = publish(ending, live_until=at + 5 * DAY, at=at)
    publish(coming, live_from=at + 5 * DAY, live_until=at + 90 * DAY, at=at + DAY / 4)
    publish(elsewhere, live_from=at + 3 * DAY, at=at + DAY / 2)
    cells = laid(at + DAY, columns="kind").cells
    told = forecast([one.query for one in cells], at=at + DAY, until=at + 90 * DAY, catalogue=current_catalogue())
    moments = [((one.at - at).days, [tally.own for tally in one.tallies], one.changed, one.ended) for one in told]
    last = Edition.objects.get(asset=coming).pk
    assert moments == [
        (1, [1, 0, 0, 0], [], set()),
        (3, [1, 0, 0, 1], [3], set()),
        (5, [1, 0, 0, 1], [0], {edition.pk}),
        (90, [0, 0, 0, 1], [0], {last}),
    ]


def test_the_axes_are_any_of_the_map(laid, at):
    topic = VocabularyFactory(slug="topic")
    fish = TermFactory(vocabulary=topic, slug="fish")
    salmon = TermFactory(vocabulary=topic, slug="salmon", parent=fish)
    KindFactory(slug="faq")
    guide, faq = draft("think", channels=("website",)), draft("do", kind="faq", locales=("en", "sv"))
    guide.terms.set([salmon])
    faq.terms.set([fish])
    publish([guide, faq], at=at)

    def counted(rows, columns, **more):
        found = laid(at, rows=rows, columns=columns, **more).cells
        return {(c.row.slug, c.column.slug): c.tally.total for c in found if c.tally.total}

    assert counted("topic", "kind") == {("fish", "faq"): 1, ("fish", "guide"): 1, ("salmon", "guide"): 1}
    assert counted("stage", "channel", asking={"stages": (stage("think"),)}) == {("think", "website"): 1}
    assert counted("locale", "stage")["sv", "do"] == 1
    named = {"terms": Terms(any=(salmon,))}
    assert counted("topic", "stage", asking=named) == {("salmon", "think"): 1}
    split = laid(at, rows="stage", columns="kind", split="locale")
    assert [c.split.slug for c in split.cells if (c.row.slug, c.column.slug) == ("do", "faq") and c.tally.own] == [
        "en",
        "sv",
    ]


def test_a_touchpoint_counts_what_stands_there(laid, at, api):
    KindFactory(slug="faq")
    topic = TermFactory(slug="fish", vocabulary=VocabularyFactory(slug="topic"))
    place_of = {
        "journey": Journey.objects.get(),
        "channel": Channel.objects.get(slug="website"),
        "stage": stage("think"),
    }
    TouchpointFactory(slug="plain", **place_of)
    TouchpointFactory(slug="for-families", filters={"segment": "families"}, **{**place_of, "stage": None})
    TouchpointFactory(slug="fish-guides", filters={"kind": "guide", "term": "topic:fish"}, **place_of)
    TouchpointFactory(slug="lost", filters={"kind": "gone"}, **place_of)
    some = [draft("think"), draft("think", kind="faq"), draft("do", segments=("families",)), draft("see")]
    some.append(draft("think", channels=("video",)))
    some[0].terms.set([topic])
    publish(some, at=at)
    found = laid(at, rows="touchpoint", columns="kind").cells
    by_place: dict[str, int] = {}
    for one in found:
        by_place[one.row.slug] = by_place.get(one.row.slug, 0) + one.tally.total
    assert by_place == {"plain": 2, "for-families": 4, "fish-guides": 1, "lost": 0}
    for slug, count in by_place.items():
        assert api.get(f"/api/v1/touchpoints/{slug}/?count=true").json()["count"] == count


@pytest.mark.parametrize(
    ("names", "asking", "code"),
    [
        (["stage", "mood"], {}, "unknown_axis"),
        (["kind", "kind"], {}, "axis_twice"),
        (["stage", "segment"], {"segment": "everyone"}, "not_together"),
        (["stage", "channel"], {"channel": "any"}, "not_together"),
    ],
)
def test_axes_that_cannot_be_are_refused(laid, at, names, asking, code):
    with pytest.raises(ValidationError) as refused:
        laid(at, rows=names[0], columns=names[1], asking=asking)
    assert refused.value.code == code


def test_a_matrix_too_large_to_read_is_refused(laid, at):
    topic = VocabularyFactory(slug="topic")
    for number in range(101):
        TermFactory(vocabulary=topic, slug=f"term-{number}")
        KindFactory(slug=f"kind-{number}")
    with pytest.raises(ValidationError) as refused:
        laid(at, rows="topic", columns="kind")
    assert refused.value.code == "too_many_cells"


@pytest.mark.parametrize(
    ("filled", "bounds", "state"),
    [
        (0, Bounds(), State.GAP),
        (1, Bounds(), State.ADEQUATE),
        (2, Bounds(), State.ADEQUATE),
        (3, Bounds(), State.STRONG),
        (5, Bounds(), State.STRONG),
        (6, Bounds(), State.EXCESS),
        (2, Bounds(3, 3), State.GAP),
        (3, Bounds(3, 3), State.ADEQUATE),
        (4, Bounds(3, 3), State.EXCESS),
        (0, Bounds(0, None), State.ADEQUATE),
        (900, Bounds(1, None), State.STRONG),
    ],
)
def test_the_state_of_a_cell(filled, bounds, state):
    assert state_of(filled, bounds) is state


def test_the_score_is_the_share_of_cells_that_are_no_gap(laid, at):
    publish([draft("see"), draft("think", segments=("families",))], at=at)
    cells = laid(at)
    assert cells.states == {State.GAP: 11, State.ADEQUATE: 5, State.STRONG: 0, State.EXCESS: 0}
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
    for asked in ({"any": (fire, smoke)}, {"all": (fire, dear)}, {"all": (ash,)}):
        assert minimum(**asked, at_think=True) == 1
    for asked in ({"none": (fire,)}, {}):
        assert minimum(**asked, at_think=True) == 6


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
    assert refused.value.messages == ["Say how much there should be, or how often something new."]
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
    assert (cell(cells, "think", "review").state, cell(cells, "see", "review").state) == (State.GAP, State.ADEQUATE)


def test_a_purpose_is_expected_only_where_it_is_recommended(laid, at):
    load_purposes()
    load_targets()
    wanted = [(one.row.slug, one.column.slug) for one in laid(at, columns="purpose").cells if one.state is State.GAP]
    assert wanted == [
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
    assert (cell(cells, "do", "delivery").state, cell(cells, "do", "payment").state) == (State.ADEQUATE, State.GAP)
    of_payment = laid(at, asking={"terms": Terms(any=(Term.objects.get(slug="payment"),))})
    assert [cell(of_payment, name, "everyone").target.minimum for name in ("see", "do")] == [0, 1]


def test_the_balance_tells_when_all_is_for_the_sale_and_nothing_for_after_it(laid, at):
    publish([draft("do"), draft("do"), draft("see")], at=at)
    balance = laid(at).balance
    assert [(one.stage.slug, one.total, round(one.share, 2)) for one in balance.shares] == [
        ("see", 1, 0.33),
        ("think", 0, 0.0),
        ("do", 2, 0.67),
        ("care", 0, 0.0),
    ]
    assert balance.faults == ("all_on_the_sale", "nothing_after")
    publish([draft("care"), draft("think")], at=at + DAY)
    assert laid(at + DAY).balance.faults == ()
    assert laid(at, rows="kind").balance is None


@pytest.mark.parametrize("split", [None, "locale"])
def test_a_matrix_costs_the_same_for_one_asset_and_for_ten(laid, at, split, django_assert_num_queries):
    publish(draft("see"), at=at)
    current_catalogue()
    with django_assert_num_queries(6):  # the map's version, then five
        laid(at, split=split)
    publish([draft("think", segments=("families",)) for _ in range(9)], live_until=at + 9 * DAY, at=at + DAY)
    current_catalogue()
    with django_assert_num_queries(6):
        laid(at + DAY, split=split)


def test_signatures_are_those_of_the_placements_and_rebuilt_with_the_rest(at):
    one, same, other = draft("see"), draft("see", priority=90), draft("see", segments=("families",))
    some = [one, same, other, draft("see", channels=("website",)), draft("think"), draft(no_stage_reason="Law")]

    def signed():
        return [set(Showing.objects.filter(asset=asset).values_list("signature", flat=True)) for asset in some]

    publish(some, at=at)
    before = signed()
    assert before[0] == before[1]
    assert [len(own) for own in before] == [1] * 6
    assert len(set.union(*before)) == 5
    Showing.objects.update(signature=0)
    assert sum(wrong for _, wrong in rebuild_all()) > 0
    assert signed() == before
