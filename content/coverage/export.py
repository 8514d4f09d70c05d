"""The coverage matrix as JSON, CSV, a workbook and Markdown."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TypedDict

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.coverage.axes import Value
from content.coverage.balance import FAULTS
from content.coverage.matrix import Cell, CellState, Matrix
from content.exports.tables import TYPES, csv_of, markdown_of, plain
from content.instants import as_rfc3339


class CellCountsJSON(TypedDict):
    """The counts of a cell, by the names that the API gives them."""

    total: int
    own: int
    everyone: int
    locale_fallback: int
    crosswalk: int
    filled: int
    scheduled: int
    expiring_30d: int
    review_overdue: int


class SplitJSON(TypedDict, total=False):
    """What is there only where a third axis splits the matrix."""

    split: str


class SplitsJSON(TypedDict, total=False):
    """The same of the whole matrix."""

    splits: list[str]


class AxesJSON(SplitJSON):
    """The names of the axes."""

    rows: str
    columns: str


class BoundsJSON(TypedDict):
    """How much there should be; no maximum is ``None``."""

    minimum: int
    maximum: int | None


class CellJSON(CellCountsJSON, SplitJSON):
    """A cell by the slugs of its row and column."""

    row: str
    column: str
    target: BoundsJSON
    state: str
    share: float | None


class SummaryJSON(TypedDict):
    """How many cells there are, and in each state."""

    cells: int
    gap: int
    adequate: int
    strong: int
    excess: int
    score: float | None


class ShareJSON(TypedDict):
    """What one stage has, and its share of what all stages have."""

    stage: str
    total: int
    share: float


class BalanceJSON(TypedDict):
    """The shares in the order of the journey, and what is wrong with them."""

    stages: list[ShareJSON]
    faults: list[str]


class MatrixJSON(SplitsJSON):
    """The whole answer. The API's schema of it is in ``content/api/report_shapes.py``; a test compares the two."""

    axes: AxesJSON
    at: str
    locale: str
    journey: str | None
    count_fallback: list[str]
    rows: list[str]
    columns: list[str]
    cells: list[CellJSON]
    summary: SummaryJSON
    balance: BalanceJSON | None


COUNTS = tuple(CellCountsJSON.__annotations__)


def matrix_json(matrix: Matrix) -> MatrixJSON:
    """Returns the matrix as the API answers it."""
    split: SplitJSON = {"split": matrix.split.name} if matrix.split else {}
    splits: SplitsJSON = {"splits": matrix.split.slugs} if matrix.split else {}
    return {
        "axes": {"rows": matrix.rows.name, "columns": matrix.columns.name, **split},
        "at": as_rfc3339(matrix.at),
        "locale": matrix.query.locale.code,
        "journey": matrix.query.journey.slug if matrix.query.journey else None,
        "count_fallback": list(matrix.count_fallback),
        "rows": matrix.rows.slugs,
        "columns": matrix.columns.slugs,
        **splits,
        "cells": [cell_json(cell) for cell in matrix.cells],
        "summary": _summary_json(matrix),
        "balance": _balance_json(matrix),
    }


def cell_json(cell: Cell) -> CellJSON:
    """Returns one cell as the API answers it."""
    split: SplitJSON = {"split": cell.split.slug} if cell.split else {}
    return {
        "row": cell.row.slug,
        "column": cell.column.slug,
        **split,
        **counts_json(cell),
        "target": {"minimum": cell.target.minimum, "maximum": cell.target.maximum},
        "state": str(cell.state),
        "share": share_of(cell),
    }


def counts_json(cell: Cell) -> CellCountsJSON:
    tally = cell.tally
    return {
        "total": tally.total,
        "own": tally.own,
        "everyone": tally.everyone,
        "locale_fallback": tally.locale_fallback,
        "crosswalk": tally.crosswalk,
        "filled": cell.filled,
        "scheduled": tally.scheduled,
        "expiring_30d": tally.expiring,
        "review_overdue": tally.review_overdue,
    }


def share_of(cell: Cell) -> float | None:
    """Returns the share of the cell in its row, to four decimals."""
    return None if cell.share is None else round(cell.share, 4)


def _summary_json(matrix: Matrix) -> SummaryJSON:
    states = matrix.states
    return {
        "cells": len(matrix.cells),
        "gap": states[CellState.GAP],
        "adequate": states[CellState.ADEQUATE],
        "strong": states[CellState.STRONG],
        "excess": states[CellState.EXCESS],
        "score": matrix.score,
    }


