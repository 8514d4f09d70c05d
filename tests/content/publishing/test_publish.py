"""The publishing verbs: windows in time, atomicity, rights."""

import itertools
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from content.delivery.select import select
from content.models import Asset, Edition, Publication, Showing
from content.publishing.gate_findings import PublishRefused
from content.publishing.publish import check, publish, reschedule, restore, withdraw
from content.query import Query
from tests.drafts import draft, reworded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
ROOT = Path(__file__).parents[3]


def seen(locales, at, code="en"):
    """What readers of a locale see: (title, edition number) in order."""
    return [(one.title, one.number) for one in select(Query(locale=locales[code]), at=at).page(100).results]


def windows(asset):
    return [(e.number, e.live_from, e.live_until) for e in Edition.objects.filter(asset=asset).order_by("number")]


def retitle(asset, title):
    asset.translations.update(title=title)


def test_published_asset_is_seen_from_its_instant_on(locales, at):
    publish(draft("see", title="Hello"), at=at)
    assert seen(locales, at - DAY) == []
    assert seen(locales, at) == [("Hello", 1)]


def test_scheduled_edition_appears_at_its_instant_and_an_expiring_one_is_gone(locales, at):
    publish(draft("see", title="Soon"), live_from=at + DAY, live_until=at + 2 * DAY, at=at)
    instants = [
        at,
        at + DAY - timedelta(microseconds=1),
        at + DAY,
        at + 2 * DAY - timedelta(microseconds=1),
        at + 2 * DAY,
    ]
    assert [bool(seen(locales, when)) for when in instants] == [False, False, True, True, False]


def test_a_draft_changes_nothing_until_it_is_published(locales, at):
    asset = draft("see", title="First")
    publish(asset, at=at)
    retitle(asset, "Second")
    asset.placements.all().delete()
    assert seen(locales, at + DAY) == [("First", 1)]
    asset.no_stage_reason = "none"
    asset.save()
    publish(asset, at=at + DAY)
    assert (seen(locales, at), seen(locales, at + DAY)) == ([("First", 1)], [("Second", 2)])


def test_publishing_now_lives_until_the_scheduled_one_takes_over(locales, at):
    asset = draft("see", title="Later")
    publish(asset, live_from=at + 5 * DAY, at=at)
    retitle(asset, "Now")
    [now] = publish(asset, at=at + DAY)
    assert "scheduled_follows" in [warning["code"] for warning in now.warnings]
    assert windows(asset) == [(1, at + 5 * DAY, None), (2, at + DAY, at + 5 * DAY)]


def test_cancelled_schedule_gives_its_time_back(locales, at):
    asset = draft("see", title="Live")
    publish(asset, at=at)
    retitle(asset, "Scheduled")
    [scheduled] = publish(asset, live_from=at + 5 * DAY, at=at + DAY)
    assert seen(locales, at + 6 * DAY) == [("Scheduled", 2)]
    moved = reschedule(scheduled, live_from=at + 9 * DAY, at=at + 2 * DAY)
    assert (seen(locales, at + 6 * DAY), moved.live_from) == ([("Live", 1)], at + 9 * DAY)
    retitle(asset, "Third")
    publish(asset, live_from=at + 9 * DAY, at=at + 3 * DAY)
    assert seen(locales, at + 9 * DAY) == [("Third", 3)]


def test_withdrawing_ends_what_is_live_and_cancels_what_is_scheduled(locales, at):
    asset = draft("see", title="Live")
    publish(asset, at=at)
    publish(asset, live_from=at + 5 * DAY, at=at + DAY)
    result = withdraw(asset, at=at + 2 * DAY)
    assert sorted(edition.number for edition in result) == [1, 2]
    assert [seen(locales, when) for when in (at + DAY, at + 2 * DAY, at + 6 * DAY)] == [[("Live", 1)], [], []]
    assert Publication.objects.first().action == "withdraw"


def test_withdrawing_one_locale_lets_its_readers_fall_back(locales, at):
    asset = draft("see", locales=("en", "da"), slug="both")
    publish(asset, at=at)
    withdraw(asset, locales=[locales["da"]], at=at + DAY)
    editions = [select(Query(locale=locales["nb"]), at=when).page(1).results[0] for when in (at, at + DAY)]
    assert [one.locale_id for one in editions] == [locales["da"].pk, locales["en"].pk]


def test_an_expiring_edition_that_replaced_another_brings_nothing_back(locales, at):
    asset = draft("see", title="Old")
    publish(asset, at=at)
    retitle(asset, "Campaign")
    [campaign] = publish(asset, live_until=at + 3 * DAY, at=at + DAY)
    assert "goes_dark" in [warning["code"] for warning in campaign.warnings]
    assert seen(locales, at + 3 * DAY) == []


def test_same_start_belongs_to_the_later_publish(locales, at):
    asset = draft("see", title="First")
    publish(asset, live_from=at + 5 * DAY, at=at)
    retitle(asset, "Second")
    publish(asset, live_from=at + 5 * DAY, at=at + DAY)
    assert seen(locales, at + 5 * DAY) == [("Second", 2)]


