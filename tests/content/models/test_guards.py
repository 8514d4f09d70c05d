"""What the database itself refuses, and what the models refuse before it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from content.delivery.select import select
from content.instants import micros
from content.models import Edition, Locale, Showing
from content.models.edition import EditionImmutable
from content.publishing.publish import publish, withdraw
from content.query import Query
from content.showings import write
from content.showings.locales import put_locale
from tests.drafts import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)


def raw(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_an_editions_words_raise_on_every_way_to_change_them(at):
    [edition] = publish(draft("see"), at=at)
    edition.title = "Other"
    for change in (
        edition.save,
        edition.delete,
        lambda: edition.save(update_fields=["title"]),
        lambda: Edition.objects.update(title="Other"),
        lambda: Edition.objects.all().delete(),
        lambda: Edition.objects.bulk_update([edition], ["title"]),
    ):
        with pytest.raises(EditionImmutable):
            change()


@pytest.mark.parametrize("column", ["title", "slug", "document", "placements", "steps", "number", "asset_id"])
def test_the_database_refuses_a_change_of_words(column, at):
    [edition] = publish(draft("see"), at=at)
    value = {"number": 9, "asset_id": -1, "document": b"{}", "placements": "[1]", "steps": "[1]"}.get(column, "other")
    with pytest.raises(DatabaseError, match="immutable"):
        raw(f"UPDATE content_edition SET {column} = %s WHERE id = %s", value, edition.pk)
    with pytest.raises(DatabaseError, match="immutable"):
        raw("DELETE FROM content_edition WHERE id = %s", edition.pk)


def test_the_database_refuses_windows_that_overlap(at):
    asset = draft("see")
    publish(asset, live_until=at + DAY, at=at)
    [second] = publish(asset, live_from=at + 5 * DAY, at=at + DAY)
    with pytest.raises(DatabaseError, match="overlap"), transaction.atomic():
        Edition.objects.filter(pk=second.pk).update(live_from=at + DAY / 2)
    clash = Edition(**{f.attname: getattr(second, f.attname) for f in Edition._meta.fields if not f.primary_key})
    clash.number, clash.live_from, clash.live_until = 3, at + 6 * DAY, at + 7 * DAY
    with pytest.raises(DatabaseError, match="overlap"), transaction.atomic():
        clash.save()
    clash.live_until = clash.live_from
    clash.save()  # an empty window overlaps nothing


def test_the_guards_stand_on_every_table_they_belong_to():
    watched = ["journey", "stage", "transition", "transition_segments", "segment", "channel"]
    watched += ["recommendation", "touchpoint"]
    tables = [f"journeys_{name}" for name in watched]
    tables += [f"content_{name}" for name in ("kind", "locale", "vocabulary", "term", "pin")]
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    postgres = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(postgres if connection.vendor == "postgresql" else sqlite)
        found = {name for (name,) in cursor.fetchall()}
    events = [""] if connection.vendor == "postgresql" else ["_insert", "_update", "_delete"]
    expected = {f"{table}_map_changed{event}" for table in tables for event in events}
    expected |= {"content_edition_no_update", "content_edition_no_delete"}
    if connection.vendor == "sqlite":
        expected |= {"content_edition_overlap_insert", "content_edition_overlap_update"}
    assert found == expected


def rows():
    return sorted(Showing.objects.values_list("locale", "stage", "segment", "rank", "asset", "live_from", "live_until"))


def test_rebuilding_a_healthy_database_changes_nothing_and_mends_a_broken_one(at):
    for number in range(3):
        publish(draft("see", "think", locales=("en", "da"), slug=f"a{number}"), at=at + number * DAY)
    before, out = rows(), StringIO()
    call_command("rebuild_showings", stdout=out)
    assert (out.getvalue(), rows()) == ("3 assets checked, wrong rows that were replaced: 0\n", before)
    Showing.objects.filter(stage=0).delete()
    Showing.objects.filter(segment=0).update(rank=1)
    call_command("rebuild_showings", stdout=StringIO())
    assert rows() == before


def titles(locales, at):
    """What readers of English are shown, as one answer."""
    return sorted(item.title for item in select(Query(locale=locales["en"]), at=at).page(9).results)


def test_readers_get_whole_answers_between_the_batches_of_a_rebuild(locales, at, monkeypatch):
    monkeypatch.setattr(write, "BATCH", 1)
    for name in "abc":
        publish(draft("see", slug=name, title=name), at=at + ord(name) * DAY)
    later = at + 999 * DAY
    Showing.objects.filter(segment=0).update(rank=1)

    seen = [titles(locales, later) for _ in write.rebuild_all()]

    assert seen == [["a", "b", "c"]] * 3


def test_a_batch_that_breaks_leaves_its_assets_as_they_were(locales, at, monkeypatch):
    publish(draft("see", slug="a", title="a"), at=at)
    Showing.objects.filter(segment=0).update(rank=1)
    before = rows()

    def crash(*args):
        raise RuntimeError

    monkeypatch.setattr(write, "insert", crash)
    with pytest.raises(RuntimeError):
        list(write.rebuild_all())

    assert (rows(), titles(locales, at + DAY)) == (before, ["a"])


def test_what_is_published_during_a_rebuild_stays(locales, at, monkeypatch):
    monkeypatch.setattr(write, "BATCH", 1)
    first, second, third = (draft("see", slug=name, title=name) for name in "abc")
    publish([first, second, third], at=at)
    steps = write.rebuild_all()
    next(steps)
    first.translations.update(title="A")
    third.translations.update(title="C")
    publish([first, third], at=at + DAY)
    withdraw(second, at=at + 2 * DAY)

    wrong = [count for _, count in steps]

    assert (wrong, titles(locales, at + 3 * DAY)) == ([0, 0], ["A", "C"])
    assert [count for _, count in write.rebuild_all()] == [0, 0, 0]


def test_a_new_language_and_a_new_chain_show_what_they_hold_at_once(api, at):
    publish(draft("see", locales=("sv",), title="Svensk"), at=at)
    finnish = put_locale(Locale(code="fi", title="Suomi"))

    def titles():
        return [item["title"] for item in api.get("/api/v1/content/", {"locale": "fi"}).json()["results"]]

    assert titles() == []
    finnish.fallback = Locale.objects.get(code="sv")
    put_locale(finnish)
    assert titles() == ["Svensk"]


def test_rebuilding_leaves_the_past_as_it_was_and_brings_back_what_is_wrongly_past(locales, at):
    publish(draft("see"), live_until=at + DAY, at=at)
    call_command("rebuild_showings", stdout=StringIO())
    assert len(select(Query(locale=locales["en"]), at=at + DAY / 2).page(1).results) == 1
    publish(draft("see"), at=at + 2 * DAY)
    Showing.objects.filter(live_until__gt=micros(at + 9 * DAY)).update(past=True)
    Showing.objects.bulk_create([Showing(**{**row, "id": None}) for row in Showing.objects.values()][:1])
    out = StringIO()
    call_command("rebuild_showings", stdout=out)
    assert "0 rows" not in out.getvalue()
    assert len(select(Query(locale=locales["en"]), at=at + 3 * DAY).page(9).results) == 1
