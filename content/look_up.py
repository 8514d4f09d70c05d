"""look_up() – one asset as readers of a locale see it, by id or by slug."""

import unicodedata
from datetime import datetime
from typing import Any

from content.catalogue import Catalogue
from content.conditions import row_fits
from content.models.showing import ANYONE, ANYWHERE
from content.query import Query
from content.shown import COLUMNS, EDITION, Shown, made, stored, tuples

ID_LENGTH = 32
OWNER = """SELECT d.asset_id FROM content_address d WHERE d.kind_id = %s AND d.slug IN (%s, %s) AND EXISTS (
SELECT 1 FROM content_edition w WHERE w.asset_id = d.asset_id AND w.slug = d.slug AND w.cancelled_at IS NULL
AND w.live_from <= %s AND (w.live_until IS NULL OR w.live_until > w.live_from)) ORDER BY d.id LIMIT 1"""


def look_up(query: Query, catalogue: Catalogue, *, at: datetime, id: str) -> Shown | None:
    """What readers of the query's locale see of an asset at ``at``: any that is live, whatever its placements.

    ``None`` where there is nothing, or nothing visible. One statement.
    """
    if len(id) != ID_LENGTH or not set(id) <= set("0123456789abcdef"):
        return None
    return _seen("SELECT id FROM content_asset WHERE uid = %s", [id], query, catalogue, at=at)


def look_up_slug(query: Query, catalogue: Catalogue, *, at: datetime, kind: str, slug: str) -> Shown | None:
    """The same by address: a slug that is or was live, in any locale, leads to its asset. One statement.

    Its accents may come as letters of their own, as some machines type them.
    """
    if kind not in catalogue.kinds or "\x00" in slug:
        return None
    owner = [catalogue.kinds[kind].pk, slug, unicodedata.normalize("NFC", slug), stored(at)]
    return _seen(OWNER, owner, query, catalogue, at=at)


def _seen(asset: str, params: list[Any], query: Query, catalogue: Catalogue, *, at: datetime) -> Shown | None:
    """What is shown of the one asset that a statement finds: it is known before the showings are looked at."""
    where = row_fits(query.anybody, "s", catalogue, at=at).add(f"s.asset_id = ({asset})", *params)
    where.add("s.stage = %s AND s.segment = %s", ANYWHERE, ANYONE)
    sql = (
        f"SELECT {EDITION}, s.fallback, s.rank FROM content_showing s JOIN content_edition e ON e.id = s.edition_id "
        f"WHERE {where.sql}"
    )
    for row in tuples(sql, where.params):
        fallback, rank = row[COLUMNS:]
        return made(row[:COLUMNS], fallback, (0, rank, row[0]))
    return None
