"""The history of drafts: every revision is the whole asset, every change is told, every revision can come back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from hypothesis import given, settings
from hypothesis import strategies as st

from content.catalogue import current_catalogue
from content.drafts.changes import Part, changes
from content.drafts.history import as_of_revision, keep, keeping, latest, revisions
from content.drafts.labels import names_in
from content.drafts.revert import revert
from content.events.prune import prune
from content.importers.draft import current_drafts, fingerprints
from content.models import Asset, Edition, NextStep, Placement, Teaser, Translation
from content.publishing.publish import publish
from content.publishing.retag import retag
from journeys.models import Segment, Stage
from journeys.storable import cleaned
from tests.drafts import draft, place, stage
from tests.factories import AssetFactory, ChannelFactory, TermFactory, TouchpointFactory
from tests.pictures import media

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(db):
    user = User.objects.create_user("anna", first_name="Anna", last_name="Berg", is_staff=True)
    rights = ("change_asset", "change_translation", "edit_any_asset")
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


@pytest.fixture
def house(world):
    """A draft with one of everything."""
    other = draft("see", slug="elsewhere", steps=())
    asset = draft(
        "think", "do", locales=("en", "nb"), slug="grill", segments=("families",), steps=(("learn_more", other),)
    )
    asset.terms.add(TermFactory(title="Grilling", vocabulary__title="Topic"))
    for text in asset.translations.all():
        Teaser.objects.create(translation=text, stage=stage("think"), text="Still thinking?")
        NextStep.objects.create(translation=text, position=2, intent="buy", label="Buy", target_url="/buy")
    text.title = "Text"
    text.published_at = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    text.body = '<h2>Fire</h2><p>The oven is <a href="/x">hot</a>.</p>'
    text.save()
    return asset


def prints(asset):
    return fingerprints(current_drafts([asset.pk])[asset.pk], current_catalogue())


def last_changes(asset, *, part=None):
    """What the last two revisions differ in."""
    after, before = (as_of_revision(asset.pk, one.pk) for one in revisions(asset.pk)[:2])
    return changes(before, after, names_in([before, after]), part=part)


def in_words(found):
    return {
        change.where: "".join({"del": "[-{}-]", "ins": "{{+{}+}}", "same": "{}"}[k].format(t) for k, t in change.pieces)
        for change in found
    }


def english(asset):
    return asset.translations.get(locale__code="en")


def test_a_revision_is_kept_when_something_changed_and_only_then(house, anna, at):
    assert [keep(house, by=anna, at=at), keep(house, by=anna, at=at)] == [True, False]
    house.name = "Another name"
    house.save()
    assert keep(house, by=anna, at=at, why="renamed")

    assert [(one.user, one.comment, one.date_created) for one in revisions(house.pk)] == [
        (anna, "renamed", at),
        (anna, "", at),
    ]
    assert latest(house.pk) == revisions(house.pk)[0].pk


def test_rows_that_are_written_anew_with_the_same_words_are_no_change(house, anna, at):
    keep(house, by=anna, at=at)
    step = english(house).next_steps.get(position=2)
    step.delete()
    step.pk = None
    step.save()

    assert not keep(house, by=anna, at=at)


def test_what_stood_before_the_first_change_is_kept_too(house, anna, at):
    before = prints(house)

    with keeping([house.pk], by=anna, at=at):
        Translation.objects.filter(asset=house).update(title="Changed")

    now, first = revisions(house.pk)
    assert (first.user, first.comment, now.user) == (None, "as it stood before", anna)
    assert revert(house, first.pk, by=anna, at=at) == []
    assert prints(house) == before


def test_a_change_past_the_history_is_told_in_nobodys_name(house, anna, at):
    keep(house, by=anna, at=at)
    Asset.objects.filter(pk=house.pk).update(name="By a script")

    with keeping([house.pk], by=anna, at=at):
        Asset.objects.filter(pk=house.pk).update(no_stage_reason="Privacy")

    assert [one.user for one in revisions(house.pk)] == [anna, None, anna]
    assert in_words(last_changes(house)) == {"no stage, because": "{+Privacy+}"}


def test_what_breaks_keeps_nothing(house, anna, at):
    with pytest.raises(ZeroDivisionError), keeping([house.pk], by=anna, at=at):
        1 / 0  # noqa: B018

    assert latest(house.pk) == 0


def test_every_change_of_the_assets_own_is_told(house, anna, at):
    Asset.objects.filter(pk=house.pk).update(name="Grill")
    house.refresh_from_db()
    keep(house, by=anna, at=at)
    house.name, house.owner, house.review_date = "Grill and fire", anna, date(2027, 1, 1)
    house.no_stage_reason = "Privacy"
    house.fields = {"rating": 5}
    house.image = media()
    house.save()
    house.terms.set([TermFactory(title="Fire", vocabulary__title="Topic")])
    keep(house, by=anna, at=at)

    assert in_words(last_changes(house)) == {
        "name": "Grill{+ and fire+}",
        "owner": "{+Anna Berg+}",
        "review date": "{+2027-01-01+}",
        "no stage, because": "{+Privacy+}",
        "picture": f"{{+{house.image}+}}",
        "terms": "Topic: [-Grilling-]{+Fire+}",
        "shared fields: Rating": "{+5+}",
    }


def test_every_change_of_placements_is_told(house, anna, at):
    keep(house, by=anna, at=at)
    house.placements.get(stage=stage("do")).delete()
    place(house, "care", priority=70)
    thinking = house.placements.get(stage=stage("think"))
    thinking.segments.set(Segment.objects.filter(slug="professionals"))
    thinking.channels.set([ChannelFactory(title="Website")])
    keep(house, by=anna, at=at)

    [change] = last_changes(house)
    assert change.field == "placements"
    before = "".join(piece.text for piece in change.pieces if piece.kind != "ins")
    after = "".join(piece.text for piece in change.pieces if piece.kind != "del")
    journey = stage("do").journey.title
    assert before.split("\n") == [
        f"Think ({journey}) for Families on any channel, priority 50",
        f"Do ({journey}) for Families on any channel, priority 50",
    ]
    assert after.split("\n") == [
        f"Think ({journey}) for Professionals on Website, priority 50",
        f"Care ({journey}) for everyone on any channel, priority 70",
    ]


def test_every_change_of_a_text_is_told(house, anna, at):
    keep(house, by=anna, at=at)
    text = house.translations.get(locale__code="nb")
    text.title, text.slug, text.summary = "Text of fire", "fire", "Short"
    text.body = '<h2>Fire</h2><p>The kettle is <a href="/x">hot</a>.</p>'
    text.image_alt, text.seo_title, text.seo_description = "Smoke", "SEO", "More"
    text.fields = {"hero": "Hot", "sections": [{"title": "One"}]}
    text.market_bound, text.published_at = True, None
    text.save()
    text.next_steps.filter(position=2).update(label="Buy now")
    text.teasers.update(text="Still waiting?")
    keep(house, by=anna, at=at)

    found = in_words(last_changes(house))
    assert found == {
        "title (nb)": "Text{+ of fire+}",
        "slug (nb)": "[-grill-nb-]{+fire+}",
        "summary (nb)": "{+Short+}",
        "body (nb)": "# Fire\nThe [-oven-]{+kettle+} is hot (/x).",
        "alternative text of the picture (nb)": "{+Smoke+}",
        "SEO title (nb)": "{+SEO+}",
        "SEO description (nb)": "{+More+}",
        "publication date (nb)": "[-2026-01-02 04:04-]",
        "market-bound (nb)": "[-no-]{+yes+}",
        "fields: Hero (nb)": "{+Hot+}",
        "fields: Sections (nb)": "{+1:\n  Title: One+}",
        "next steps (nb)": found["next steps (nb)"],
        "teasers (nb)": f"Think ({stage('think').journey.title}): Still [-thinking-]{{+waiting+}}?",
    }
    assert found["next steps (nb)"].endswith("2. Buy: “Buy{+ now+}” → /buy")


def test_a_text_that_came_or_went_is_told_whole(house, anna, at):
    keep(house, by=anna, at=at)
    house.translations.get(locale__code="nb").delete()
    keep(house, by=anna, at=at)

    [change] = last_changes(house)
    assert (change.where, [piece.kind for piece in change.pieces]) == ("the whole text (nb)", ["del"])
    assert "The oven is hot (/x)." in change.pieces[0].text


def test_a_change_of_markup_alone_is_told(house, anna, at):
    keep(house, by=anna, at=at)
    text = house.translations.get(locale__code="nb")
    text.body = text.body.replace("oven", "<strong>oven</strong>")
    text.save()
    keep(house, by=anna, at=at)

    assert [change.where for change in last_changes(house)] == ["markup of the body (nb)"]


def test_changes_of_one_part_are_told_alone(house, anna, at):
    keep(house, by=anna, at=at)
    Asset.objects.filter(pk=house.pk).update(name="Other")
    house.translations.update(summary="Short")
    keep(house, by=anna, at=at)
    locales = {text.locale.code: text.locale_id for text in house.translations.all()}

    assert [one.where for one in last_changes(house, part=Part())] == ["name"]
    assert [one.where for one in last_changes(house, part=Part(locales["nb"]))] == ["summary (nb)"]
    assert [one.where for one in last_changes(house)] == ["name", "summary (en)", "summary (nb)"]


def everything_changed(asset):
    """As different as it gets."""
    asset.name, asset.owner, asset.fields, asset.no_stage_reason = "Other", None, {"a": 1.0}, "Why"
    asset.image = media()
    asset.save()
    asset.terms.set([TermFactory()])
    asset.placements.all().delete()
    place(asset, "care", segments=("professionals",))
    asset.translations.get(locale__code="nb").delete()
    text = english(asset)
    text.title, text.body, text.market_bound = "Other", "<p>Other</p>", True
    text.save()
    text.next_steps.all().delete()
    NextStep.objects.create(translation=text, position=3, label="Go", target_touchpoint=TouchpointFactory())
    text.teasers.update(text="Other")


def test_reverting_restores_the_whole_draft_and_can_be_reverted(house, anna, at):
    keep(house, by=anna, at=at)
    before, ids = prints(house), {text.locale_id: text.pk for text in house.translations.all()}
    micros = house.translations.get(locale__code="nb").published_at
    everything_changed(house)
    keep(house, by=anna, at=at)
    between = prints(house)
    second, first = revisions(house.pk)

    assert revert(house, first.pk, by=anna, at=at) == []
    assert prints(house) == before
    assert {text.locale_id: text.pk for text in house.translations.all()} == ids
    assert house.translations.get(locale__code="nb").published_at == micros
    assert revert(house, second.pk, by=anna, at=at) == []
    assert prints(house) == between
    assert revisions(house.pk).count() == 4


def test_reverting_to_what_stands_is_no_revision(house, anna, at):
    keep(house, by=anna, at=at)
    rows = sorted(Placement.objects.values_list("pk", flat=True))

    assert revert(house, latest(house.pk), by=anna, at=at) == []
    assert revisions(house.pk).count() == 1
    assert sorted(Placement.objects.values_list("pk", flat=True)) == rows


def test_steps_that_changed_places_come_back(house, anna, at):
    text = english(house)
    before = list(text.next_steps.values_list("position", "label"))
    keep(house, by=anna, at=at)
    first = latest(house.pk)
    upper, two = text.next_steps.all()
    NextStep.objects.filter(pk=upper.pk).update(position=9)
    NextStep.objects.filter(pk=two.pk).update(position=1)
    NextStep.objects.filter(pk=upper.pk).update(position=2)
    keep(house, by=anna, at=at)

    assert [change.where for change in last_changes(house)] == ["next steps (en)"]
    revert(house, first, by=anna, at=at)
    assert list(text.next_steps.values_list("position", "label")) == before


def test_what_is_gone_is_told_and_the_rest_comes_back(house, anna, at, segments):
    house.owner = User.objects.create_user("bo")
    house.save()
    target = Asset.objects.get(translations__slug="elsewhere")
    keep(house, by=anna, at=at)
    first = latest(house.pk)
    title = english(house).title
    everything_changed(house)
    Stage.objects.get(slug="do").delete()
    house.owner = None
    User.objects.get(username="bo").delete()
    target.delete()
    segments["families"].delete()
    house.terms.model.objects.filter(title="Grilling").delete()
    journey = stage("think").journey.title

    lost = revert(house, first, by=anna, at=at)

    assert sorted(lost) == sorted(
        [
            "Its owner, whose account was deleted.",
            "1 term, which was deleted.",
            f"The placement Think ({journey}) for a deleted segment on any channel, priority 50.",
            "The placement a deleted stage for a deleted segment on any channel, priority 50.",
            *[f"The next step 1. Learn more: “{label}” → a deleted asset." for label in labels_of(first, house)],
        ]
    )
    text = english(house)
    assert (text.title, list(text.next_steps.values_list("label", flat=True)), text.teasers.count()) == (
        title,
        ["Buy"],
        1,
    )
    assert house.placements.count() == 0
    assert house.translations.count() == 2


def labels_of(revision, asset):
    state = as_of_revision(asset.pk, revision)
    return [step["label"] for text in state.texts.values() for step in text.steps if step["target_asset_id"]]


def test_a_teaser_whose_stage_is_gone_is_told(house, anna, at):
    keep(house, by=anna, at=at)
    house.placements.all().delete()
    stage("think").delete()

    lost = revert(house, latest(house.pk), by=anna, at=at)

    assert lost.count("The teaser “Still thinking?”: its stage was deleted.") == 2
    assert Teaser.objects.count() == 0


def test_fields_that_no_longer_fit_their_kind_are_told(house, anna, at):
    house.fields = {}
    house.save()
    house.translations.update(fields={"hero": "Hot", "old": 1})
    keep(house, by=anna, at=at)
    house.translations.update(fields={})
    house.kind.schema = {"type": "object", "properties": {"hero": {"type": "string"}}, "additionalProperties": False}
    house.kind.save()

    lost = revert(house, latest(house.pk), by=anna, at=at)

    assert lost == ["The field “old”, which no longer fits its kind."] * 2
    assert [text.fields for text in house.translations.all()] == [{"hero": "Hot"}] * 2


def test_reverting_changes_no_edition(house, anna, at):
    keep(house, by=anna, at=at)
    first = latest(house.pk)
    publish([house, Asset.objects.get(translations__slug="elsewhere")], at=at)
    before = list(Edition.objects.order_by("pk").values())
    everything_changed(house)

    revert(house, first, by=anna, at=at)

    assert list(Edition.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("number", [1, 3])
def test_keeping_asks_as_often_whatever_an_asset_holds(world, anna, at, number, django_assert_num_queries):
    codes = ("en", "nb", "sv")[:number]
    asset = draft(*("think", "do", "care")[:number], locales=codes, steps=(("buy", "/a"), ("buy", "/b"))[:number])
    keep(asset, by=anna, at=at)
    Asset.objects.filter(pk=asset.pk).update(name="Other")

    with django_assert_num_queries(20):
        keep(asset, by=anna, at=at)


@settings(deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200))
def test_any_words_come_back(name):
    name = cleaned(name) or "What nobody sees"
    asset = AssetFactory(name=name)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    keep(asset, by=None, at=at)
    first = latest(asset.pk)
    Asset.objects.filter(pk=asset.pk).update(name="Other")

    revert(asset, first, by=None, at=at)

    assert Asset.objects.get(pk=asset.pk).name == name


def test_moving_a_stage_away_is_kept_of_what_has_a_history(house, anna, at):
    untold = draft("think", steps=())
    keep(house, by=anna, at=at)

    retag(stage("think"), stage("see"))

    assert (revisions(house.pk)[0].comment, latest(untold.pk)) == (
        "moved from see-think-do-care: Think to see-think-do-care: See",
        0,
    )
    assert {change.field for change in last_changes(house)} == {"placements", "teasers"}


def test_what_is_older_than_two_years_goes_but_how_an_asset_stands_stays(house, anna, at):
    gone = draft("see", steps=())
    keep(gone, by=anna, at=at)
    for name, days in (("Old", 0), ("Newer", 1), ("Newest", 2)):
        Asset.objects.filter(pk=house.pk).update(name=name)
        keep(house, by=anna, at=at + timedelta(days=days))
    gone_id = gone.pk
    gone.delete()
    after = at + timedelta(days=731)

    prune(now=after)
    assert [as_of_revision(house.pk, one.pk).own["name"] for one in revisions(house.pk)] == ["Newest", "Newer"]
    assert latest(gone_id) == 0
    prune(now=after + timedelta(days=5000))
    assert [as_of_revision(house.pk, one.pk).own["name"] for one in revisions(house.pk)] == ["Newest"]
    assert as_of_revision(house.pk, 1).own["name"] == "Newest"


def test_what_a_script_wrote_past_the_history_is_told_to_nobody_as_theirs(house, anna, at):
    keep(house, by=anna, at=at)
    Asset.objects.filter(pk=house.pk).update(name="By a script")

    revert(house, latest(house.pk), by=anna, at=at)

    assert [one.user for one in revisions(house.pk)] == [anna, None, anna]


def test_reverting_is_for_those_who_may_edit_the_asset(house, anna, at):
    keep(house, by=None, at=at)
    anna.user_permissions.remove(Permission.objects.get(codename="edit_any_asset"))
    other = User.objects.get(pk=anna.pk)

    with pytest.raises(PermissionDenied):
        revert(house, latest(house.pk), by=other, at=at)
    house.owner = other
    house.save()
    assert revert(house, latest(house.pk), by=other, at=at) == []
