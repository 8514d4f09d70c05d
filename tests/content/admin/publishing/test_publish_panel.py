"""The panel from which one asset is published: what would change, what stands in the way, and its time line."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.admin.asset.timeline import timeline_of
from content.admin.publishing.anchors import place_to_mend
from content.models import Asset, Placement, Translation
from content.publishing.consequences import consequences
from content.publishing.gate_findings import GateFinding, Weight
from content.publishing.publish import publish, withdraw
from tests.drafts import draft, place, reworded, stage
from tests.factories import ChannelFactory, NextStepFactory, TermFactory, TouchpointFactory
from tests.pictures import media

pytestmark = pytest.mark.django_db


def panel(client, asset):
    return client.get(f"{reverse('admin:content_asset_publish')}?ids={asset.pk}")


def changes_of(asset):
    """What would change, by language and field: what goes in brackets, what comes after a plus."""
    marks = {"same": "{}", "del": "[{}]", "ins": "+{}"}
    return {
        consequence.locale.code: {
            change.field: "".join(marks[piece.kind].format(piece.text) for piece in change.pieces)
            for change in consequence.changes
        }
        for consequence in consequences(asset, at=timezone.now())
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

    assert changes_of(asset) == {"en": {}, "nb": {}}


def test_each_change_is_told_in_the_languages_that_it_is_of(world):
    asset = draft("think", locales=("en", "nb"), title="A small grill", body="<p>Made of iron.</p>", slug="grill")
    publish(asset)
    Placement.objects.filter(asset=asset).delete()
    place(asset, "do", priority=10)
    Translation.objects.filter(asset=asset, locale__code="en").update(
        title="A large grill", body="<p>Made of <em>cast</em> iron.</p>"
    )

    changed = changes_of(asset)
    assert changed["en"]["title"] == "A [small]+large grill"
    assert changed["en"]["body"] == "Made of +cast iron."
    assert set(changed["en"]) == {"title", "body", "placements"}
    assert set(changed["nb"]) == {"placements"}
    assert (
        changed["nb"]["placements"]
        == changed["en"]["placements"]
        == ("[Think]+Do (See, Think, Do, Care) for everyone on any channel, priority [50]+10")
    )
    assert [one.is_tagged_anew for one in consequences(asset, at=timezone.now())] == [True, True]


def test_language_that_is_not_live_is_new_as_a_whole(world):
    asset = draft("think", locales=("en", "nb"), title="Grill", steps=())

    [english, _] = consequences(asset, at=timezone.now())

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
    publish(reworded(asset), locales=[locale["en"]])
    publish(asset, locales=[locale["en"]], live_from=now + timedelta(days=5))
    publish(asset, locales=[locale["nb"]])
    withdraw(asset, locales=[locale["nb"]])

    line = panel(admin_client, asset).context["timeline"]

    states = {track.locale.code: [(bar.edition.number, bar.state) for bar in track.bars] for track in line.tracks}
    assert states == {"en": [(3, "scheduled"), (2, "live"), (1, "ended")], "nb": [(1, "ended")]}
    [scheduled, live, _] = line.tracks[0].bars
    assert live.x <= line.now < scheduled.x == live.x + live.width
    assert scheduled.x + scheduled.width == 1000


def test_panel_of_what_was_never_published_says_so(admin_client, world):
    page = panel(admin_client, draft("think")).content.decode()

    assert "Nothing has been published yet." in page
    assert "new: nothing is live in this language" in page


def test_what_is_only_scheduled_is_not_live_yet(world):
    asset = draft("think")
    publish(asset, live_from=timezone.now() + timedelta(days=1))

    [consequence] = consequences(asset, at=timezone.now())

    assert consequence.live is None


def test_terms_pictures_and_places_that_went_or_came_are_told(world, admin_user):
    asset = draft("think")
    asset.image = media("old.png")
    asset.save()
    publish(asset)
    asset.image = media("new.png", colour="blue")
    asset.save()
    asset.terms.add(TermFactory(title="Fire"))
    touchpoint = TouchpointFactory(title="Checkout", journey=stage("see").journey, channel=ChannelFactory())
    NextStepFactory(
        translation=asset.translations.get(), position=2, label="Pay", target_touchpoint=touchpoint, target_url=""
    )

    changed = changes_of(asset)["en"]

    assert set(changed) == {"picture", "terms", "next steps"}
    assert "+" in changed["terms"]
    assert "Fire" in changed["terms"]
    assert "“Pay” → touchpoint Checkout" in changed["next steps"]
    assert ("[" in changed["picture"], "+" in changed["picture"]) == (True, True)
    asset.image = None
    asset.save()
    assert "[" in changes_of(asset)["en"]["picture"]


def test_words_that_changed_leave_its_place_alone(world):
    asset = draft("think")
    publish(asset)
    Translation.objects.update(title="Other")

    assert [one.is_tagged_anew for one in consequences(asset, at=timezone.now())] == [False]


def test_what_would_change_costs_the_same_for_all_languages(world, django_assert_num_queries):
    first, many = draft("think"), draft("think", "do", locales=("en", "nb", "da"))
    publish([first, many])
    consequences(first, at=timezone.now())

    for asset in (first, many):
        with django_assert_num_queries(13):
            consequences(asset, at=timezone.now())


def test_time_line_keeps_to_the_last_that_are_over(world, admin_user, django_assert_num_queries):
    asset = draft("think")
    for _ in range(8):
        publish(reworded(asset))
    publish(reworded(asset), by=admin_user)

    with django_assert_num_queries(1):
        [track] = timeline_of(asset, at=timezone.now()).tracks

    assert [(bar.edition.number, bar.state) for bar in track.bars] == [
        (9, "live"),
        *((n, "ended") for n in range(8, 3, -1)),
    ]
    assert (track.has_more, [bar.by for bar in track.bars][:2]) == (True, ["admin", "the system"])


def test_finding_of_no_field_has_no_place_to_mend_it(world, django_assert_num_queries):
    asset = draft("think")
    asset = Asset.objects.select_related("kind").get(pk=asset.pk)
    text = asset.translations.get().pk

    def place(field, pk=text):
        finding = GateFinding("x", Weight.WARNING, "", asset.public_id, "en", field)
        with django_assert_num_queries(0):
            return place_to_mend(finding, asset, pk)

    assert [place(field) for field in ("", "live_from", "live_until")] == ["", "", ""]
    assert place("slug", None) == ""
    assert place("slug") == f"/admin/content/translation/{text}/change/#id_slug"
    assert place("placements") == f"/admin/content/asset/{asset.pk}/change/#placements-group"
    assert place("status") == f"/admin/content/translation/{text}/review/"


def test_panel_asks_no_more_the_more_often_it_was_published(admin_client, world):
    asset = draft("think")
    counts = []
    for _ in range(3):
        publish(asset)
        panel(admin_client, asset)
        with CaptureQueriesContext(connection) as queries:
            panel(admin_client, asset)
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2]