def _balance_json(matrix: Matrix) -> BalanceJSON | None:
    if matrix.balance is None:
        return None
    shares: list[ShareJSON] = [
        {"stage": item.stage.slug, "total": item.total, "share": round(item.share, 4)} for item in matrix.balance.shares
    ]
    return {"stages": shares, "faults": list(matrix.balance.faults)}


def table(matrix: Matrix) -> tuple[list[str], list[list[object]]]:
    """Returns the header and a line for each cell, its row and column as slugs and as titles."""
    parts = ["row", "column", *(["split"] if matrix.split else [])]
    header = [word for part in parts for word in (part, f"{part}_title")]
    lines: list[list[object]] = []
    for cell in matrix.cells:
        values = [cell.row, cell.column, *([cell.split] if cell.split else [])]
        names = [word for value in values for word in (value.slug, value.title)]
        lines.append([*names, *counts_json(cell).values(), *cell.target, str(cell.state), share_of(cell)])
    return [*header, *COUNTS, "minimum", "maximum", "state", "share"], lines


def as_json(matrix: Matrix) -> bytes:
    return orjson.dumps(matrix_json(matrix))


def as_csv(matrix: Matrix) -> bytes:
    return csv_of(*table(matrix))


def as_xlsx(matrix: Matrix) -> bytes:
    """Returns a workbook (``content/coverage/workbook.py``)."""
    from content.coverage.workbook import workbook  # noqa: PLC0415

    return workbook(matrix)


def as_markdown(matrix: Matrix) -> bytes:
    """Returns a table for each split, each cell with its count and its state in words."""
    parts = [f"# {headline(matrix)}"]
    for title, lines in grids(matrix):
        parts += [f"## {plain(title)}"] if matrix.split else []
        header = [matrix.rows.name, *(column.title for column in matrix.columns.values)]
        rows = [[row.title, *map(count_and_state, cells)] for row, cells in lines]
        parts.append(markdown_of(header, rows))
    return ("\n\n".join([*parts, verdict(matrix)]) + "\n").encode()


def grids(matrix: Matrix) -> Iterable[tuple[str, list[tuple[Value, list[Cell]]]]]:
    """Yields for each value of the split, or once, its title and its rows with their cells in the order of the
    columns."""
    for split in matrix.split.values if matrix.split else [None]:
        own = [cell for cell in matrix.cells if cell.split is split]
        lines = [(row, list(cells)) for row, cells in groupby(own, key=lambda cell: cell.row)]
        yield (split.title if split else _("Coverage")), lines


def count_and_state(cell: Cell) -> str:
    """Returns for example “2 adequate”."""
    return _("%(count)d %(state)s") % {"count": cell.filled, "state": cell.state.label}


def headline(matrix: Matrix) -> str:
    """Returns what the matrix is of: journey, axes, language and instant."""
    query = matrix.query
    subject = [query.journey.title] if query.journey else []
    subject.append(f"{matrix.rows.name} × {matrix.columns.name}")
    if matrix.split:
        subject.append(_("by %(axis)s") % {"axis": matrix.split.name})
    if "locale" not in [axis.name for axis in (matrix.rows, matrix.columns, matrix.split) if axis]:
        subject.append(_("in %(language)s") % {"language": query.locale.title})
    words = {"subject": ", ".join(subject), "instant": as_rfc3339(matrix.at.replace(microsecond=0))}
    return _("Coverage of %(subject)s, at %(instant)s") % words


def verdict(matrix: Matrix) -> str:
    """Returns the summary, and what is wrong with the balance, in a few sentences."""
    if matrix.score is None:
        return _("There are no cells, so there is no score.")
    states = (_("%(count)d %(state)s") % {"count": n, "state": state.label} for state, n in matrix.states.items())
    words = {"count": len(matrix.cells), "states": ", ".join(states), "score": f"{matrix.score:.0%}"}
    summary = ngettext(
        "%(count)d cell: %(states)s; score %(score)s.",
        "%(count)d cells: %(states)s; score %(score)s.",
        len(matrix.cells),
    )
    faults = matrix.balance.faults if matrix.balance else ()
    return " ".join([summary % words, *(str(FAULTS[fault]) for fault in faults)])


WRITERS: dict[str, tuple[str, Callable[[Matrix], bytes]]] = {
    "json": (TYPES["json"], as_json),
    "csv": (TYPES["csv"], as_csv),
    "xlsx": (TYPES["xlsx"], as_xlsx),
    "md": (TYPES["md"], as_markdown),
}
