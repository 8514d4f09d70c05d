"""The first page, and the filters of the list of assets that its queues link to."""

import re
from datetime import timedelta
from html import unescape
from itertools import count

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Asset, Kind, Locale, Publication
from content.publishing.publish import publish, withdraw
from tests.drafts import draft
from tests.factories import AssetFactory, PlacementFactory, SegmentFactory, StageFactory, TermFactory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIST = "/admin/content/asset/"


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def rows_of(section):
    """Each row as (link, words)."""
    found = re.findall(r'<li>\s*<a [^>]*href="([^"]*)">(.*?)</a>', section, re.S)
    return [(unescape(link), words(row)) for link, row in found]


def queues(client):
    """Each queue by its title: its count and its rows; the links are followed and must list as many."""
    page = client.get("/admin/").content.decode()
    found = {}
    for section in re.findall(r"<section.*?</section>", page, re.S):
        head = re.search(r'href="([^"]*)">\s*<span[^>]*>(.*?)</span>\s*<span[^>]*>(\d+)</span>', section, re.S)
        if 'aria-labelledby="journeys"' in section:
            continue  # the coverage of journeys is no queue
        link, title, counted = unescape(head[1]), unescape(head[2]), int(head[3])
        assert client.get(link).context["cl"].result_count == counted, title
        found[title] = (counted, rows_of(section))
    return found


def names(queue):
    return [row.split(" Guide ")[0] for _, row in queue[1]]


def named(name, *stages, **values):
    """A draft under a name that a test can look for."""
    asset = draft(*(stages or ["see"]))
    Asset.objects.filter(pk=asset.pk).update(name=name, **values)
    return Asset.objects.get(pk=asset.pk)


def page_of(thing):
    return f"/admin/content/{thing._meta.model_name}/{thing.pk}/change/"


def test_the_desk_holds_what_waits(admin_client, admin_user, world, clock, at):
    Kind.objects.update(title="Guide")
    mine = named("Mine", owner=admin_user)
    named("Somebody else’s")
    coming, leaving, replaced, old = (named(name) for name in ("Coming", "Leaving", "Replaced", "Old"))
    publish(coming, live_from=at + 3 * DAY, at=at, by=admin_user)
    publish(leaving, live_until=at + 5 * DAY, at=at + HOUR)
    publish(replaced, live_until=at + 6 * DAY, at=at + 2 * HOUR)
    publish(replaced, live_from=at + 6 * DAY, at=at + 3 * HOUR)
    publish([old, leaving], live_until=at + 5 * DAY, at=at + 4 * HOUR, by=admin_user, note="Spring")
    withdraw(old, at=at + 5 * HOUR)
    Asset.objects.filter(pk=old.pk).update(review_date=at.date() - DAY)
    clock.move_to(at + 6 * HOUR)
    numbered = {one.number: page_of(one) for one in Publication.objects.all()}

    assert queues(admin_client) == {
        "My drafts": (1, [(page_of(mine), "Mine Guide 2026-03-01 13:00")]),
        "Waiting for your review": (0, []),
        "Review overdue": (1, [(page_of(old), "Old no owner 2026-02-28")]),
        "Going live in the next 14 days": (
            2,
            [
                (page_of(coming), "Coming Guide 2026-03-04 13:00"),
                (page_of(replaced), "Replaced Guide 2026-03-07 13:00"),
            ],
        ),
        "Ending in the next 14 days with nothing to follow": (
            1,
            [(page_of(leaving), "Leaving Guide 2026-03-06 13:00")],
        ),
        "Published in the last 14 days": (
            6,
            [
                (numbered[6], "Publication 6 Withdrawn by the system 2026-03-01 18:00"),
                (page_of(old), "Old Published by admin: Spring 2026-03-01 17:00"),
                (page_of(replaced), "Replaced Published by the system 2026-03-01 16:00"),
                (page_of(replaced), "Replaced Published by the system 2026-03-01 15:00"),
                (page_of(leaving), "Leaving Published by the system 2026-03-01 14:00"),
            ],
        ),
    }


def test_what_was_cancelled_is_a_draft_again_and_what_was_live_is_not(admin_client, admin_user, world, clock, at):
    Kind.objects.update(title="Guide")
    scheduled, ended = named("Scheduled", owner=admin_user), named("Ended", owner=admin_user)
    publish(scheduled, live_from=at + DAY, at=at)
    publish(ended, at=at + HOUR)
    withdraw([scheduled, ended], at=at + 2 * HOUR)
    clock.move_to(at + 3 * HOUR)
    assert names(queues(admin_client)["My drafts"]) == ["Scheduled"]


