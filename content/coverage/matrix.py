"""Where the journey has nothing to say: what there is in every cell against what there should be."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product

from content.catalogue import Catalogue
from content.coverage.axes import Axis, Value, axes, put
from content.coverage.balance import Balance, balance_of, stage_questions
from content.coverage.count import Tally, tally
from content.coverage.targets import Bounds, all_targets
from content.query import Query

COUNTABLE = ("locale", "crosswalk")  # what may count as filled beside own and everyone
STRONG = 2  # above the minimum


class State(StrEnum):
    GAP = "gap"
    ADEQUATE = "adequate"
    STRONG = "strong"
    EXCESS = "excess"


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
    def state(self) -> State:
        return state_of(self.filled, self.target)


@dataclass(frozen=True)
class Matrix:
    """Cells by row, then column, then split. ``balance`` is there where stages are an axis."""

    query: Query
    at: datetime
    rows: Axis
    columns: Axis
    split: Axis | None
    counted: tuple[str, ...]
    cells: list[Cell]
    balance: Balance | None

    @property
    def states(self) -> dict[State, int]:
        counts = Counter(cell.state for cell in self.cells)
        return {state: counts[state] for state in State}

    @property
    def score(self) -> float | None:
        """The share of cells that are no gap; ``None`` where there are no cells."""
        return 1 - self.states[State.GAP] / len(self.cells) if self.cells else None


def state_of(filled: int, target: Bounds) -> State:
    """*gap* < minimum ≤ *adequate* < minimum + 2 ≤ *strong* ≤ maximum < *excess*; excess is decided first."""
    if target.maximum is not None and filled > target.maximum:
        return State.EXCESS
    if filled < target.minimum:
        return State.GAP
    return State.ADEQUATE if filled < target.minimum + STRONG else State.STRONG


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
    """The cells of two axes, or three, for whatever else ``query`` asks, at any instant ``at`` (aware).

    A cell's ``total`` is what ``select`` counts for its question. ``count_fallback`` names what is counted as filled
    beside *own* and *everyone*: ``locale``, ``crosswalk``; ``ownership`` is as in ``axes``. Five statements; in
    vocabularies and languages three more for every hundred of them. Refuses what ``axes`` refuses.
    """
    names = [rows, columns, *([split] if split else [])]
    laid = axes(names, query, catalogue, ownership=ownership)
    places = list(product(*(axis.values for axis in laid)))
    queries = [put(query, values) for values in places]
    shares = stage_questions(query, catalogue) if "stage" in names else []
    tallies = tally([*queries, *shares], at=at, catalogue=catalogue)
    targets, at_touchpoint, wholes = (
        all_targets(),
        "touchpoint" in names,
        Counter[tuple[Value, ...]](),
    )  # the totals of each row
    for (row, _, *more), one in zip(places, tallies, strict=False):
        wholes[(row, *more)] += one.total
    cells = []
    for (row, column, *more), asked, one in zip(places, queries, tallies, strict=False):
        whole, counts = wholes[(row, *more)], filled(one, count_fallback)
        share = one.total / whole if whole else None
        target = targets.of(asked, at_touchpoint=at_touchpoint)
        cells.append(Cell(row, column, more[0] if more else None, asked, one, counts, target, share))
    counted = tuple(word for word in COUNTABLE if word in count_fallback)
    balance = balance_of(shares, tallies[len(queries) :]) if shares else None
    third = laid[2] if split else None
    return Matrix(query, at, laid[0], laid[1], third, counted, cells, balance)


def filled(one: Tally, count_fallback: Collection[str] = ()) -> int:
    count = one.own + one.everyone
    count += one.locale_fallback if "locale" in count_fallback else 0
    return count + (one.crosswalk if "crosswalk" in count_fallback else 0)
