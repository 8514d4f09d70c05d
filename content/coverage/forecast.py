"""How the counts of questions go on from an instant to a later one, without counting again at each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from content.catalogue import Catalogue
from content.coverage.count import (
    AssetCount,
    CountGroup,
    Judged,
    Tally,
    asset_counts_at,
    changing_spans,
    count_groups,
    placements_of,
)
from content.coverage.judge import TargetAnswers
from content.coverage.packed_counts import count_in, places_in
from content.instants import EPOCH, STEP, micros
from content.query import Query


@dataclass(frozen=True)
class Moment:
    """What answers each question from ``at`` on, without what is scheduled, expiring or overdue.

    ``changed`` are the places of the questions whose answers were others until then, ``ended`` the editions that
    some who ask them saw until then.
    """

    at: datetime
    tallies: list[Tally]
    changed: list[int]
    ended: frozenset[int]


@dataclass
class Sums:
    """The counts of one group's questions, in the lanes of the board."""

    group: CountGroup
    own: int = 0
    everyone: int = 0
    locale_fallback: int = 0
    crosswalk: int = 0
    touched: int = 0

    def add(self, found: TargetAnswers, alike: AssetCount, count: int) -> None:
        self.touched |= found.any
        self.crosswalk += found.crosswalk * count
        if alike.fallback:
            self.locale_fallback += (found.own | found.everyone) * count
        else:
            self.own += found.own * count
            self.everyone += found.everyone * count

    def write(self, tallies: list[Tally], size: int) -> list[int]:
        """Writes what was touched since the last time; where."""
        touched, self.touched = set(places_in(self.touched, size)), 0
        numbers = (self.own, self.everyone, self.locale_fallback, self.crosswalk)
        written = []
        for place, lane in zip(self.group.places, self.group.lanes, strict=True):
            if lane in touched:
                tallies[place] = Tally(*(count_in(number, lane) for number in numbers))
                written.append(place)
        return written


@dataclass
class Change:
    """What begins and what ends at one instant, by the number of the group."""

    begins: list[tuple[int, AssetCount]] = field(default_factory=list)
    ends: list[tuple[int, AssetCount]] = field(default_factory=list)


def forecast(queries: Sequence[Query], *, at: datetime, until: datetime, catalogue: Catalogue) -> Iterator[Moment]:
    """The counts of ``queries`` at ``at``, then at each instant up to and with ``until`` that changes any.

    Three statements for a hundred groups of questions (``tally``). At each of its instants it tells what ``tally``
    would.
    """
    board, groups = count_groups(queries, catalogue)
    counted = asset_counts_at(groups, catalogue, at=at)
    spans = changing_spans(groups, catalogue, at=at, until=until)
    met = [alike for rows in counted for alike, _ in rows] + [span.alike for own in spans for span in own]
    judged = Judged(board, placements_of(met))
    turns: dict[int, Change] = {}
    for number, own in enumerate(spans):
        for span in own:
            if span.start > micros(at):
                turns.setdefault(span.start, Change()).begins.append((number, span.alike))
            if span.end <= micros(until):
                turns.setdefault(span.end, Change()).ends.append((number, span.alike))
    yield from _walked([Sums(group) for group in groups], counted, turns, judged, size=len(queries), at=at)


def _walked(
    sums: list[Sums],
    counted: Sequence[Sequence[tuple[AssetCount, int]]],
    turns: dict[int, Change],
    judged: Judged,
    *,
    size: int,
    at: datetime,
) -> Iterator[Moment]:
    tallies, lanes = [Tally()] * size, len(judged.board.queries)
    for own, rows in zip(sums, counted, strict=True):
        for alike, count in rows:
            own.add(judged.answered(alike, own.group), alike, count)
        own.write(tallies, lanes)
    yield Moment(at, list(tallies), [], frozenset())
    for instant, turn in sorted(turns.items()):
        ended = set()
        # What begins first: a lane may hold no less than nothing.
        for sign, changes in ((1, turn.begins), (-1, turn.ends)):
            for number, alike in changes:
                found = judged.answered(alike, sums[number].group)
                sums[number].add(found, alike, sign)
                if found.any and sign < 0:
                    ended.add(alike.edition)
        met = {number for number, _ in [*turn.begins, *turn.ends]}
        if places := sorted(place for number in met for place in sums[number].write(tallies, lanes)):
            yield Moment(EPOCH + instant * STEP, list(tallies), places, frozenset(ended))
