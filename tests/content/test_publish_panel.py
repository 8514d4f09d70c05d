"""The panel from which one asset is published: what would change, what stands in the way, and its time line."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from content.foretold import foretold
from content.models import Placement, Translation
from content.publish import publish, withdraw
from tests.drafts import draft, place, stage
from tests.factories import ChannelFactory, NextStepFactory, TermFactory, TouchpointFactory
from tests.pictures import media

pytestmark = pytest.mark.django_db


def panel(client, asset):
    return client.get(f"{reverse('admin:content_asset_publish')}?ids={asset.pk}")


def told(asset):
    """What would change, by language and field: what goes in brackets, what comes after a plus."""
    marks = {"same": "{}", "del": "[{}]", "ins": "+{}"}
    return {
        one.locale.code: {
            change.field: "".join(marks[piece.kind].format(piece.text) for piece in change.pieces)
            for change in one.changes
        }
        for one in foretold(asset, at=timezone.now())
    }


def test_nothing_changes_where_the_draft_is_what_is_live(world):
    asset = draft("think", locales=("en", "nb"), segments=("families",), summary="S", body="<p>One <b>two</b></p>")
    asset.terms.add(TermFactory())
    asset.image = media()
    asset.save()
    text = asset.translations.get(locale__code="en")
    text.teasers.create(stage=stage("think"), text="Now")
    NextStepFactory(translation=text, position=2, target_asset=draft("see"), target_url="")
    touchpoint = TouchpointFactory(journey=stage("see").journey, channel=ChannelFactory())
    NextStepFactory(translation=text, position=3, target_touchpoint=touchpoint, target_url="")
    publish(asset)

    assert told(asset) == {"en": {}, "nb": {}}


def test_each_change_is_told_in_the_languages_that_it_is_of(world):
    asset = draft("think", locales=("en", "nb"), title="A small grill", body="<p>Made of iron.</p>", slug="grill")
    publish(asset)
    Placement.objects.filter(asset=asset).delete()
    place(asset, "do", priority=10)
    Translation.objects.filter(asset=asset, locale__code="en").update(
        title="A large grill", body="<p>Made of <em>cast</em> iron.</p>"
    )

    changed = told(asset)
    assert changed["en"]["title"] == "A [small]+large grill"
    assert changed["en"]["body"] == "Made of +cast iron."
    assert set(changed["en"]) == {"title", "body", "placements"}
    assert set(changed["nb"]) == {"placements"}
    assert (
        changed["nb"]["placements"]
        == changed["en"]["placements"]
        == ("[Think]+Do (See, Think, Do, Care) for everyone on any channel, priority [50]+10")
    )
    assert [one.is_tagged_anew for one in foretold(asset, at=timezone.now())] == [True, True]


def test_language_that_is_not_live_is_new_as_a_whole(world):
    asset = draft("think", locales=("en", "nb"), title="Grill", steps=())

    [english, _] = foretold(asset, at=timezone.now())

    assert (english.live, english.is_tagged_anew) == (None, False)
    assert "the whole text" in [change.field for change in english.changes]


def test_panel_shows_findings_with_the_way_to_mend_them(admin_client, world):
    asset = draft("think", steps=())

    page = panel(admin_client, asset).content.decode()

    text = asset.translations.get()
    assert "Say what the reader can do next" in page
    assert f'href="/admin/content/translation/{text.pk}/change/#next_steps-group"' in page


def test_time_line_has_what_was_is_and_will_be_live(admin_client, world):
    now = timezone.now()
    asset = draft("think", locales=("en", "nb"))
    locale = {text.locale.code: text.locale for text in asset.translations.select_related("locale")}
    publish(asset, locales=[locale["en"]])
    publish(asset, locales=[locale["en"]])
    publish(asset, locales=[locale["en"]], live_from=now + timedelta(days=5))
    publish(asset, locales=[locale["nb"]])
    withdraw(asset, locales=[locale["nb"]])

    line = panel(admin_client, asset).context["line"]

    states = {track.locale.code: [(bar.edition.number, bar.state) for bar in track.bars] for track in line.tracks}
    assert states == {"en": [(3, "scheduled"), (2, "live"), (1, "ended")], "nb": [(1, "ended")]}
    [scheduled, live, _] = line.tracks[0].bars
    assert live.x <= line.now < scheduled.x == live.x + live.width
    assert scheduled.x + scheduled.width == 1000


def test_panel_of_what_was_never_published_says_so(admin_client, world):
    page = panel(admin_client, draft("think")).content.decode()

    assert "Nothing of it was ever published." in page
    assert "new: nothing of it is live in this language" in page


def test_panel_asks_as_much_for_three_languages_and_editions_as_for_one(
    admin_client, world, django_assert_max_num_queries
):
    one, many = draft("think"), draft("think", "do", locales=("en", "nb", "da"), steps=(("learn_more", "/a"),) * 3)
    for _ in range(3):
        publish(many)
    publish(one)

    with django_assert_max_num_queries(200) as for_one:
        panel(admin_client, one)
    with django_assert_max_num_queries(200) as for_many:
        panel(admin_client, many)

    # What the gates would say is found by publishing and taking it back, which asks for ways on in each language.
    assert len(for_many) - len(for_one) <= 3 * 2