def test_a_fallback_shows_through_for_just_the_time_the_translation_is_absent(locales, at):
    asset = draft("see", locales=("da", "nb"), slug="both")
    publish(asset, locales=[locales["da"]], at=at)
    publish(asset, locales=[locales["nb"]], live_from=at + 10 * DAY, live_until=at + 20 * DAY, at=at + DAY)
    days = [select(Query(locale=locales["nb"]), at=at + n * DAY).page(1).results[0].locale_id for n in (9, 10, 19, 20)]
    assert days == [locales["da"].pk, locales["nb"].pk, locales["nb"].pk, locales["da"].pk]


def test_market_bound_text_is_shown_to_its_own_readers_only(locales, at):
    asset = draft("see", locales=("en", "da"), slug="pay")
    asset.translations.filter(locale=locales["da"]).update(market_bound=True)
    publish(asset, at=at)
    editions = {code: select(Query(locale=locales[code]), at=at).page(1).results[0].locale_id for code in ("da", "nb")}
    assert editions == {"da": locales["da"].pk, "nb": locales["en"].pk}


def test_published_at_is_the_first_start_and_stays(locales, at):
    asset = draft("see")
    publish(asset, at=at)
    publish(reworded(asset), at=at + DAY)
    assert [edition.published_at for edition in Edition.objects.order_by("number")] == [at, at]


def test_published_at_moves_with_a_start_that_still_lies_ahead(locales, at):
    [edition] = publish(draft("see"), live_from=at + 5 * DAY, at=at)
    moved = reschedule(edition, live_from=at + 7 * DAY, at=at + DAY)
    assert (moved.published_at, moved.live_from) == (at + 7 * DAY, at + 7 * DAY)


def test_restore_publishes_old_words_and_leaves_the_draft_alone(locales, at):
    asset = draft("see", title="Old")
    [old] = publish(asset, at=at)
    retitle(asset, "New")
    publish(asset, at=at + DAY)
    restored = restore(old, at=at + 2 * DAY)
    assert (restored.number, seen(locales, at + 2 * DAY)) == (3, [("Old", 3)])
    assert asset.translations.get().title == "New"


def test_all_or_nothing_over_assets_and_locales(locales, at):
    good, bad = draft("see"), draft("think", steps=())
    with pytest.raises(PublishRefused) as refused:
        publish([good, bad], at=at)
    assert [finding.code for finding in refused.value.findings] == ["cta_missing"]
    assert (Edition.objects.count(), Showing.objects.count(), Publication.objects.count()) == (0, 0, 0)


def test_two_that_lead_to_each_other_go_live_together(locales, at):
    first = draft("think")
    second = draft("think", steps=(("compare", first),))
    first.translations.get().next_steps.update(target_asset=second, target_url="")
    assert len(publish([first, second], at=at)) == 2


@pytest.mark.parametrize("verb", [publish, withdraw])
def test_instants_strictly_increase(verb, at):
    asset = draft("see")
    publish(asset, at=at)
    with pytest.raises(ValidationError) as refused:
        verb(asset, at=at)
    assert refused.value.code == "at_not_increasing"


def test_nothing_to_publish_is_refused(locales, at):
    with pytest.raises(ValidationError) as refused:
        publish(draft("see"), locales=[locales["sv"]], at=at)
    assert refused.value.code == "nothing_to_publish"


@pytest.mark.parametrize(
    ("moves", "code"),
    [
        ({"live_from": -1}, "window_in_past"),
        ({"live_until": -1}, "window_in_past"),
        ({"live_from": 9, "live_until": 8}, "window_invalid"),
    ],
)
def test_reschedule_moves_only_what_lies_ahead(moves, code, at):
    [edition] = publish(draft("see"), live_from=at + 5 * DAY, at=at)
    with pytest.raises(ValidationError) as refused:
        reschedule(edition, at=at + DAY, **{name: at + DAY + days * DAY for name, days in moves.items()})
    assert refused.value.code == code


def test_an_ended_edition_cannot_be_rescheduled(at):
    [edition] = publish(draft("see"), live_until=at + DAY, at=at)
    with pytest.raises(ValidationError) as refused:
        reschedule(edition, live_until=at + 9 * DAY, at=at + 2 * DAY)
    assert refused.value.code == "window_ended"


def test_a_live_edition_can_be_given_an_end_and_lose_it_again(locales, at):
    [edition] = publish(draft("see", title="Live"), at=at)
    reschedule(edition, live_until=at + 3 * DAY, at=at + DAY)
    assert seen(locales, at + 3 * DAY) == []
    reschedule(edition, live_until=None, at=at + 2 * DAY)
    assert seen(locales, at + 3 * DAY) == [("Live", 1)]


@pytest.mark.parametrize("verb", [publish, withdraw])
def test_publishing_is_a_right_of_its_own(verb, at):
    editor = User.objects.create_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="change_asset"))
    asset = draft("see")
    with pytest.raises(PermissionDenied):
        verb(asset, by=editor, at=at)
    editor.user_permissions.add(Permission.objects.get(codename="publish_asset"))
    verb(asset, by=User.objects.get(pk=editor.pk), at=at)
    assert Publication.objects.get().by == editor


