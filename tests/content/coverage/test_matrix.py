"""The coverage matrix: what a cell counts, on worlds small enough to count by hand."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from content.catalogue import current_catalogue
from content.coverage.count import Tally
from content.coverage.forecast import forecast
from content.models import Asset, Edition, Showing
from content.publishing.publish import publish, withdraw
from content.query import Terms
from content.showings.write import rebuild_all
from journeys.models import Channel, Journey, Segment
from journeys.presets.load import load_journeys
from tests.content.coverage.conftest import cell, totals
from tests.drafts import draft, place, stage
from tests.factories import ChannelFactory, KindFactory, TermFactory, TouchpointFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)


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
    course = forecast([one.query for one in cells], at=at + DAY, until=at + 90 * DAY, catalogue=current_catalogue())
    moments = [((one.at - at).days, [tally.own for tally in one.tallies], one.changed, one.ended) for one in course]
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
    for entry in found:
        by_place[entry.row.slug] = by_place.get(entry.row.slug, 0) + entry.tally.total
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
    first, same, other = draft("see"), draft("see", priority=90), draft("see", segments=("families",))
    some = [first, same, other, draft("see", channels=("website",)), draft("think"), draft(no_stage_reason="Law")]

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
