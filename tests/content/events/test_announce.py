"""What is written down for whoever is told: which event, of what, with which keys, and once."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from content.delivery.surrogate_keys import of_hidden
from content.events.elapsed import announce_elapsed
from content.instants import as_rfc3339
from content.models import Event, Kind, PublishedState, Showing, Translation
from content.publishing.publish import publish, reschedule, restore, withdraw
from journeys.models import Stage
from tests.drafts import draft, place, reworded, stage

DAY = timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
READERS = ("da", "en", "nb", "sv")


def events():
    """What was told so far, in order: type, and the languages of each asset."""
    return [
        (event.type, {asset["id"]: asset["locales"] for asset in event.data.get("assets", [])})
        for event in Event.objects.order_by("pk")
        if event.type != "map.changed"
    ]


def last():
    return Event.objects.exclude(type="map.changed").order_by("pk").last()


def keys_of(asset, *stages, readers=READERS):
    return sorted(
        [f"a:{asset.public_id}", of_hidden(asset.public_id)]
        + [f"all:{code}" for code in readers]
        + [f"s:see-think-do-care/{name}:{code}" for name in stages for code in readers]
    )


def test_a_publish_tells_what_is_published_where_and_under_which_keys(at):
    asset = draft("think", slug="grill")
    publish(asset, at=at)
    event = Event.objects.get()
    keys = keys_of(asset, "think")
    assert event.payload == {
        "type": "content.published",
        "timestamp": as_rfc3339(at),
        "data": {
            "publication": 1,
            "assets": [{"id": asset.public_id, "kind": "guide", "locales": ["en"], "slugs": {"en": "grill"}}],
            "keys": keys,
        },
    }
    assert (event.keys, event.publication, event.uid[:4]) == (keys, 1, "msg_")


def test_a_bulk_publish_is_one_event(at):
    many = [draft("see", locales=("en", "nb")) for _ in range(30)]
    publish(many, at=at)
    assert events() == [("content.published", {asset.public_id: ["en", "nb"] for asset in many})]


MOVED = {"from": {"slug": "grill-nb", "url": "/nb/guide/grill-nb"}, "to": {"slug": "ny", "url": "/nb/guide/ny"}}


@pytest.fixture
def renamed(kind, at):
    """A text in two languages that is published; what is to be another slug in one of them."""
    Kind.objects.update(url_templates={"": "/{locale}/guide/{slug}"})
    asset = draft("see", locales=("en", "nb"), slug="grill")
    publish(asset, at=at)
    asset.translations.filter(locale__code="nb").update(slug="ny")
    return asset


def announced_assets():
    return [event.data["assets"] for event in Event.objects.order_by("pk") if event.data.get("assets")][1:]


def test_a_rename_is_told_with_both_addresses_where_it_happened(at, renamed):
    renamed.translations.update(summary="Anew")
    publish(renamed, at=at + DAY)
    names = {"id": renamed.public_id, "kind": "guide", "locales": ["en", "nb"]}
    slugs = {"en": "grill-en", "nb": "ny"}
    assert announced_assets() == [[{**names, "slugs": slugs, "moved": {"nb": MOVED}}]]
    renamed.translations.update(summary="Anew again")
    publish(renamed, at=at + 2 * DAY)
    assert announced_assets()[1:] == [[{**names, "slugs": slugs}]]


def test_a_rename_that_was_scheduled_is_told_when_it_happens(at, renamed, locales):
    publish(renamed, locales=[locales["nb"]], live_from=at + 5 * DAY, at=at + DAY)
    assert "ny" not in str(announced_assets())
    announce_elapsed(now=at + 5 * DAY)
    names = {"id": renamed.public_id, "kind": "guide", "locales": ["nb"], "slugs": {"nb": "ny"}}
    assert announced_assets()[-1] == [{**names, "moved": {"nb": MOVED}}]


def test_a_rename_by_restoring_is_told_too(at, renamed, locales):
    [old] = renamed.editions.filter(locale=locales["nb"])
    publish(renamed, at=at + DAY)
    restore(old, at=at + 2 * DAY)
    back = {"nb": {"from": MOVED["to"], "to": MOVED["from"]}}
    names = {"id": renamed.public_id, "kind": "guide", "locales": ["nb"], "slugs": {"nb": "grill-nb"}}
    assert announced_assets()[-1] == [{**names, "moved": back}]
    withdraw(renamed, at=at + 3 * DAY)
    assert "moved" not in str(announced_assets()[-1])


def test_the_keys_are_those_of_where_it_stood_and_where_it_stands(at):
    asset = draft("see", slug="old")
    publish(asset, at=at)
    asset.placements.all().delete()
    place(asset, "care")
    Translation.objects.update(slug="new")
    publish(asset, at=at + DAY)
    assert last().data["keys"] == keys_of(asset, "see", "care")


def test_only_readers_who_fall_back_to_it_are_told(at):
    asset = draft("see", locales=("da",), slug="grill")
    publish(asset, at=at)
    assert last().data["keys"] == keys_of(asset, "see", readers=("da", "nb"))


def test_what_is_scheduled_is_told_to_caches_alone_until_it_begins(at):
    asset = draft("see", slug="secret")
    publish(asset, live_from=at + DAY, at=at)
    assert (last().type, last().data) == ("quiet", {})
    assert last().keys == keys_of(asset, "see")
    assert [event.type for event in announce_elapsed(now=at + DAY - timedelta(microseconds=1))] == ["map.changed"]
    [event] = announce_elapsed(now=at + DAY)
    assert event.payload == {
        "type": "content.went_live",
        "timestamp": as_rfc3339(at + DAY),
        "data": {
            "publication": 1,
            "assets": [{"id": asset.public_id, "kind": "guide", "locales": ["en"], "slugs": {"en": "secret"}}],
            "keys": keys_of(asset, "see"),
        },
    }
    assert announce_elapsed(now=at + 2 * DAY) == []


def test_an_event_tells_nothing_of_what_is_only_scheduled(at):
    asset = draft("see", slug="plain")
    publish(asset, at=at)
    asset.placements.all().delete()
    place(asset, "care")
    Translation.objects.update(slug="secret")
    publish(asset, live_from=at + 9 * DAY, at=at + DAY)
    assert last().type == "content.rescheduled"
    assert "/care:" not in str(last().data) and "secret" not in str(last().data)
    assert set(keys_of(asset, "see", "care")) == set(last().keys)


def test_a_publish_of_both_tells_only_what_is_live(at):
    live, later = draft("see", slug="live"), draft("care", slug="later")
    publish([live, later], locales=None, at=at)
    Event.objects.all().delete()
    withdraw(later, at=at + DAY)
    publish(later, live_from=at + 5 * DAY, at=at + 2 * DAY)
    publish(reworded(live), at=at + 3 * DAY)
    assert events() == [
        ("content.withdrawn", {later.public_id: ["en"]}),
        ("quiet", {}),
        ("content.published", {live.public_id: ["en"]}),
    ]


def test_withdrawing_is_told_at_once_and_not_again_as_an_end(at):
    asset = draft("see", locales=("en", "nb"), slug="grill")
    publish(asset, at=at)
    announce_elapsed(now=at)
    withdraw(asset, locales=[Translation.objects.get(locale__code="nb").locale], at=at + DAY)
    withdraw(asset, at=at + 2 * DAY)
    assert announce_elapsed(now=at + 3 * DAY) == []
    assert events()[1:] == [
        ("content.withdrawn", {asset.public_id: ["nb"]}),
        ("content.withdrawn", {asset.public_id: ["en"]}),
    ]


def test_cancelling_what_nobody_saw_is_told_to_caches_alone(at):
    asset = draft("see")
    publish(asset, live_from=at + DAY, at=at)
    withdraw(asset, at=at + DAY / 2)
    assert events() == [("quiet", {}), ("quiet", {})]
    assert [event.type for event in announce_elapsed(now=at + 2 * DAY)] == ["map.changed"]


def test_withdrawing_nothing_tells_nobody(at):
    withdraw(draft("see"), at=at)
    assert events() == []


def test_restoring_is_publishing(at):
    asset = draft("see")
    [first] = publish(asset, at=at)
    publish(reworded(asset), at=at + DAY)
    restore(first, at=at + 2 * DAY)
    assert events() == [("content.published", {asset.public_id: ["en"]})] * 3


@pytest.mark.parametrize(
    ("start", "move", "type_"),
    [
        (None, {"live_until": 5}, "content.rescheduled"),
        (None, {"live_until": 1}, "content.withdrawn"),
        (4, {"live_from": 1}, "content.published"),
        (4, {"live_from": 6}, "quiet"),
    ],
)
def test_rescheduling_tells_what_it_does_to_readers(at, start, move, type_):
    [edition] = publish(draft("see"), live_from=start and at + start * DAY, at=at)
    reschedule(edition, at=at + DAY, **{name: at + days * DAY for name, days in move.items()})
    assert last().type == type_


def test_what_ends_by_itself_is_told(at):
    asset = draft("see", slug="grill")
    publish(asset, live_until=at + DAY, at=at)
    announce_elapsed(now=at)
    [event] = announce_elapsed(now=at + 3 * DAY)
    assert (event.type, event.occurred_at) == ("content.expired", at + DAY)
    assert event.data["keys"] == keys_of(asset, "see")


def test_what_the_next_edition_takes_over_has_not_expired(at):
    asset = draft("see", slug="old")
    publish(asset, at=at)
    Translation.objects.update(slug="new")
    publish(asset, live_from=at + DAY, at=at + timedelta(hours=1))
    announce_elapsed(now=at + timedelta(hours=2))
    [event] = announce_elapsed(now=at + DAY)
    assert event.type == "content.went_live"
    assert event.data["keys"] == keys_of(asset, "see")


def test_what_began_and_ended_unseen_has_ended(at):
    asset = draft("see")
    publish(asset, live_from=at + DAY, live_until=at + 2 * DAY, at=at)
    announce_elapsed(now=at)
    assert [event.type for event in announce_elapsed(now=at + 3 * DAY)] == ["content.expired"]


def test_a_publication_first_tells_what_time_has_done(at):
    first, other = draft("see"), draft("see")
    publish(first, live_from=at + DAY, at=at)
    publish(other, at=at + 2 * DAY)
    withdraw(first, at=at + 3 * DAY)
    assert events() == [
        ("quiet", {}),
        ("content.went_live", {first.public_id: ["en"]}),
        ("content.published", {other.public_id: ["en"]}),
        ("content.withdrawn", {first.public_id: ["en"]}),
    ]


def test_what_is_dated_back_to_where_the_sweep_has_been_begins_at_once(at):
    publish(draft("see"), at=at)
    announce_elapsed(now=at + 9 * DAY)
    asset = draft("see")
    publish(asset, live_from=at + 2 * DAY, at=at + DAY)
    assert events()[1:] == [("content.published", {asset.public_id: ["en"]})]
    assert announce_elapsed(now=at + 10 * DAY) == []


def test_a_change_of_the_map_is_told_once(at):
    publish(draft("see"), at=at)
    announce_elapsed(now=at)
    Stage.objects.update(title="Other")
    [event] = announce_elapsed(now=at + DAY)
    assert event.payload == {
        "type": "map.changed",
        "timestamp": as_rfc3339(at + DAY),
        "data": {"publication": 1, "assets": [], "keys": ["map"]},
    }
    assert announce_elapsed(now=at + DAY) == []


def test_a_publication_that_is_taken_back_leaves_no_event(at):
    with pytest.raises(ValidationError):
        publish(draft(), at=at)
    with transaction.atomic():
        publish(draft("see"), at=at)
        transaction.set_rollback(True)
    assert (Event.objects.count(), PublishedState.objects.count()) == (0, 0)


def test_a_deleted_stage_does_not_keep_an_event_from_being_told(at):
    asset = draft("see", "think")
    publish(asset, live_until=at + DAY, at=at)
    announce_elapsed(now=at)
    Showing.objects.filter(stage=stage("think").pk).update(stage=10**9)
    assert [event.type for event in announce_elapsed(now=at + DAY)] == ["content.expired"]


def test_a_quiet_sweep_writes_nothing(at, django_assert_num_queries):
    publish(draft("see"), at=at)
    announce_elapsed(now=at)
    with django_assert_num_queries(3):  # the state, the map, what begins or ends
        assert announce_elapsed(now=at + DAY) == []


@pytest.mark.parametrize("count", [1, 20])
def test_a_sweep_costs_the_same_for_one_and_for_twenty(at, count, django_assert_num_queries):
    publish([draft("see") for _ in range(count)], live_from=at + DAY, at=at)
    announce_elapsed(now=at)
    with django_assert_num_queries(14):
        announce_elapsed(now=at + DAY)


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="in memory there is one connection; the test of the command uses a file"
)
@pytest.mark.django_db(transaction=True)
def test_any_number_of_sweeps_tell_everything_once(world, at):
    assets = [draft("see") for _ in range(6)]
    for hour, asset in enumerate(assets):
        publish(asset, live_from=at + DAY + timedelta(hours=hour), at=at + timedelta(minutes=hour))
    announce_elapsed(now=at + timedelta(hours=1))
    failures = []

    def keep_sweeping():
        try:
            for minutes in range(0, 12 * 60, 30):
                announce_elapsed(now=at + DAY + timedelta(minutes=minutes))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=keep_sweeping) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [uid for type_, announced_assets in events() if type_ == "content.went_live" for uid in announced_assets]
    assert failures == []
    assert sorted(found) == sorted(asset.public_id for asset in assets)