def test_reviews_begin_with_ones_own_and_a_day_that_lasts_is_not_overdue(admin_client, admin_user, world, clock, at):
    other = User.objects.create_user("kari")
    named("Long due", owner=other, review_date=at.date() - 90 * DAY)
    named("Mine", owner=admin_user, review_date=at.date() - DAY)
    named("Today", owner=admin_user, review_date=at.date())
    counted, rows = queues(admin_client)["Review overdue"]
    assert (counted, [row for _, row in rows]) == (2, ["Mine yours 2026-02-28", "Long due kari 2025-12-01"])


def test_the_day_is_that_of_the_service(admin_client, world, clock, at):
    named("Due on the first", review_date=at.date())
    clock.move_to(at.replace(hour=23, minute=30))  # in Oslo it is the second of March
    assert queues(admin_client)["Review overdue"][0] == 1


def test_the_desk_asks_as_much_for_thirty_as_for_three(admin_client, admin_user, world, clock, at):
    counts, moments = [], (at + number * timedelta(minutes=1) for number in count(1))
    for total, more in ((3, 3), (30, 27)):
        for _ in range(more):
            named("Draft", owner=admin_user, review_date=at.date() - DAY)
            moment = next(moments)
            publish(named("Coming"), live_from=at + DAY, at=moment)
            publish(named("Ending"), live_until=at + DAY, at=moment + timedelta(seconds=30))
        clock.move_to(at + HOUR)
        with CaptureQueriesContext(connection) as queries:
            admin_client.get("/admin/")
        counts.append(len(queries))
        found = queues(admin_client)
        assert [queue[0] for queue in found.values()] == [total, 0, *[total] * 3, 2 * total]
        assert [len(queue[1]) for queue in found.values()] == [min(5, total), 0, *[min(5, total)] * 3, 5]
    assert counts == [25, 25]


def test_empty_queues_say_what_to_do(admin_client, world, clock, at):
    named("Other")
    page = admin_client.get("/admin/").content.decode()
    assert re.findall(r'<p class="p-4">(.*?)</p>', page) == [
        "You have no unpublished drafts. What you add is listed here until it goes live.",
        "Nothing is waiting. Texts that you, or anyone, should review are listed here.",
        "Nothing is overdue. Assets are listed here once their review date has passed.",
        "Nothing is scheduled. Assets published with a start in the future are listed here.",
        "Nothing ends soon. Assets are listed here in time to publish a successor or move their end.",
        "Nothing was published. Open an asset and choose “Publish”; it is listed here with your note.",
    ]


def test_somebody_new_is_led_to_the_first_three_things(admin_client, db):
    def steps():
        [section] = re.findall(r"<section.*?</section>", admin_client.get("/admin/").content.decode(), re.S)
        return [(link, row.split(" ", 1)[1]) for link, row in rows_of(section)]

    journey, asset = (
        "Create a journey: the stages your customers go through",
        "Write the first asset and place it at a stage",
    )
    assert steps() == [
        ("/admin/content/locale/add/", "Add the language you write in"),
        ("/admin/journeys/journey/add/", journey),
        ("/admin/content/asset/add/", asset),
    ]
    Locale.objects.create(code="en", title="English", is_default=True)
    assert steps() == [
        ("/admin/content/locale/", "Add the language you write in – done"),
        ("/admin/journeys/journey/add/", journey),
        ("/admin/content/asset/add/", asset),
    ]
    AssetFactory()
    assert "Getting started" not in admin_client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("rights", "seen", "published"),
    [
        ((), 0, None),
        (("view_asset",), 4, None),
        (("view_publication",), 1, "Publication 1 Published by the system 2026-03-01 13:00"),
        (("view_asset", "view_publication"), 5, "Coming Published by the system 2026-03-01 13:00"),
    ],
)
def test_the_desk_shows_what_somebody_may_see(client, world, clock, at, rights, seen, published):
    publish(named("Coming"), live_from=at + DAY, at=at)
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    found = queues(client)
    rows = found.get("Published in the last 14 days")
    assert (len(found), rows and rows[1][0][1]) == (seen, published)


