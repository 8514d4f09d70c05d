"""The first page, and the filters of the list of assets that its piles link to."""

import re
from datetime import timedelta
from html import unescape
from itertools import count

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Asset
from content.publish import publish, withdraw
from tests.drafts import draft
from tests.factories import AssetFactory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIST = "/admin/content/asset/"


@pytest.fixture
def clock(at):
    with time_machine.travel(at, tick=False) as clock:
        yield clock


def piles(client):
    """Each pile by its title: its count and the names in it; the links are followed and must list as many."""
    page = client.get("/admin/").content.decode()
    found = {}
    for section in re.findall(r"<section.*?</section>", page, re.S):
        head = re.search(r'<h2.*?href="([^"]*)"[^>]*><span>(.*?)</span><span>(\d+)</span>', section, re.S)
        if head:
            link, title, count = unescape(head[1]), unescape(head[2]), int(head[3])
            behind = client.get(link).context["cl"].result_count
            assert behind == count, title
            found[title] = (count, [unescape(name) for name in re.findall(r'truncate">(.*?)</span>', section)])
    return found


def test_the_desk_holds_what_waits(admin_client, admin_user, world, clock, at):
    mine, other, coming, leaving, replaced, old = (draft("see") for _ in range(6))
    Asset.objects.filter(pk=mine.pk).update(owner=admin_user, name="Mine")
    Asset.objects.filter(pk=other.pk).update(name="Somebody else's")
    for asset, name in ((coming, "Coming"), (leaving, "Leaving"), (replaced, "Replaced"), (old, "Old")):
        Asset.objects.filter(pk=asset.pk).update(name=name, owner=admin_user)
    publish(coming, live_from=at + 3 * DAY, at=at)
    publish(leaving, live_until=at + 5 * DAY, at=at + HOUR)
    publish(replaced, live_until=at + 6 * DAY, at=at + 2 * HOUR)
    publish(replaced, live_from=at + 6 * DAY, at=at + 3 * HOUR)
    publish(old, at=at + 4 * HOUR)
    Asset.objects.filter(pk=old.pk).update(review_date=at.date() - DAY)
    Asset.objects.filter(pk=mine.pk).update(review_date=at.date() + 2 * DAY)
    clock.move_to(at + 5 * HOUR)

    assert piles(admin_client) == {
        "My drafts": (1, ["Mine"]),
        "Going live in 14 days": (2, ["Coming", "Replaced"]),
        "Ending in 14 days, with nothing to follow": (1, ["Leaving"]),
        "To be read again": (1, ["Old"]),
    }


def test_what_was_cancelled_is_a_draft_again_and_what_was_live_is_not(admin_client, admin_user, world, clock, at):
    scheduled, ended = draft("see"), draft("see")
    Asset.objects.update(owner=admin_user)
    Asset.objects.filter(pk=scheduled.pk).update(name="Scheduled")
    publish(scheduled, live_from=at + DAY, at=at)
    publish(ended, at=at + HOUR)
    withdraw([scheduled, ended], at=at + 2 * HOUR)
    clock.move_to(at + 3 * HOUR)
    assert piles(admin_client)["My drafts"] == (1, ["Scheduled"])


def test_a_pile_shows_five_and_counts_all_in_as_many_queries(admin_client, world, clock, at):
    counted, times = [], count(1)
    for more in (6, 30):
        for _ in range(more):
            publish(draft("see"), live_from=at + DAY, at=at + next(times) * timedelta(minutes=1))
        with CaptureQueriesContext(connection) as asked:
            page = admin_client.get("/admin/").content.decode()
        assert page.count('<span class="min-w-0 truncate">') == 5 + 5  # what goes live, and what was published of late
        assert f"<span>{Asset.objects.count()}</span>" in page
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 15


def test_somebody_new_is_led_to_the_first_three_things(admin_client, db):
    page = admin_client.get("/admin/").content.decode()
    assert [step in page for step in ("Add the language", "Draw a journey", "Write the first asset")] == [True] * 3
    AssetFactory()
    assert "To begin with" not in admin_client.get("/admin/").content.decode()


def test_who_may_see_nothing_has_an_empty_desk(client, world, clock, at):
    publish(draft("see"), live_from=at + DAY, at=at)
    user = User.objects.create_user("reader", password="x", is_staff=True)
    client.force_login(user)
    page = client.get("/admin/").content.decode()
    assert "Going live" not in page and "Published of late" not in page
    user.user_permissions.add(Permission.objects.get(codename="view_asset"))
    page = client.get("/admin/").content.decode()
    assert "Going live" in page and "Published of late" not in page


@pytest.mark.parametrize("asked", ["owner=me", "owner=nobody", "review=soon", "lacks=stage", "soon=live", "owner=x"])
def test_filters_narrow_the_list_and_pass_over_nonsense(admin_client, admin_user, world, clock, at, asked):
    names = {"owner=me": "Mine", "owner=nobody": "Nobody's", "review=soon": "Soon", "lacks=stage": "Loose"}
    names |= {"soon=live": "Coming"}
    other = User.objects.create_user("other")
    for name in names.values():
        asset = draft("see")
        Asset.objects.filter(pk=asset.pk).update(name=name, owner=other)
        if name == "Coming":
            publish(asset, live_from=at + DAY, at=at)
    Asset.objects.filter(name="Mine").update(owner=admin_user)
    Asset.objects.filter(name="Nobody's").update(owner=None)
    Asset.objects.filter(name="Soon").update(review_date=at.date() + 20 * DAY)
    Asset.objects.get(name="Loose").placements.all().delete()
    found = {asset.name for asset in admin_client.get(f"{LIST}?{asked}").context["cl"].result_list}
    assert found == ({names[asked]} if asked in names else set(names.values()))


def test_journey_term_and_missing_language(admin_client, world, at):
    asset = draft("see")
    placement = asset.placements.get()
    journey = placement.stage.journey
    locale = asset.translations.get().locale
    assert admin_client.get(f"{LIST}?journey={journey.pk}").context["cl"].result_count == 1
    assert admin_client.get(f"{LIST}?lacks={locale.pk}").context["cl"].result_count == 0
    placement.delete()
    assert admin_client.get(f"{LIST}?journey={journey.pk}").context["cl"].result_count == 0
