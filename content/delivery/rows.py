"""One edition as readers see it, read from the database in one statement with its showing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from threading import local
from typing import Any, NamedTuple, cast
from uuid import UUID

import orjson
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.pq import Format

from content.instants import instant
from content.models.edition import StoredPlacement, StoredStep

# JSON as text, to be parsed only where it is needed, and by orjson.
EDITION = (
    "e.asset_id, e.locale_id, e.kind_id, e.number, e.slug, e.title, e.published_at, e.live_from, e.live_until, "
    "CAST(e.placements AS text), CAST(e.teasers AS text), CAST(e.steps AS text), e.document"
)
COLUMNS = 13  # of those
MOST_PARTS, MOST_PARAMS = 100, 10_000  # SQLite takes 500 in a union, and 32,766 parameters in a statement
Statement = tuple[str, list[object]]
Row = tuple[Any, ...]  # the type checker does not know the columns of a statement, nor what a driver takes
Parameters = Sequence[Any]
NamedRow = dict[str, Any]
OrderPosition = tuple[int | str, ...]  # where a result stands in an order; its asset comes last


class ShownText(NamedTuple):
    """One edition as readers of the query's locale see it; ``position`` is where it stands in the order.

    A draft read as if it were published has no ``number``. Its steps are parsed when they are asked for.
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
    placements: list[StoredPlacement]
    teasers: dict[str, str]
    steps_text: str
    document: bytes
    fallback: int
    position: OrderPosition

    @property
    def steps(self) -> list[StoredStep]:
        return cast("list[StoredStep]", orjson.loads(self.steps_text))

    @property
    def public_id(self) -> str:
        """The asset's, which its words carry."""
        return str(orjson.loads(self.document)["id"])


class ThreadCursor(local):
    """The cursor of this thread, and the connection to PostgreSQL that it is of."""

    cursor: CursorWrapper
    connection: object = None


KEPT = ThreadCursor()


def tuples(sql: str, params: Parameters) -> list[Row]:
    """The rows of a statement. PostgreSQL sends bodies as they are, not in hexadecimal, and instants as numbers."""
    cursor = _cursor()
    cursor.execute(sql, params)
    return cast("list[Row]", cursor.fetchall())


def rows(sql: str, params: Parameters) -> list[NamedRow]:
    """The same by column name."""
    cursor = _cursor()
    cursor.execute(sql, params)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _cursor() -> CursorWrapper:
    """On PostgreSQL one that stays: half of what a short statement costs is making it and learning its columns."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    # While queries are logged (tests, DEBUG) Django hands out a cursor that writes them down: none of these is kept.
    if KEPT.connection is None or KEPT.connection is not connection.connection or connection.queries_logged:
        KEPT.cursor = connection.cursor()
        KEPT.cursor.cursor.format = Format.BINARY
        KEPT.connection = None if connection.queries_logged else connection.connection
    return KEPT.cursor


def united(parts: Sequence[Statement]) -> Iterator[Statement]:
    """``parts`` united into as few statements as every database takes."""
    # Example: 250 parts of 40 parameters are three statements, of 100, 100 and 50 parts; of 150 parameters they are
    # four, since 66 parts have 9,900 parameters and one more would pass ``MOST_PARAMS``.
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


def shown_text(edition: Row, fallback: int, position: OrderPosition) -> ShownText:
    """The columns of ``EDITION`` as they came, with how far the language fell back."""
    asset_id, locale_id, kind_id, number, slug, title, *instants, placements, teasers, steps, document = edition
    published_at, live_from, live_until = map(instant, instants)
    return ShownText(
        asset_id,
        locale_id,
        kind_id,
        number,
        slug,
        title,
        cast("datetime", published_at),
        cast("datetime", live_from),
        live_until,
        orjson.loads(placements),
        orjson.loads(teasers),
        steps,
        bytes(document),
        fallback,
        position,
    )


def collated(column: str) -> str:
    """``column`` compared by code point on both databases."""
    # PostgreSQL sorts by the rules of the database's language unless it is told otherwise; SQLite by bytes, which for
    # UTF-8 is the order of code points.
    return f'{column} COLLATE "C"' if connection.vendor == "postgresql" else column


def instant_parameter(at: datetime) -> object:
    """``at`` as a parameter of raw SQL (SQLite compares text)."""
    return connection.ops.adapt_datetimefield_value(at)


def hex_id(uid: UUID | str) -> str:
    """A public id read by raw SQL: PostgreSQL gives an object, SQLite the 32 digits."""
    return uid if isinstance(uid, str) else uid.hex
