"""How the counts of questions go on from an instant to a later one, without counting again at each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from content.catalogue import Catalogue
from content.coverage.count import (
    AssetGroup,
    Judgement,
    QuestionGroup,
    Tally,
    asset_counts_at,
    changing_spans,
    group_questions,
    placements_of,
)
from content.coverage.judge import QuestionMasks
from content.coverage.packed_counts import count_in, slots_in
from content.instants import EPOCH, STEP, micros
from content.query import Query


@dataclass(frozen=True)
class Moment:
    """What answers each question from ``at`` on, without what is scheduled, expiring or overdue.

    ``changed`` are the indexes of the questions whose answers were others until then, ``ended`` the editions that
    some who ask them saw until then.
    """

    at: datetime
    tallies: list[Tally]
    changed: list[int]
    ended: frozenset[int]


@dataclass
class Sums:
    """The counts of one group's questions, packed (``packed_counts``) in the slots of the board."""

    questions: QuestionGroup
    own: int = 0
    everyone: int = 0
    locale_fallback: int = 0
    crosswalk: int = 0
    touched: int = 0

    def add(self, masks: QuestionMasks, assets: AssetGroup, count: int) -> None:
        """Adds ``count`` assets, or takes them away if it is negative."""
        # What an asset answers by whatever match, though only some numbers move: ``write`` reads the four numbers of a
        # touched slot, and of no other, so an instant costs as much as it changes and not as much as there are cells.
        self.touched |= masks.any
        self.crosswalk += masks.crosswalk * count
        if assets.fallback:
            self.locale_fallback += (masks.own | masks.everyone) * count
        else:
            self.own += masks.own * count
            self.everyone += masks.everyone * count

    def write(self, tallies: list[Tally], size: int) -> list[int]:
        """Writes what was touched since the last time into ``tallies``; returns at which indexes."""
        touched, self.touched = set(slots_in(self.touched, size)), 0
        numbers = (self.own, self.everyone, self.locale_fallback, self.crosswalk)
        indexes = []
        for index, slot in zip(self.questions.indexes, self.questions.slots, strict=True):
            if slot in touched:
                tallies[index] = Tally(*(count_in(number, slot) for number in numbers))
                indexes.append(index)
        return indexes


@dataclass
class InstantChange:
    """What begins and what ends at one instant, by the number of the group."""

    begins: list[tuple[int, AssetGroup]] = field(default_factory=list)
    ends: list[tuple[int, AssetGroup]] = field(default_factory=list)


def forecast(queries: Sequence[Query], *, at: datetime, until: datetime, catalogue: Catalogue) -> Iterator[Moment]:
    """Yields the counts of ``queries`` at ``at``, then at each instant up to and with ``until`` that changes any.

    Three statements for a hundred groups of questions (``tally``). At each of its instants it says what ``tally``
    would.
    """
    board, groups = group_questions(queries, catalogue)
    shown = asset_counts_at(groups, catalogue, at=at)
    spans = changing_spans(groups, catalogue, at=at, until=until)
    assets = [assets for rows in shown for assets, _ in rows] + [span.group for own in spans for span in own]
    judgement = Judgement(board, placements_of(assets))
    # A sweep line: spans are cut into the instants at which they begin and end. What is live at ``at`` already has no
    # beginning here, since ``shown`` has counted it; what goes on beyond ``until`` has no end.
    changes: dict[int, InstantChange] = {}
    for number, own in enumerate(spans):
        for span in own:
            if span.start > micros(at):
                changes.setdefault(span.start, InstantChange()).begins.append((number, span.group))
            if span.end <= micros(until):
                changes.setdefault(span.end, InstantChange()).ends.append((number, span.group))
    yield from _moments([Sums(group) for group in groups], shown, changes, judgement, size=len(queries), at=at)


def _moments(
    sums: list[Sums],
    shown: Sequence[Sequence[tuple[AssetGroup, int]]],
    changes: dict[int, InstantChange],
    judgement: Judgement,
    *,
    size: int,
    at: datetime,
) -> Iterator[Moment]:
    tallies, slots = [Tally()] * size, len(judgement.board.queries)
    for own, rows in zip(sums, shown, strict=True):
        for assets, count in rows:
            own.add(judgement.answers(assets, own.questions), assets, count)
        own.write(tallies, slots)
    # A copy, as below: whoever keeps a moment must not see it change with the next.
    yield Moment(at, list(tallies), [], frozenset())
    for instant, change in sorted(changes.items()):
        ended = set()
        # What begins first: a slot that falls below zero would borrow from its neighbour.
        for sign, spans in ((1, change.begins), (-1, change.ends)):
            for number, assets in spans:
                masks = judgement.answers(assets, sums[number].questions)
                sums[number].add(masks, assets, sign)
                if masks.any and sign < 0:
                    ended.add(assets.edition)
        numbers = {number for number, _ in [*change.begins, *change.ends]}
        if changed := sorted(index for number in numbers for index in sums[number].write(tallies, slots)):
            yield Moment(EPOCH + instant * STEP, list(tallies), changed, frozenset(ended))
