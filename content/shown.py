"""One edition as readers see it, read from the database in one statement with its showing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import connection

from content.instants import instant, micros

EDITION = (
    "e.asset_id, e.locale_id, e.kind_id, e.number, e.slug, e.title, e.published_at, e.live_from, e.live_until, "
    "e.placements, e.teasers, e.steps, e.document, e.title_key"
)


@dataclass(frozen=True)
class Shown:
    """One edition as readers of the query's locale see it; ``position`` is where it stands in the order."""

    edition_id: int
    asset_id: int
    locale_id: int
    kind_id: int
    number: int
    slug: str
    title: str
    published_at: datetime
    live_from: datetime
    live_until: datetime | None
    placements: list[dict[str, Any]]
    teasers: dict[str, str]
    steps: list[dict[str, Any]]
    document: bytes
    fallback: int
    position: tuple[Any, ...]


def rows(sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of a statement, by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def made(row: dict[str, Any], position: tuple[Any, ...]) -> Shown:
    return Shown(
        edition_id=row["edition_id"],
        asset_id=row["asset_id"],
        locale_id=row["locale_id"],
        kind_id=row["kind_id"],
        number=row["number"],
        slug=row["slug"],
        title=row["title"],
        published_at=_at(row["published_at"]),
        live_from=_at(row["live_from"]),
        live_until=instant(row["live_until"]),
        placements=parsed(row["placements"]),
        teasers=parsed(row["teasers"]),
        steps=parsed(row["steps"]),
        document=bytes(row["document"]),
        fallback=row["fallback"],
        position=position,
    )


def sorted_position(row: dict[str, Any], name: str) -> tuple[Any, ...]:
    """The position of a row in the order of ``title`` or ``published_at``, as a cursor can carry it."""
    return (row["title_key"] if name == "title" else micros(_at(row["published_at"])), row["asset_id"])


def collated(column: str) -> str:
    """``column`` compared by code point on both databases."""
    return f'{column} COLLATE "C"' if connection.vendor == "postgresql" else column


def stored(at: datetime) -> Any:
    """``at`` as a parameter of raw SQL (SQLite compares text)."""
    return connection.ops.adapt_datetimefield_value(at)


def _at(value: datetime | str) -> datetime:
    return cast("datetime", instant(value))


def parsed(value: Any) -> Any:
    """A JSON column read by raw SQL comes as text."""
    return json.loads(value) if isinstance(value, str) else value
