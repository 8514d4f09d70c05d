"""How many assets answer each of many questions, counted by their placements and not one by one.

The database groups what is shown by *signature*, the set of placements that an asset has; each signature is judged once
for all questions (``judge.py``), and its number of assets is added to all of them at once (``packed_counts.py``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

import orjson
from django.db import connection

from content.catalogue import Catalogue
from content.coverage.judge import NOTHING, QuestionBoard, QuestionMasks
from content.coverage.packed_counts import counts_in
from content.delivery.conditions import NOT_PAST, Conditions, fits, spans_of
from content.delivery.rows import Statement, tuples, united
from content.instants import day_of, later, micros
from content.models.edition import StoredPlacement
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


class AssetGroup(NamedTuple):
    """What assets have in common that are counted together: signature, kind, and how far down the chain of languages
    they are found."""

    signature: int
    kind: int
    fallback: int
    edition: int  # one of theirs


class ChangeSpan(NamedTuple):
    """What one asset shows the readers of a language from ``start`` until before ``end``, in microseconds."""

    asset: int
    start: int
    end: int
    group: AssetGroup


@dataclass(frozen=True)
class QuestionGroup:
    """Questions that differ only in what placements and kinds tell: the database is asked ``query`` once for all.

    ``indexes`` are theirs among all questions, ``slots`` theirs on the board.
    """

    query: Query
    indexes: list[int]
    slots: list[int]
    by_kind: bool


class Judgement:
    """The board of all questions, and which of them each signature answers on it: each is judged once."""

    def __init__(self, board: QuestionBoard, placements: dict[int, list[StoredPlacement]]) -> None:
        self.board = board
        self.by_signature = {signature: board.answers(own) for signature, own in placements.items()}

    def answers(self, assets: AssetGroup, questions: QuestionGroup) -> QuestionMasks:
        masks = self.by_signature[assets.signature]
        return masks.within(self.board.of_kind(assets.kind)) if questions.by_kind else masks


def tally(queries: Sequence[Query], *, at: datetime, catalogue: Catalogue, soon: timedelta = SOON) -> list[Tally]:
    """Returns what answers each of ``queries`` at ``at`` (aware), in their order: ``total`` is what ``select`` counts.

    Four statements for questions that differ in stage, segment, channel, kind and in up to a hundred languages or
    terms. Linear in the shown assets in the database, and in their distinct placements here.
    """
    board, groups = group_questions(queries, catalogue)
    until = later(at, soon)
    shown = asset_counts_at(groups, catalogue, at=at)
    overdue = asset_counts_at(groups, catalogue, at=at, review_before=day_of(at))
    changes = changing_spans(groups, catalogue, at=at, until=until)
    assets = [assets for rows in shown for assets, _ in rows] + [span.group for spans in changes for span in spans]
    judgement = Judgement(board, placements_of(assets))
    # Safe with one shared ``Tally``: it is frozen, and every place is overwritten below.
    result = [Tally()] * len(queries)
    for group, counts, late, spans in zip(groups, shown, overdue, changes, strict=True):
        tallies = _tallies(group, counts, late, spans, judgement, at=micros(at), until=micros(until))
        for index, own in zip(group.indexes, tallies, strict=True):
            result[index] = own
    return result


def group_questions(queries: Sequence[Query], catalogue: Catalogue) -> tuple[QuestionBoard, list[QuestionGroup]]:
    """Returns one board for all questions, those that placements and kinds cannot tell apart in one slot; and the
    questions by what the database has to be asked."""
    # A matrix of 5 stages × 21 segments split by 4 languages has 420 questions. Placements tell its stages and segments
    # apart, so they share 105 slots; languages are told apart by the database, which is asked for 4 groups.
    slots: dict[Query, int] = {}
    by_database_part: dict[Query, list[int]] = {}
    for index, query in enumerate(queries):
        slots.setdefault(_placement_part(query, queries[0]), len(slots))
        by_database_part.setdefault(_database_part(query), []).append(index)
    groups = []
    for part, indexes in by_database_part.items():
        kinds = {(queries[index].kinds, queries[index].kinds_none) for index in indexes}
        # Where all ask for the same kinds the database leaves out the others; else it counts by kind.
        wanted, unwanted = kinds.pop() if len(kinds) == 1 else ((), ())
        query = replace(part, kinds=wanted, kinds_none=unwanted)
        own = [slots[_placement_part(queries[index], queries[0])] for index in indexes]
        groups.append(QuestionGroup(query, indexes, own, bool(kinds)))
    return QuestionBoard(list(slots), catalogue), groups


def _database_part(query: Query) -> Query:
    """What is left of a question when everything is taken out of it that placements and kinds tell."""
    return Query(
        locale=query.locale,
        translations_only=query.translations_only,
        terms=query.terms,
        among=query.among,
        excluded=query.excluded,
        changed_since=query.changed_since,
    )


def _placement_part(query: Query, first: Query) -> Query:
    """The rest of it, equal for questions that differ in the database's part alone: the language is the ``first``'s."""
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
    groups: Sequence[QuestionGroup], catalogue: Catalogue, *, at: datetime, review_before: date | None = None
) -> list[list[tuple[AssetGroup, int]]]:
    """Returns for each group what is shown at ``at``, and how many assets there are of each; only those to be reviewed
    before a day, if one is given."""
    parts: list[Statement] = []
    for number, group in enumerate(groups):
        where = one_row(fits(group.query, catalogue, at=at))
        if review_before:
            day = connection.ops.adapt_datefield_value(review_before)
            where.add("s.asset_id IN (SELECT id FROM content_asset WHERE review_date < %s)", day)
        # Grouped in the order of the index ``showing_alike`` (locale, signature, fallback, kind), so that the database
        # counts while it walks the index and sorts nothing. ``MIN(edition)`` is any edition that has the signature: its
        # placements are those of all. The benchmark's case “stage × segment, split by locale” (``--coverage``) shows
        # what losing this index costs.
        key = "s.signature, s.fallback" + (", s.kind_id" if group.by_kind else "")
        kind = "s.kind_id" if group.by_kind else "0"
        sql = f"SELECT {number:d}, s.signature, {kind}, s.fallback, MIN(s.edition_id), COUNT(*)"
        index = "" if review_before else _index(where)
        parts.append((f"{sql} FROM content_showing s{index} WHERE {where.sql} GROUP BY {key}", where.params))
    result: list[list[tuple[AssetGroup, int]]] = [[] for _ in groups]
    for sql, params in united(parts):
        for number, signature, kind, fallback, edition, count in tuples(sql, params):
            result[number].append((AssetGroup(signature, kind, fallback, edition), count))
    return result


def changing_spans(
    groups: Sequence[QuestionGroup], catalogue: Catalogue, *, at: datetime, until: datetime
) -> list[list[ChangeSpan]]:
    """Returns for each group the spans that begin after ``at`` and by ``until``, or are live at ``at`` and end by then;
    by asset and in order of time."""
    parts: list[Statement] = []
    for number, group in enumerate(groups):
        where = one_row(spans_of(group.query, catalogue, after=at, until=until))
        columns = "s.asset_id, s.live_from, s.live_until, s.signature, s.kind_id, s.fallback, s.edition_id"
        sql = f"SELECT {number:d}, {columns} FROM content_showing s{_index(where)} WHERE {where.sql}"
        parts.append((sql, where.params))
    result: list[list[ChangeSpan]] = [[] for _ in groups]
    for sql, params in united(parts):
        for number, asset, start, end, signature, kind, fallback, edition in tuples(sql, params):
            result[number].append(ChangeSpan(asset, start, end, AssetGroup(signature, kind, fallback, edition)))
    return [sorted(spans) for spans in result]


def one_row(where: Conditions) -> Conditions:
    """Of the rows of an asset takes the one anywhere for anyone: there is one in each span."""
    return where.add(f"s.stage = {ANYWHERE} AND s.segment = {ANYONE}")


def _index(where: Conditions) -> str:
    """SQLite takes the index of lists by itself, and then reads every row; where the past is asked it has none."""
    return " INDEXED BY showing_alike" if connection.vendor == "sqlite" and NOT_PAST in where.parts else ""


def placements_of(groups: Iterable[AssetGroup]) -> dict[int, list[StoredPlacement]]:
    """Returns the placements behind each signature, from an edition that has it. One query."""
    # Equal signatures mean equal placements, so of many editions with one signature a single one is read.
    editions = {group.signature: group.edition for group in groups}
    if not editions:
        return {}
    where = Conditions().any_of("id", sorted(set(editions.values())))
    sql = f"SELECT id, CAST(placements AS text) FROM content_edition WHERE {where.sql}"
    texts: dict[int, str | bytes] = dict(tuples(sql, where.params))
    return {signature: orjson.loads(texts[edition]) for signature, edition in editions.items()}


def _tallies(
    questions: QuestionGroup,
    counts: Iterable[tuple[AssetGroup, int]],
    late: Iterable[tuple[AssetGroup, int]],
    spans: Iterable[ChangeSpan],
    judgement: Judgement,
    *,
    at: int,
    until: int,
) -> list[Tally]:
    """The tallies of one group's questions, each number of them the sum of masks times assets (``packed_counts``)."""
    # Each of these is one whole number with a slot for every question. 40 assets of a signature that answers slots 0
    # and 3 add 40 * (2**0 + 2**96) to ``own``: two counters in one addition.
    own = everyone = fallback = crosswalk = overdue = scheduled = expiring = 0
    for assets, count in counts:
        masks = judgement.answers(assets, questions)
        crosswalk += masks.crosswalk * count
        if assets.fallback:
            fallback += (masks.own | masks.everyone) * count
        else:
            own += masks.own * count
            everyone += masks.everyone * count
    for assets, count in late:
        overdue += judgement.answers(assets, questions).any * count
    for _, of_asset in groupby(spans, key=lambda span: span.asset):
        coming, going = coming_and_going(list(of_asset), questions, judgement, at=at, until=until)
        scheduled += coming
        expiring += going
    sums = (own, everyone, fallback, crosswalk, scheduled, expiring, overdue)
    by_slot = list(zip(*(counts_in(number, len(judgement.board.queries)) for number in sums), strict=True))
    return [Tally(*by_slot[slot]) for slot in questions.slots]