@pytest.mark.parametrize(
    "parameters", ["owner=me", "owner=nobody", "review=soon", "review=overdue", "lacks=stage", "soon=live", "owner=x"]
)
def test_filters_narrow_the_list_and_pass_over_nonsense(admin_client, admin_user, world, clock, at, parameters):
    names = {"owner=me": "Mine", "owner=nobody": "Nobody's", "review=soon": "Soon", "lacks=stage": "Loose"}
    names |= {"soon=live": "Coming", "review=overdue": "Overdue"}
    other = User.objects.create_user("other")
    for name in names.values():
        asset = draft("see")
        Asset.objects.filter(pk=asset.pk).update(name=name, owner=other)
        if name == "Coming":
            publish(asset, live_from=at + DAY, at=at)
    Asset.objects.filter(name="Mine").update(owner=admin_user)
    Asset.objects.filter(name="Nobody's").update(owner=None)
    Asset.objects.filter(name="Soon").update(review_date=at.date() + 20 * DAY)
    Asset.objects.filter(name="Overdue").update(review_date=at.date() - DAY)
    Asset.objects.get(name="Loose").placements.all().delete()
    found = {asset.name for asset in admin_client.get(f"{LIST}?{parameters}").context["cl"].result_list}
    assert found == ({names[parameters]} if parameters in names else set(names.values()))


def listed(client, **parameters):
    return {asset.name for asset in client.get(LIST, parameters).context["cl"].result_list}


def test_assets_are_found_by_journey_term_and_missing_language(admin_client, world):
    asset = draft("see")
    Asset.objects.update(name="Here")
    place, locale, term = asset.placements.get(), asset.translations.get().locale, TermFactory()
    assert listed(admin_client, journey=place.stage.journey_id) == {"Here"}
    assert listed(admin_client, journey=StageFactory().journey_id) == set()
    assert listed(admin_client, term=term.pk) == set()
    asset.terms.add(term)
    assert listed(admin_client, term=term.pk) == {"Here"}
    assert listed(admin_client, lacks=locale.pk) == set()
    asset.translations.all().delete()
    assert listed(admin_client, lacks=locale.pk) == {"Here"}


def test_journey_and_segment_are_asked_of_one_placement(admin_client, world):
    asset, elsewhere, segment = draft("see"), StageFactory(), SegmentFactory()
    Asset.objects.update(name="Here")
    PlacementFactory(asset=asset, stage=elsewhere).segments.set([segment])
    assert listed(admin_client, journey=elsewhere.journey_id, segment=segment.pk) == {"Here"}
    home = asset.placements.exclude(stage=elsewhere).get().stage.journey_id
    assert listed(admin_client, journey=home, segment=segment.pk) == set()


def test_the_list_asks_as_much_for_fifty_as_for_five(admin_client, world, clock, at):
    counts = []
    for more in (5, 45):
        for _ in range(more):
            draft("see", "think", locales=("en", "nb"))
        with CaptureQueriesContext(connection) as queries:
            assets = admin_client.get(LIST).context["cl"].result_list
        assert len(assets) == Asset.objects.count()
        counts.append(len(queries))
    assert counts == [17, 17]


def test_languages_and_stages_are_labels_in_the_order_of_the_map(admin_client, world):
    named("Placed", "think", "see")
    named("Loose").placements.all().delete()
    page = admin_client.get(LIST).content.decode()
    cells = re.findall(r'<td class="field-(?:locales|stages)[^>]*>(.*?)</td>', page, re.S)
    assert [words(cell) for cell in cells] == ["en", "none yet", "en", "See Think"]


def test_a_search_finds_an_asset_once_and_counts_without_comparing_rows(admin_client, world):
    asset = draft("see", locales=("en", "nb"), title="Alder smoke")
    draft("see")
    with CaptureQueriesContext(connection) as queries:
        found = admin_client.get(f"{LIST}?q=alder").context["cl"]
    assert (found.result_count, list(found.result_list)) == (1, [asset])
    assert [query["sql"] for query in queries if "DISTINCT" in query["sql"]] == []


def test_counted_choices_count_what_choosing_them_lists(admin_client, world):
    for stages in (["see"], ["see", "think"], ["think"], ["think"]):
        named("Placed", *stages)
    counted = admin_client.get(f"{LIST}?_facets=True").context["cl"]
    [stages] = [spec for spec in counted.filter_specs if spec.parameter_name == "stage"]
    [choices] = [choice["form"].fields["stage"].choices for choice in stages.choices(counted)]
    listed = [
        f"{words} ({admin_client.get(f'{LIST}?stage={pk}').context['cl'].result_count})"
        for pk, words in stages.lookup_choices
    ]
    assert [words for _, words in choices] == ["All", *listed]
    assert sorted(int(words.rsplit("(")[1][:-1]) for words in listed)[-2:] == [2, 3]


def test_newest_assets_are_read_in_the_order_of_an_index(admin_client, world):
    """A page of the list costs what it shows, however many there are: nothing is sorted, no flag found for all."""
    draft("see")
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(LIST)
    [page] = [one["sql"] for one in queries if 'ORDER BY "content_asset"."updated_at"' in one["sql"]]

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {page}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {page}")
        plan = " ".join(str(part) for row in cursor.fetchall() for part in row)

    assert "asset_newest_first" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
    assert "EXISTS" not in page
