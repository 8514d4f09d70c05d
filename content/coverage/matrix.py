"""Where the journey has nothing to say: what there is in every cell against what there should be."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product

from django.utils.translation import pgettext_lazy

from content.catalogue import Catalogue
from content.coverage.axes import Axis, Value, axes, put
from content.coverage.balance import Balance, balance_of, stage_questions
from content.coverage.count import Tally, tally
from content.coverage.targets import Bounds, all_targets
from content.query import Query

COUNTABLE = ("locale", "crosswalk")  # what may count as filled beside own and everyone
STRONG = 2  # above the minimum


class CellState(StrEnum):
    """The value is the machine's word; ``label`` is what people read."""

    GAP = "gap"
    ADEQUATE = "adequate"
    STRONG = "strong"
    EXCESS = "excess"

    @property
    def label(self) -> str:
        return str(STATE_LABELS[self])


STATE_LABELS = {
    CellState.GAP: pgettext_lazy("state of a cell", "gap"),
    CellState.ADEQUATE: pgettext_lazy("state of a cell", "adequate"),
    CellState.STRONG: pgettext_lazy("state of a cell", "strong"),
    CellState.EXCESS: pgettext_lazy("state of a cell", "too many"),
}


@dataclass(frozen=True)
class Cell:
    """One cell: its question, what answers it, how much of that counts, and how much there should be.

    ``share`` is its total in those of all cells of its row, ``None`` where these are empty: by stage and channel, the
    mix of channels at each stage.
    """

    row: Value
    column: Value
    split: Value | None
    query: Query
    tally: Tally
    filled: int
    target: Bounds
    share: float | None

    @property
    def state(self) -> CellState:
        return state_of(self.filled, self.target)


@dataclass(frozen=True)
class Matrix:
    """Cells by row, then column, then split. ``balance`` is there where stages are an axis."""

    query: Query
    at: datetime
    rows: Axis
    columns: Axis
    split: Axis | None
    count_fallback: tuple[str, ...]
    cells: list[Cell]
    balance: Balance | None

    @property
    def states(self) -> dict[CellState, int]:
        counts = Counter(cell.state for cell in self.cells)
        return {state: counts[state] for state in CellState}

    @property
    def score(self) -> float | None:
        """The share of cells that are no gap; ``None`` where there are no cells."""
        return 1 - self.states[CellState.GAP] / len(self.cells) if self.cells else None


def state_of(filled: int, target: Bounds) -> CellState:
    """*gap* < minimum ≤ *adequate* < minimum + 2 ≤ *strong* ≤ maximum < *excess*; excess is decided first."""
    if target.maximum is not None and filled > target.maximum:
        return CellState.EXCESS
    if filled < target.minimum:
        return CellState.GAP
    return CellState.ADEQUATE if filled < target.minimum + STRONG else CellState.STRONG


def matrix(
    query: Query,
    *,
    at: datetime,
    catalogue: Catalogue,
    rows: str = "stage",
    columns: str = "segment",
    split: str | None = None,
    count_fallback: Collection[str] = (),
    ownership: Collection[str] = (),
) -> Matrix:
    """Returns the cells of two axes, or three, for whatever else ``query`` asks, at any instant ``at`` (aware).

    A cell's ``total`` is what ``select`` counts for its question. ``count_fallback`` names what is counted as filled
    beside *own* and *everyone*: ``locale``, ``crosswalk``; ``ownership`` is as in ``axes``. Five statements; in
    vocabularies and languages three more for every hundred of them. Refuses what ``axes`` refuses.
    """
    names = [rows, columns, *([split] if split else [])]
    sides = axes(names, query, catalogue, ownership=ownership)
    places = list(product(*(axis.values for axis in sides)))
    queries = [put(query, values) for values in places]
    # The balance is counted in the same statements as the cells: its questions come behind theirs.
    by_stage = stage_questions(query, catalogue) if "stage" in names else []
    tallies = tally([*queries, *by_stage], at=at, catalogue=catalogue)
    targets, at_touchpoint = all_targets(), "touchpoint" in names
    row_totals = Counter[tuple[Value, ...]]()
    # ``strict=False``, here and below: behind the tallies of the cells come those of the balance.
    for (row, _column, *more), own in zip(places, tallies, strict=False):
        row_totals[(row, *more)] += own.total
    cells = []
    for (row, column, *more), question, own in zip(places, queries, tallies, strict=False):
        # By the total, not by what fills: a mix of channels counts what comes by the crosswalk too.
        total, count = row_totals[(row, *more)], filled_count(own, count_fallback)
        share = own.total / total if total else None
        target = targets.of(question, at_touchpoint=at_touchpoint)
        cells.append(Cell(row, column, more[0] if more else None, question, own, count, target, share))
    counted = tuple(word for word in COUNTABLE if word in count_fallback)
    balance = balance_of(by_stage, tallies[len(queries) :]) if by_stage else None
    third = sides[2] if split else None
    return Matrix(query, at, sides[0], sides[1], third, counted, cells, balance)


def filled_count(tally: Tally, count_fallback: Collection[str] = ()) -> int:
    """Returns how many of what answers a question count towards its target."""
    count = tally.own + tally.everyone
    count += tally.locale_fallback if "locale" in count_fallback else 0
    return count + (tally.crosswalk if "crosswalk" in count_fallback else 0)
