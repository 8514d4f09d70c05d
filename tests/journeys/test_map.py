"""The map's own rules, enforced on every way in."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from content.models import Edition, Locale, Publication
from content.publishing.gate_findings import PublishRefused
from content.publishing.publish import publish, restore
from content.publishing.retag import retag
from journeys.models import Channel, Journey, MapVersion, Segment, Stage, Transition
from tests.drafts import draft, stage
from tests.factories import ChannelFactory, JourneyFactory, SegmentFactory, StageFactory, TermFactory, TouchpointFactory

pytestmark = pytest.mark.django_db


def refusal(error):
    return {name: [e.code for e in errors] for name, errors in error.value.error_dict.items()}


def test_a_transition_stays_within_one_journey():
    with pytest.raises(ValidationError) as error:
        Transition.objects.create(from_stage=StageFactory(), to_stage=StageFactory())
    assert refusal(error) == {"to_stage": ["other_journey"]}


def test_a_transition_leads_to_another_stage_and_stands_once():
    journey = JourneyFactory()
    first, two = StageFactory(journey=journey), StageFactory(journey=journey)
    with pytest.raises(ValidationError):
        Transition.objects.create(from_stage=first, to_stage=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transition.objects.bulk_create([Transition(from_stage=first, to_stage=first)])
    Transition.objects.create(from_stage=first, to_stage=two)
    Transition.objects.create(from_stage=two, to_stage=first)  # back edges are normal
    with pytest.raises(ValidationError):
        Transition.objects.create(from_stage=first, to_stage=two)


def test_a_segment_cannot_stand_above_itself():
    top = SegmentFactory()
    below = SegmentFactory(parent=SegmentFactory(parent=top))
    top.parent = below
    with pytest.raises(ValidationError) as error:
        top.save()
    assert refusal(error) == {"parent": ["cycle"]}


def test_the_tree_of_segments_is_at_most_five_deep_also_from_below():
    line = [SegmentFactory()]
    for _ in range(4):
        line.append(SegmentFactory(parent=line[-1]))
    with pytest.raises(ValidationError) as error:
        SegmentFactory(parent=line[-1])
    assert refusal(error) == {"parent": ["too_deep"]}
    line[0].parent = SegmentFactory()
    with pytest.raises(ValidationError) as error:
        line[0].save()
    assert refusal(error) == {"parent": ["too_deep"]}


@pytest.mark.parametrize(("factory", "word"), [(SegmentFactory, "everyone"), (ChannelFactory, "any")])
def test_reserved_words_are_no_slugs(factory, word):
    with pytest.raises(ValidationError) as error:
        factory(slug=word)
    assert refusal(error) == {"slug": ["slug_reserved"]}


def test_a_touchpoint_stands_at_a_stage_of_its_own_journey():
    with pytest.raises(ValidationError) as error:
        TouchpointFactory(stage=StageFactory())
    assert refusal(error) == {"stage": ["other_journey"]}


@pytest.mark.parametrize("phases", [[], ["love"], ["purchase", "purchase"], "purchase"])
def test_a_stage_covers_known_phases(phases):
    with pytest.raises(ValidationError) as error:
        StageFactory(phases=phases)
    assert set(refusal(error)["phases"]) <= {"phases_invalid", "blank"}


def test_only_one_journey_is_the_default():
    JourneyFactory(is_default=True)
    with pytest.raises(ValidationError):
        JourneyFactory(is_default=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Journey.objects.bulk_create([Journey(slug="x", title="x", is_default=True)])


def test_channels_have_a_bit_each_and_there_is_an_end_to_them():
    first = ChannelFactory()
    Channel.objects.bulk_create([Channel(slug=f"c{bit}", title="c", bit=bit) for bit in range(1, 62)])
    with pytest.raises(ValidationError) as error:
        ChannelFactory()
    assert (first.bit, error.value.code) == (0, "too_many_channels")
    Channel.objects.get(bit=7).delete()
    assert ChannelFactory().bit == 7


def test_renaming_and_reordering_stages_keeps_their_ids():
    journey = JourneyFactory()
    first, two = StageFactory(journey=journey, position=1), StageFactory(journey=journey, position=2)
    first.title, first.position, first.slug = "Renamed", 3, "renamed"
    first.save()
    assert [s.pk for s in journey.stages.all()] == [two.pk, first.pk]


def test_a_stage_stays_in_its_journey():
    moved = StageFactory()
    moved.journey = JourneyFactory()
    with pytest.raises(ValidationError) as error:
        moved.save()
    assert refusal(error) == {"journey": ["journey_fixed"]}


@pytest.mark.usefixtures("world")
def test_slugs_are_fixed_once_an_edition_names_them(at, segments):
    asset = draft("think", segments=("families",))
    families = Segment.objects.get(slug="families")
    families.slug = "households"
    families.save()  # a draft may still see it renamed
    publish(asset, at=at)
    for thing in (families, stage("think")):
        thing.slug = "other"
        with pytest.raises(ValidationError) as error:
            thing.save()
        assert refusal(error) == {"slug": ["slug_in_use"]}
        thing.refresh_from_db()
        thing.title = "Other"
        thing.save()


@pytest.mark.usefixtures("world")
def test_a_stage_in_use_cannot_be_deleted_until_its_content_is_moved(at, api):
    drafted, live, scheduled = draft("think", slug="d"), draft("think", slug="l"), draft("think", slug="s")
    publish(live, at=at)
    publish(scheduled, live_from=at.replace(year=2100), live_until=at.replace(year=2101), at=at.replace(day=2))
    with pytest.raises(ProtectedError):
        stage("think").delete()
    moved = retag(stage("think"), stage("do"))
    assert (moved.drafts, moved.editions) == (3, 2)
    stage("think").delete()
    assert drafted.placements.get().stage == stage("do")
    [item] = api.get("/api/v1/content/", {"stage": "do"}).json()["results"]
    assert (item["slug"], item["edition"]["number"]) == ("l", 2)
    windows = (
        Edition.objects.filter(asset=scheduled).order_by("number").values_list("live_from__year", "live_until__year")
    )
    assert list(windows) == [(2100, 2100), (2100, 2101)]


@pytest.mark.usefixtures("world")
def test_an_asset_at_both_stages_keeps_the_placement_it_has(at):
    asset = draft("think", "do", priority=10)
    publish(asset, at=at)
    retag(stage("think"), stage("do"))
    assert [p.stage.slug for p in asset.placements.all()] == ["do"]
    assert [len(e.placements) for e in Edition.objects.order_by("number")] == [2, 1]


def test_every_change_of_the_map_gives_it_a_new_version():
    def token():
        return MapVersion.objects.values_list("token", flat=True).first()

    segment, seen = SegmentFactory(), set()
    changes = [
        StageFactory,
        lambda: Segment.objects.filter(pk=segment.pk).update(title="By query"),
        lambda: Segment.objects.bulk_create([Segment(slug="bulk", title="Bulk")]),
        lambda: Transition.objects.create(
            from_stage=Stage.objects.first(), to_stage=StageFactory(journey=Stage.objects.first().journey)
        ).segments.set([segment]),
        lambda: Segment.objects.filter(slug="bulk").delete(),
    ]
    seen.add(token())
    for change in changes:
        change()
        assert token() not in seen
        seen.add(token())


@pytest.mark.usefixtures("world")
def test_moving_content_takes_teasers_along_in_one_publication_and_cancels_what_it_replaces(at, api):
    live, scheduled = draft("think"), draft("think")
    for asset in (live, scheduled):
        asset.translations.get().teasers.create(stage=stage("think"), text="Weigh it")
    publish(live, at=at)
    later = at.replace(year=2100)
    publish(scheduled, live_from=later, at=at.replace(day=2))
    retag(stage("think"), stage("do"), at=at.replace(day=3))
    assert Publication.objects.count() == 3
    assert [e.cancelled_at is not None for e in Edition.objects.filter(asset=scheduled).order_by("number")] == [
        True,
        False,
    ]
    assert live.translations.get().teasers.get().stage == stage("do")
    assert api.get(f"/api/v1/content/{live.public_id}/", {"stage": "do"}).json()["teaser"] == "Weigh it"


@pytest.mark.usefixtures("world")
def test_an_old_edition_of_a_stage_that_is_gone_is_refused_in_words(at):
    asset = draft("think")
    [old] = publish(asset, at=at)
    retag(stage("think"), stage("do"))
    stage("think").delete()
    with pytest.raises(PublishRefused) as refused:
        restore(old)
    assert "stage_missing" in [finding.code for finding in refused.value.findings]


def test_terms_and_locales_cannot_stand_above_themselves():
    term = TermFactory()
    below = TermFactory(vocabulary=term.vocabulary, parent=term)
    term.parent = below
    with pytest.raises(ValidationError) as error:
        term.save()
    assert refusal(error) == {"parent": ["cycle"]}
    en = Locale.objects.create(code="en", title="English")
    en.fallback = Locale.objects.create(code="da", title="Dansk", fallback=en)
    with pytest.raises(ValidationError) as error:
        en.save()
    assert refusal(error) == {"fallback": ["cycle"]}
    with pytest.raises(ValidationError) as error:
        TermFactory(parent=term)
    assert refusal(error) == {"parent": ["other_vocabulary"]}
