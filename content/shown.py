"""One edition as readers see it, read from the database in one statement with its showing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import orjson
from django.db import connection

from content.instants import instant, micros

EDITION = (
    "e.asset_id, e.locale_id, e.kind_id, e.number, e.slug, e.title, e.published_at, e.live_from, e.live_until, "
    "e.placements, e.teasers, e.steps, e.document, e.title_key"
)
MOST_PARTS, MOST_PARAMS = 100, 10_000  # SQLite takes 500 in a union, and 32,766 parameters in a statement
Statement = tuple[str, list[Any]]


@dataclass(frozen=True)
class Shown:
    """One edition as readers of the query's locale see it; ``position`` is where it stands in the order.

    A draft read as if it were published has no ``number``.
    """

    asset_id: int
    locale_id: int
    kind_id: int
    number: int | None
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

    @property
    def public_id(self) -> str:
        """The asset's, which its words carry."""
        return str(orjson.loads(self.document)["id"])


def rows(sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of a statement, by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def united(parts: Sequence[Statement]) -> Iterator[Statement]:
    """``parts`` united into as few statements as every database takes."""
    some: list[Statement] = []
    for part in parts:
        params = sum(len(other[1]) for other in some) + len(part[1])
        if some and (len(some) == MOST_PARTS or params > MOST_PARAMS):
            yield _union(some)
            some = []
        some.append(part)
    if some:
        yield _union(some)


def _union(parts: list[Statement]) -> Statement:
    return " UNION ALL ".join(sql for sql, _ in parts), [param for _, params in parts for param in params]


def made(row: dict[str, Any], position: tuple[Any, ...]) -> Shown:
    return Shown(
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


def hexed(uid: UUID | str) -> str:
    """A public id read by raw SQL: PostgreSQL gives an object, SQLite the 32 digits."""
    return uid if isinstance(uid, str) else uid.hex


def parsed(value: Any) -> Any:
    """A JSON column read by raw SQL comes as text."""
    return orjson.loads(value) if isinstance(value, str) else value
