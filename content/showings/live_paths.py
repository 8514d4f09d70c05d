"""Writes the live paths: where each text is on the site and when, one row a text and window."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from content.bulk import insert
from content.catalogue import Catalogue
from content.instants import micros
from content.models import Edition, Kind, LivePath, Locale

COLUMNS = ("path", "asset_id", "locale_id", "edition_id", "live_from", "live_until")
Pair = tuple[int, int]  # an asset and a locale


class LivePathRow(NamedTuple):
    """A live path to be, as plain values."""

    path: str
    asset_id: int
    locale_id: int
    edition_id: int
    live_from: int
    live_until: int


def path_of(kind: Kind, slug: str, locale: Locale) -> str:
    """The path at which the site shows a text, without a slash at its end."""
    return kind.url(slug, locale.code).rstrip("/")


def put_paths(asset_ids: list[int], editions: Iterable[Edition], catalogue: Catalogue, *, at: datetime) -> None:
    """Rewrites the live paths of these assets, all of whose ``editions`` are given. Two statements."""
    LivePath.objects.filter(asset__in=asset_ids).delete()
    insert(LivePath, COLUMNS, expected_paths(editions, catalogue, after=micros(at)))


def expected_paths(editions: Iterable[Edition], catalogue: Catalogue, *, after: int) -> Iterator[LivePathRow]:
    """The live paths of ``editions`` that end later than ``after``."""
    for edition in editions:
        start, end = micros(edition.live_from), micros(edition.live_until)
        if edition.cancelled_at is None and end > max(start, after):
            kind, locale = catalogue.kinds_by_id[edition.kind_id], catalogue.locales_by_id[edition.locale_id]
            path = path_of(kind, edition.slug, locale)
            yield LivePathRow(path, edition.asset_id, edition.locale_id, edition.pk, start, end)


def mend_paths(asset_ids: list[int], editions: list[Edition], catalogue: Catalogue, *, at: datetime) -> int:
    """Corrects the live paths of these assets that end later than ``at``; returns how many editions were wrong. One
    statement if none was."""
    there = LivePath.objects.filter(asset__in=asset_ids, live_until__gt=micros(at)).values_list(*COLUMNS)
    wrong = set(there) ^ set(expected_paths(editions, catalogue, after=micros(at)))
    if wrong:
        put_paths(asset_ids, editions, catalogue, at=at)
    return len({row[3] for row in wrong})
