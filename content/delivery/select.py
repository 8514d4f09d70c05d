"""What fits here: the shown editions that answer a query, in a total order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.catalogue import Catalogue, current_catalogue
from content.delivery.conditions import Condition, Conditions, fits, fitted, row_fits
from content.delivery.rows import (
    COLUMNS,
    EDITION,
    MOST_PARTS,
    OrderPosition,
    ShownText,
    Statement,
    collated,
    hex_id,
    instant_parameter,
    rows,
    shown_text,
    tuples,
    united,
)
from content.instants import EPOCH, STEP, instant, micros
from content.query import Query

COUNT_LIMIT = 10_000
ORDERINGS = ("relevance", "-published_at", "published_at", "title")


@dataclass(frozen=True)
class SelectedPage:
    """Some results in order; ``after`` is the position to read on from, ``None`` at the end."""

    results: list[ShownText]
    after: OrderPosition | None


@dataclass(frozen=True)
class Band:
    """Placements that fit equally well: one of these stages, for this segment."""

    stages: list[int]
    segment: int


@dataclass(frozen=True)
class RemovedText:
    """An asset that no longer answers, and since when."""

    public_id: str
    at: datetime


@dataclass(frozen=True)
class Newest:
    """What went live last of all that answers, and when: the start of its edition."""

    public_id: str
    live_from: datetime


class Selection:
    """What answers ``query`` at ``at``: a lazy sequence to be read by the page, counted, or walked on."""

    def __init__(self, query: Query, *, at: datetime, catalogue: Catalogue) -> None:
        self.query = query
        self.at = at
        self.catalogue = catalogue
        atlas = catalogue.atlas
        # The bands in their order, for a reader in Families (below Home cooks) who asks for Think with the crosswalk
        # on:
        #
        #     0  exact      Families        3  crosswalk  Families
        #     1  exact      Home cooks      4  crosswalk  Home cooks
        #     2  exact      everyone        5  crosswalk  everyone
        #
        # A page is nearly always full after one or two of them, each one range of the index ``showing_walk``.
        self.bands = [
            Band(stages, segment) for stages in query.levels(atlas) if stages for segment in query.audience(atlas)
        ]

    @cached_property
    def fits(self) -> Conditions:
        """What a showing must meet wherever it stands."""
        return fits(self.query, self.catalogue, at=self.at)

    def page(self, size: int, after: Sequence[int | str] | None = None) -> SelectedPage:
        """The next ``size`` results after a position. One query a band that had to be read, one in other orders."""
        if after is not None:
            refuse_position(after, self.query.ordering)
        found = self._walk(size + 1, after) if self.query.ordering == "relevance" else self._sorted(size + 1, after)
        return SelectedPage(found[:size], found[size - 1].position if len(found) > size else None)

    def count(self, limit: int = COUNT_LIMIT) -> int:
        """How many there are, counted up to ``limit``. One query."""
        return counts([self], limit)[0]

    def find(self, public_id: str) -> ShownText | None:
        """One asset where it stands in the order of relevance, if it answers. One query a band, up to its own."""
        if self.query.among is not None and public_id not in self.query.among:
            return None
        own = Selection(replace(self.query, among=(public_id,)), at=self.at, catalogue=self.catalogue)
        return next(iter(own._walk(1, None)), None)

    def before(self, position: Sequence[int | str], size: int) -> list[ShownText]:
        """The last ``size`` results before a position, in the order of relevance. One query a band that was read."""
        return self._walk(size, position, back=True)[::-1]

    def count_before(self, position: Sequence[int | str], limit: int = COUNT_LIMIT) -> int:
        """How many stand before a position in the order of relevance, counted up to ``limit``. One query."""
        # A position is (band, rank, asset): all of the earlier bands, and of its own what has a smaller (rank, asset).
        number, *edge = position
        where = self.fits.copy().also(self._ahead("s", int(number), "(s.rank, s.asset_id) < (%s, %s)", *edge))
        sql = f"SELECT DISTINCT s.asset_id FROM content_showing s WHERE {where.sql} LIMIT {limit:d}"
        [row] = rows(f"SELECT COUNT(*) AS n FROM ({sql}) d", where.params)
        return int(row["n"])

    def distinct(self) -> Statement | None:
        """A statement for the assets that answer; ``None`` where none can."""
        if not self.bands:
            return None
        where = self._anywhere()
        return f"SELECT DISTINCT s.asset_id FROM content_showing s WHERE {where.sql}", where.params

    def last(self, place: int) -> Statement | None:
        """A statement for the one that went live last, beside a number; ``None`` where none can answer."""
        if not self.bands:
            return None
        where = self._anywhere()
        sql = (
            f"SELECT * FROM (SELECT {place:d} AS place, a.uid, e.live_from FROM content_showing s "
            f"JOIN content_edition e ON e.id = s.edition_id JOIN content_asset a ON a.id = s.asset_id "
            f"WHERE {where.sql} ORDER BY e.live_from DESC, a.id DESC LIMIT 1) l{place:d}"
        )
        return sql, where.params

    def removed(self, since: datetime, limit: int = COUNT_LIMIT) -> list[RemovedText]:
        """What answered at some instant after ``since`` and no longer does, by when it went. One query.

        Refuses (``too_far_back``) where there is more than ``limit``.
        """
        if not self.bands:
            return []
        # Without ``changed_since``, which asks for what began after an instant: what has gone may have begun long
        # before.
        gone = self._at_bands(fitted(replace(self.query, changed_since=None), self.catalogue, since=since, at=self.at))
        left = Selection(replace(self.query, changed_since=None), at=self.at, catalogue=self.catalogue).distinct()
        if left:
            gone.add(f"s.asset_id NOT IN ({left[0]})", *left[1])
        found = rows(
            f"SELECT a.uid, MAX(s.live_until) AS at FROM content_showing s JOIN content_asset a ON a.id = s.asset_id "
            f"WHERE {gone.sql} GROUP BY a.id, a.uid ORDER BY 2, a.id LIMIT {limit + 1:d}",
            gone.params,
        )
        if len(found) > limit:
            message = _("More than %(limit)s assets have gone since then; fetch the whole list instead.") % {
                "limit": limit
            }
            raise ValidationError({"updated_since": ValidationError(message, code="too_far_back")})
        return [RemovedText(hex_id(row["uid"]), EPOCH + row["at"] * STEP) for row in found]

    def _anywhere(self) -> Conditions:
        """In any of the bands."""
        return self._at_bands(self.fits.copy())

    def _at_bands(self, where: Conditions) -> Conditions:
        stages = sorted({stage for band in self.bands for stage in band.stages})
        return where.among("s.stage", stages).among("s.segment", sorted({band.segment for band in self.bands}))

    def _walk(self, wanted: int, after: Sequence[int | str] | None, *, back: bool = False) -> list[ShownText]:
        """Reads the bands in order, or ``back`` to the first, and stops when there are enough."""
        found: list[ShownText] = []
        # A position leads straight to its band, so page 50 costs what page 2 does: the benchmark's case “deep list” is
        # held to about the same multiple of the floor as “list”.
        first, edge = (int(after[0]), tuple(after[1:])) if after else (0, None)
        for number in range(first, -1, -1) if back else range(first, len(self.bands)):
            known = {text.asset_id for text in found}  # a publish between two bands may move an asset
            band = self._band(number, wanted - len(found), edge if number == first else None, back=back)
            found += [text for text in band if text.asset_id not in known]
            if len(found) >= wanted:
                break
        return found

    def _band(self, number: int, wanted: int, edge: OrderPosition | None, *, back: bool) -> list[ShownText]:
        """The first ``wanted`` of one band after ``edge``, each asset at its best and not in an earlier band.

        ``back`` reads from ``edge`` towards the best.
        """
        band, (beyond, way) = self.bands[number], ("<", "DESC") if back else (">", "ASC")
        # The limit stands within each part: the database reads at most ``wanted`` rows of each range of the index and
        # merges these few, instead of sorting all that stands at these stages.
        parts: list[str] = []
        params: list[object] = []
        # One index range for each stage; where there are more than a union takes, one scan for all of them.
        few = len(band.stages) <= MOST_PARTS
        for stages in [[stage] for stage in band.stages] if few else [band.stages]:
            where = self.fits.copy().among("s.stage", stages).add("s.segment = %s", band.segment)
            if edge:
                where.add(f"(s.rank, s.asset_id) {beyond} (%s, %s)", *edge)
            # Nothing can stand better than the first band with one stage, where an asset has a single row: the
            # commonest question is spared the look at the other rows of each asset.
            if number or len(band.stages) > 1:
                where.add(*self._stands_better(number))
            parts.append(
                f"SELECT * FROM (SELECT {'' if few else 'DISTINCT '}s.edition_id, s.fallback, s.rank, s.asset_id "
                f"FROM content_showing s WHERE {where.sql} "
                f"ORDER BY s.rank {way}, s.asset_id {way} LIMIT {wanted:d}) b{len(parts)}"
            )
            params += where.params
        sql = (
            f"SELECT {EDITION}, x.fallback, x.rank FROM ({' UNION ALL '.join(parts)}) x "
            f"JOIN content_edition e ON e.id = x.edition_id ORDER BY x.rank {way}, x.asset_id {way}"
        )
        shown: dict[int, ShownText] = {}
        for row in tuples(sql, params):
            asset_id, fallback, rank = row[0], *row[COLUMNS:]
            if asset_id not in shown:
                shown[asset_id] = shown_text(row[:COLUMNS], fallback, (number, rank, asset_id))
        return list(shown.values())[:wanted]

    def _stands_better(self, number: int) -> Condition:
        """No row of the same asset in an earlier band, nor a better one in this."""
        fits = row_fits(self.query, "o", self.catalogue, at=self.at).add("o.asset_id = s.asset_id")
        fits.also(self._ahead("o", number, "o.rank < s.rank"))
        return (f"NOT EXISTS (SELECT 1 FROM content_showing o WHERE {fits.sql})", *fits.params)

    def _ahead(self, alias: str, number: int, within: str, *edge: object) -> Conditions:
        """A row in a band before ``number``, or in that one and ``within`` it."""
        ahead = Conditions()
        for index, band in enumerate(self.bands[: number + 1]):
            place = Conditions().add(f"{alias}.segment = %s", band.segment).among(f"{alias}.stage", band.stages)
            if index == number:
                place.add(within, *edge)
            ahead.add(f"({place.sql})", *place.params)
        return Conditions().add(f"({' OR '.join(ahead.parts)})", *ahead.params)

    def _sorted(self, wanted: int, after: Sequence[int | str] | None) -> list[ShownText]:
        """By date or title: linear in what fits, since no index holds that order."""
        if not self.bands:
            return []
        name = self.query.ordering.removeprefix("-")
        down = self.query.ordering.startswith("-")
        column = collated("e.title_key") if name == "title" else "e.published_at"
        where = self._anywhere()
        # Columns of mixed direction cannot be compared as one row value: the key may descend, the asset always ascends.
        # So the edge is written out: beyond the key, or at the same key and with a larger asset.
        edge, params = "1 = 1", []
        if after:
            key = after[0] if name == "title" else instant_parameter(EPOCH + int(after[0]) * STEP)
            sign = "<" if down else ">"
            edge = f"({column} {sign} %s OR ({column} = %s AND x.asset_id > %s))"
            params = [key, key, after[1]]
        sql = (
            f"SELECT {EDITION}, x.fallback, e.title_key FROM (SELECT DISTINCT s.edition_id, s.fallback, s.asset_id "
            f"FROM content_showing s WHERE {where.sql}) x JOIN content_edition e ON e.id = x.edition_id "
            f"WHERE {edge} ORDER BY {column} {'DESC' if down else 'ASC'}, x.asset_id LIMIT {wanted:d}"
        )
        found: list[ShownText] = []
        for row in tuples(sql, [*where.params, *params]):
            fallback, title_key = row[COLUMNS:]
            text = shown_text(row[:COLUMNS], fallback, ())
            key = title_key if name == "title" else micros(text.published_at)
            found.append(text._replace(position=(key, text.asset_id)))
        return found


def select(query: Query, *, at: datetime, catalogue: Catalogue | None = None) -> Selection:
    """What fits ``query`` at ``at`` (aware): each asset once, best first, in pages.

    Relevance: exact before crosswalk, then nearness in the segment tree (own, parent …, everyone last), then the
    placement's priority, then the newest date, then the asset.

    A pure function of its arguments and the published state. No query is made until it is read. Refuses
    (``ordering_unknown``) an ordering it does not know.
    """
    if query.ordering not in ORDERINGS:
        raise ValidationError(
            _("Unknown ordering “%(ordering)s”.") % {"ordering": query.ordering}, code="ordering_unknown"
        )
    return Selection(query, at=at, catalogue=catalogue or current_catalogue())


def counts(selections: Sequence[Selection], limit: int = COUNT_LIMIT) -> list[int]:
    """How many answer each of ``selections``, counted up to ``limit``. One query for every hundred of them."""
    found = [0] * len(selections)
    parts: list[Statement] = []
    for place, selection in enumerate(selections):
        if distinct := selection.distinct():
            sql = f"SELECT {place:d} AS place, COUNT(*) AS n FROM ({distinct[0]} LIMIT {limit:d}) d{place:d}"
            parts.append((sql, distinct[1]))
    for sql, params in united(parts):
        for row in rows(sql, params):
            found[row["place"]] = row["n"]
    return found


def newest(selections: Sequence[Selection]) -> list[Newest | None]:
    """What went live last of that which answers each of ``selections``; ``None`` where nothing does. One query for
    every hundred of them, linear in what answers."""
    found: list[Newest | None] = [None] * len(selections)
    parts: list[Statement] = []
    for place, selection in enumerate(selections):
        if statement := selection.last(place):
            parts.append(statement)
    for sql, params in united(parts):
        for row in rows(sql, params):
            found[row["place"]] = Newest(hex_id(row["uid"]), cast("datetime", instant(row["live_from"])))
    return found


def refuse_position(after: Sequence[int | str], ordering: str) -> None:
    """Refuses (``invalid_cursor``) a position that no result of this ordering can have."""
    *key, asset = after
    if ordering == "relevance":
        right = len(key) == 2 and all(_is_count(number) for number in key)
    elif ordering == "title":
        right = len(key) == 1 and isinstance(key[0], str) and "\x00" not in key[0]
    else:
        right = len(key) == 1 and _is_instant(key[0])
    if not right or not _is_count(asset):
        raise ValidationError({"cursor": ValidationError(_("Begin again without a cursor."), code="invalid_cursor")})


def _is_count(value: object) -> bool:
    # ``type`` and not ``isinstance``: JSON's true would pass for 1.
    return type(value) is int and 0 <= value < 1 << 63  # what both databases hold


def _is_instant(value: object) -> bool:
    first, last = (micros(edge.replace(tzinfo=UTC)) for edge in (datetime.min, datetime.max))
    return type(value) is int and first <= value <= last
