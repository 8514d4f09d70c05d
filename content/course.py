"""course() – how the counts of questions go on from an instant to a later one, without counting again at each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from content.board import Answered
from content.catalogue import Catalogue
from content.instants import EPOCH, STEP, micros
from content.lanes import counts_in
from content.query import Query
from content.tally import Alike, Group, Judged, Tally, alike_at, changing_spans, grouped, placements_of


@dataclass(frozen=True)
class Moment:
    """What answers each question from ``at`` on, without what is scheduled, expiring or overdue; and the editions
    that somebody who could ask one of them ceases to see then."""

    at: datetime
    tallies: list[Tally]
    ended: frozenset[int]


@dataclass
class Sums:
    """The counts of one group's questions, in the lanes of the board."""

    own: int = 0
    everyone: int = 0
    locale_fallback: int = 0
    crosswalk: int = 0

    def add(self, found: Answered, alike: Alike, count: int) -> None:
        self.crosswalk += found.crosswalk * count
        if alike.fallback:
            self.locale_fallback += (found.own | found.everyone) * count
        else:
            self.own += found.own * count
            self.everyone += found.everyone * count


@dataclass
class Turn:
    """What begins and what ends at one instant, by the number of the group."""

    begins: list[tuple[int, Alike]] = field(default_factory=list)
    ends: list[tuple[int, Alike]] = field(default_factory=list)


def course(queries: Sequence[Query], *, at: datetime, until: datetime, catalogue: Catalogue) -> Iterator[Moment]:
    """The counts of ``queries`` at ``at``, then at each instant up to and with ``until`` at which any may change.

    Three statements for a hundred groups of questions (``tally``). At each of its instants it tells what ``tally``
    would.
    """
    board, groups = grouped(queries, catalogue)
    counted = alike_at(groups, catalogue, at=at)
    spans = changing_spans(groups, catalogue, at=at, until=until)
    met = [alike for rows in counted for alike, _ in rows] + [span.alike for own in spans for span in own]
    judged = Judged(board, placements_of(met))
    turns: dict[int, Turn] = {}
    for number, own in enumerate(spans):
        for span in own:
            if span.start > micros(at):
                turns.setdefault(span.start, Turn()).begins.append((number, span.alike))
            if span.end <= micros(until):
                turns.setdefault(span.end, Turn()).ends.append((number, span.alike))
    sums = [Sums() for _ in groups]
    for group, own_sums, rows in zip(groups, sums, counted, strict=True):
        for alike, count in rows:
            own_sums.add(judged.answered(alike, group), alike, count)
    yield Moment(at, _told(groups, sums, judged, len(queries)), frozenset())
    for instant in sorted(turns):
        turn = turns[instant]
        # What begins first: a lane may hold no less than nothing.
        for sign, changes in ((1, turn.begins), (-1, turn.ends)):
            for number, alike in changes:
                sums[number].add(judged.answered(alike, groups[number]), alike, sign)
        tallies = _told(groups, sums, judged, len(queries))
        yield Moment(EPOCH + instant * STEP, tallies, frozenset(alike.edition for _, alike in turn.ends))


def _told(groups: Sequence[Group], sums: Sequence[Sums], judged: Judged, size: int) -> list[Tally]:
    found = [Tally()] * size
    for group, own in zip(groups, sums, strict=True):
        numbers = (own.own, own.everyone, own.locale_fallback, own.crosswalk)
        counts = [counts_in(number, len(judged.board.queries)) for number in numbers]
        for place, lane in zip(group.places, group.lanes, strict=True):
            found[place] = Tally(*(one[lane] for one in counts))
    return found