def test_check_says_what_publish_would_and_changes_nothing(at):
    asset = draft("think", steps=(("buy", "/buy"),))
    assert [finding.code for finding in check(asset, at=at)] == ["binary_choice", "dead_end"]
    assert [finding.code for finding in check(draft("see"), at=at)] == ["dead_end"]
    assert Edition.objects.count() == 0


def test_a_publish_costs_the_same_for_one_and_for_twenty(at, django_assert_num_queries):
    first, many = [draft("see")], [draft("see") for _ in range(20)]
    publish(draft("see"), at=at - DAY)
    most = 35 if connection.vendor == "postgresql" else 34  # keys first, where rows are copied
    with django_assert_num_queries(most):
        publish(first, at=at)
    with django_assert_num_queries(most):
        publish(many, at=at + DAY)


def test_a_date_for_readers_never_jumps_when_a_scheduled_edition_takes_over(locales, at):
    asset = draft("see")
    publish(asset, live_from=at + 10 * DAY, at=at)
    publish(asset, at=at + DAY)
    dates = [select(Query(locale=locales["en"]), at=at + n * DAY).page(1).results[0].published_at for n in (2, 11)]
    assert dates == [at + DAY, at + DAY]


def test_a_date_for_readers_follows_the_first_start_that_is_left(locales, at):
    asset = draft("see")
    [first] = publish(asset, live_from=at + 10 * DAY, at=at)
    publish(asset, live_from=at + 20 * DAY, at=at + DAY)
    reschedule(first, live_from=at + 30 * DAY, at=at + 2 * DAY)
    [edition] = select(Query(locale=locales["en"]), at=at + 21 * DAY).page(1).results
    assert (edition.number, edition.published_at) == (2, at + 20 * DAY)


def test_locales_may_be_any_iterable(locales, at):
    asset = draft("see", locales=("en", "da", "nb"), slug="all")
    publish(asset, locales=iter(locales.values()), at=at)
    assert len(withdraw(asset, locales=iter(locales.values()), at=at + DAY)) == 3


def test_an_edition_that_has_begun_keeps_its_start(at):
    [edition] = publish(draft("see"), live_from=at + DAY, at=at)
    with pytest.raises(ValidationError) as refused:
        reschedule(edition, live_from=at + 5 * DAY, at=at + DAY)
    assert refused.value.code == "window_in_past"


def test_an_asset_deleted_meanwhile_is_nothing_to_publish(at):
    asset = draft("see")
    gone = Asset.objects.get(pk=asset.pk)
    asset.delete()
    with pytest.raises(ValidationError) as refused:
        publish(gone, at=at)
    assert refused.value.code == "nothing_to_publish"


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="in memory there is one connection; the next test uses a file"
)
@pytest.mark.django_db(transaction=True)
def test_two_publishers_at_once_wait_for_each_other(at):
    asset = draft("see")
    failures: list[Exception] = []
    ends = itertools.count(1)

    def publish_three_times() -> None:
        try:
            for _ in range(3):
                publish(asset, live_until=timezone.now() + next(ends) * DAY)  # each its own window
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish_three_times) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert list(Edition.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 13))
    assert Edition.objects.live(timezone.now()).count() == 1


SET_UP = """
from content.models import Asset, Kind, Locale, Translation
kind = Kind.objects.create(slug="guide", title="Guide", schema={"type": "object", "properties": {}})
asset = Asset.objects.create(kind=kind, name="One", no_stage_reason="None")
locale = Locale.objects.create(code="en", title="English", is_default=True)
Translation.objects.create(asset=asset, locale=locale, slug="one", title="One")
"""
PUBLISH = """
import os
from datetime import timedelta
from django.utils import timezone
from content.models import Asset
from content.publishing.publish import publish
for days in range(1, 4):  # each its own window
    publish(Asset.objects.get(), live_until=timezone.now() + timedelta(days=days, microseconds=os.getpid()))
"""
COUNT = """
from django.utils import timezone
from content.models import Edition
print(sorted(Edition.objects.values_list("number", flat=True)), Edition.objects.live(timezone.now()).count())
"""


@pytest.mark.slow
def test_publishers_in_several_processes_wait_for_each_other_on_sqlite(tmp_path):
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'race.sqlite3'}"}

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)

    for arguments in (("migrate", "--verbosity", "0"), ("shell", "--no-imports", "-c", SET_UP)):
        assert start(*arguments).communicate()[0] == ""
    publishers = [start("shell", "--no-imports", "-c", PUBLISH) for _ in range(3)]
    assert [publisher.communicate()[0] for publisher in publishers] == [""] * 3
    output = start("shell", "--no-imports", "-c", COUNT).communicate()[0]
    assert output == "[1, 2, 3, 4, 5, 6, 7, 8, 9] 1\n"