def coming_and_going(
    spans: list[ChangeSpan], questions: QuestionGroup, judgement: Judgement, *, at: int, until: int
) -> tuple[int, int]:
    """Returns as masks the questions that one asset comes to answer by ``until``, and those that it ceases to answer.

    ``spans`` are all of the asset's that ``changing_spans`` found. Those it answers throughout are ``lasting``: every
    span does, each begins where the last has ended, and the last goes on beyond ``until``.
    """
    # Example, ``at`` = 0 and ``until`` = 30, an asset whose edition changes at 10 and that goes dark at 20:
    #
    #     span       answers          now     later   lasting
    #     −5 … 10    Think            Think           Think
    #     10 … 20    Think and Do     Think   T, D    Think      it begins where the first ends, so Think goes on
    #     end: 20 ≤ 30                                nothing    no span follows
    #
    # It comes to answer ``later & ~now`` = Do, and ceases to answer ``now & ~lasting`` = Think.
    begun = spans[0].start <= at
    now = lasting = (judgement.answers(spans[0].group, questions) if begun else NOTHING).any
    later, last = 0, spans[0].end if begun else None
    for span in spans[1:] if begun else spans:
        mask = judgement.answers(span.group, questions).any
        later |= mask
        # A gap of a microsecond between two spans ends what lasts: readers see nothing in it.
        lasting &= mask if span.start == last else 0
        last = span.end
    if last is not None and last <= until:
        lasting = 0
    return later & ~now, now & ~lasting
