"""How many assets answer each of many questions, counted by their placements and not one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import orjson
from django.db import connection

from content.catalogue import Catalogue
from content.coverage.judge import NOTHING, TargetAnswers, TargetBoard
from content.coverage.packed_counts import counts_in
from content.delivery.conditions import NOT_PAST, Conditions, fits, spans_of
from content.delivery.rows import Statement, tuples, united
from content.instants import day_of, later, micros
from content.models.showing import ANYONE, ANYWHERE
from content.query import Query, Terms

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Tally:
    """What answers one question, each asset once and by its best match; and what of it is about to change.

    ``crosswalk``: at a stage that only corresponds to one asked for; else ``locale_fallback``: served in another
    language; else ``everyone``: for everyone or for an ancestor; else ``own``. ``scheduled`` do not answer now and
    will at some instant of the thirty days after; ``expiring`` answer now and at some instant of those will not.
    """

    own: int = 0
    everyone: int = 0
    locale_fallback: int = 0
    crosswalk: int = 0
    scheduled: int = 0
    expiring: int = 0
    review_overdue: int = 0

    @property
    def total(self) -> int:
        return self.own + self.everyone + self.locale_fallback + self.crosswalk


class AssetCount(NamedTuple):
    """Assets that the database finds alike: of one signature and kind, as far down the chain of languages."""

    signature: int
    kind: int
    fallback: int
    edition: int  # one of theirs


class ChangeSpan(NamedTuple):
    """What one asset shows the readers of a language from ``start`` until before ``end``."""

    asset: int
    start: int
    end: int
    alike: AssetCount


@dataclass(frozen=True)
class CountGroup:
    """Questions that differ only in what placements and kinds tell: the database is asked once for all of them.

    ``places`` are theirs among all questions, ``lanes`` theirs on the board.
    """

    asked: Query
    places: list[int]
    lanes: list[int]
    by_kind: bool


class Judged:
    """The board of all questions, and what those met answer on it: each signature is judged once."""

    def __init__(self, board: TargetBoard, placements: dict[int, list[dict[str, Any]]]) -> None:
        self.board = board
        self.found = {number: board.answered(own) for number, own in placements.items()}

    def answered(self, alike: AssetCount, group: CountGroup) -> TargetAnswers:
        found = self.found[alike.signature]
        return found.within(self.board.of_kind(alike.kind)) if group.by_kind else found


def tally(queries: Sequence[Query], *, at: datetime, catalogue: Catalogue, soon: timedelta = SOON) -> list[Tally]:
    """What answers each of ``queries`` at ``at`` (aware), in their order: ``total`` is what ``select`` counts.

    Four statements for questions that differ in stage, segment, channel, kind and in up to a hundred languages or
    terms. Linear in the shown assets in the database, and in their distinct placements here.
    """
    board, groups = count_groups(queries, catalogue)
    until = later(at, soon)
    counted = asset_counts_at(groups, catalogue, at=at)
    late = asset_counts_at(groups, catalogue, at=at, review_before=day_of(at))
    changing = changing_spans(groups, catalogue, at=at, until=until)
    met = [alike for rows in counted for alike, _ in rows] + [span.alike for spans in changing for span in spans]
    judged = Judged(board, placements_of(met))
    found = [Tally()] * len(queries)
    for group, some, few, spans in zip(groups, counted, late, changing, strict=True):
        told = _told(group, some, few, spans, judged, at=micros(at), until=micros(until))
        for place, one in zip(group.places, told, strict=True):
            found[place] = one
    return found


def count_groups(queries: Sequence[Query], catalogue: Catalogue) -> tuple[TargetBoard, list[CountGroup]]:
    """One board for all questions, those that placements and kinds cannot tell apart in one lane; and the questions
    by what the database has to be asked."""
    lanes: dict[Query, int] = {}
    by_asked: dict[Query, list[int]] = {}
    for place, query in enumerate(queries):
        lanes.setdefault(_of_placements(query, queries[0]), len(lanes))
        by_asked.setdefault(_of_database(query), []).append(place)
    groups = []
    for others, places in by_asked.items():
        kinds = {(queries[place].kinds, queries[place].kinds_none) for place in places}
        some, none = kinds.pop() if len(kinds) == 1 else ((), ())
        asked = replace(others, kinds=some, kinds_none=none)
        own = [lanes[_of_placements(queries[place], queries[0])] for place in places]
        groups.append(CountGroup(asked, places, own, bool(kinds)))
    return TargetBoard(list(lanes), catalogue), groups


def _of_database(query: Query) -> Query:
    """What is left of a question when everything is taken out of it that placements and kinds tell."""
    return Query(
        locale=query.locale,
        translations_only=query.translations_only,
        terms=query.terms,
        among=query.among,
        excluded=query.excluded,
        changed_since=query.changed_since,
    )


def _of_placements(query: Query, first: Query) -> Query:
    """The rest of it."""
    return replace(
        query,
        locale=first.locale,
        translations_only=False,
        terms=Terms(),
        among=None,
        excluded=(),
        changed_since=None,
        ordering="relevance",
    )


def asset_counts_at(
    groups: Sequence[CountGroup], catalogue: Catalogue, *, at: datetime, review_before: date | None = None
) -> list[list[tuple[AssetCount, int]]]:
    """For each group what is shown at ``at``, and how many assets there are of each; only those to be reviewed before
    a day, if one is given."""
    parts: list[Statement] = []
    for number, group in enumerate(groups):
        where = one_row(fits(group.asked, catalogue, at=at))
        if review_before:
            day = connection.ops.adapt_datefield_value(review_before)
            where.add("s.asset_id IN (SELECT id FROM content_asset WHERE review_date < %s)", day)
        key = "s.signature, s.fallback" + (", s.kind_id" if group.by_kind else "")
        kind = "s.kind_id" if group.by_kind else "0"
        sql = f"SELECT {number:d}, s.signature, {kind}, s.fallback, MIN(s.edition_id), COUNT(*)"
        index = "" if review_before else _index(where)
        parts.append((f"{sql} FROM content_showing s{index} WHERE {where.sql} GROUP BY {key}", where.params))
    found: list[list[tuple[AssetCount, int]]] = [[] for _ in groups]
    for sql, params in united(parts):
        for number, signature, kind, fallback, edition, count in tuples(sql, params):
            found[number].append((AssetCount(signature, kind, fallback, edition), count))
    return found


def changing_spans(
    groups: Sequence[CountGroup], catalogue: Catalogue, *, at: datetime, until: datetime
) -> list[list[ChangeSpan]]:
    """For each group the spans that begin after ``at`` and by ``until``, or are live at ``at`` and end by then; by
    asset and in order of time."""
    parts: list[Statement] = []
    for number, group in enumerate(groups):
        where = one_row(spans_of(group.asked, catalogue, after=at, until=until))
        columns = "s.asset_id, s.live_from, s.live_until, s.signature, s.kind_id, s.fallback, s.edition_id"
        sql = f"SELECT {number:d}, {columns} FROM content_showing s{_index(where)} WHERE {where.sql}"
        parts.append((sql, where.params))
    found: list[list[ChangeSpan]] = [[] for _ in groups]
    for sql, params in united(parts):
        for number, asset, start, end, signature, kind, fallback, edition in tuples(sql, params):
            found[number].append(ChangeSpan(asset, start, end, AssetCount(signature, kind, fallback, edition)))
    return [sorted(spans) for spans in found]


def one_row(where: Conditions) -> Conditions:
    """Of the rows of an asset the one anywhere for anyone: there is one in each span."""
    return where.add(f"s.stage = {ANYWHERE} AND s.segment = {ANYONE}")


def _index(where: Conditions) -> str:
    """SQLite takes the index of lists by itself, and then reads every row; where the past is asked it has none."""
    return " INDEXED BY showing_alike" if connection.vendor == "sqlite" and NOT_PAST in where.parts else ""


def placements_of(met: Iterable[AssetCount]) -> dict[int, list[dict[str, Any]]]:
    """The placements behind each signature, from an edition that has it. One query."""
    editions = {alike.signature: alike.edition for alike in met}
    if not editions:
        return {}
    where = Conditions().any_of("id", sorted(set(editions.values())))
    sql = f"SELECT id, CAST(placements AS text) FROM content_edition WHERE {where.sql}"
    texts = dict(tuples(sql, where.params))
    return {signature: orjson.loads(texts[edition]) for signature, edition in editions.items()}


def _told(
    group: CountGroup,
    counted: Iterable[tuple[AssetCount, int]],
    late: Iterable[tuple[AssetCount, int]],
    spans: Iterable[ChangeSpan],
    judged: Judged,
    *,
    at: int,
    until: int,
) -> list[Tally]:
    own = everyone = fallback = crosswalk = overdue = scheduled = expiring = 0
    for alike, count in counted:
        found = judged.answered(alike, group)
        crosswalk += found.crosswalk * count
        if alike.fallback:
            fallback += (found.own | found.everyone) * count
        else:
            own += found.own * count
            everyone += found.everyone * count
    for alike, count in late:
        overdue += judged.answered(alike, group).any * count
    for _, of_asset in groupby(spans, key=lambda span: span.asset):
        comes, goes = coming_and_going(list(of_asset), group, judged, at=at, until=until)
        scheduled += comes
        expiring += goes
    sums = (own, everyone, fallback, crosswalk, scheduled, expiring, overdue)
    counts = [counts_in(one, len(judged.board.queries)) for one in sums]
    return [Tally(*(one[lane] for one in counts)) for lane in group.lanes]


def coming_and_going(
    spans: list[ChangeSpan], group: CountGroup, judged: Judged, *, at: int, until: int
) -> tuple[int, int]:
    """The questions that one asset comes to answer by ``until``, and those that it ceases to answer by then."""
    begun = spans[0].start <= at
    now = lasting = (judged.answered(spans[0].alike, group) if begun else NOTHING).any
    later, last = 0, spans[0].end if begun else None
    for span in spans[1:] if begun else spans:
        mask = judged.answered(span.alike, group).any
        later |= mask
        lasting &= mask if span.start == last else 0
        last = span.end
    if last is not None and last <= until:
        lasting = 0
    return later & ~now, now & ~lasting
