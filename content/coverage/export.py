"""The coverage matrix as JSON, CSV, a workbook and Markdown."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import orjson

from content.coverage.axes import Value
from content.coverage.balance import FAULTS
from content.coverage.matrix import Cell, Matrix
from content.exports.tables import TYPES, csv_of, markdown_of, plain
from content.instants import as_rfc3339

COUNTS = (
    *("total", "own", "everyone", "locale_fallback", "crosswalk"),
    *("filled", "scheduled", "expiring_30d", "review_overdue"),
)


def matrix_json(matrix: Matrix) -> dict[str, Any]:
    """The matrix as the API tells it."""
    third = matrix.split
    return {
        "axes": {"rows": matrix.rows.name, "columns": matrix.columns.name, **({"split": third.name} if third else {})},
        "at": as_rfc3339(matrix.at),
        "locale": matrix.query.locale.code,
        "journey": matrix.query.journey.slug if matrix.query.journey else None,
        "count_fallback": list(matrix.counted),
        "rows": matrix.rows.slugs,
        "columns": matrix.columns.slugs,
        **({"splits": third.slugs} if third else {}),
        "cells": [_told_cell(cell) for cell in matrix.cells],
        "summary": {"cells": len(matrix.cells), **{str(s): n for s, n in matrix.states.items()}, "score": matrix.score},
        "balance": _told_balance(matrix),
    }


def _told_cell(cell: Cell) -> dict[str, Any]:
    return {
        "row": cell.row.slug,
        "column": cell.column.slug,
        **({"split": cell.split.slug} if cell.split else {}),
        **counts_of(cell),
        "target": {"minimum": cell.target.minimum, "maximum": cell.target.maximum},
        "state": str(cell.state),
        "share": share_of(cell),
    }


def share_of(cell: Cell) -> float | None:
    return None if cell.share is None else round(cell.share, 4)


def counts_of(cell: Cell) -> dict[str, int]:
    """The counts by the names that the API gives them."""
    tally = cell.tally
    numbers = (tally.total, tally.own, tally.everyone, tally.locale_fallback, tally.crosswalk)
    return dict(
        zip(COUNTS, (*numbers, cell.filled, tally.scheduled, tally.expiring, tally.review_overdue), strict=True)
    )


def _told_balance(matrix: Matrix) -> dict[str, Any] | None:
    if matrix.balance is None:
        return None
    shares = [
        {"stage": one.stage.slug, "total": one.total, "share": round(one.share, 4)} for one in matrix.balance.shares
    ]
    return {"stages": shares, "faults": list(matrix.balance.faults)}


def table(matrix: Matrix) -> tuple[list[str], list[list[Any]]]:
    """The header and a line for each cell, its names as slugs and as titles."""
    parts = ["row", "column", *(["split"] if matrix.split else [])]
    header = [word for part in parts for word in (part, f"{part}_title")]
    lines = []
    for cell in matrix.cells:
        values = [cell.row, cell.column, *([cell.split] if cell.split else [])]
        names = [word for value in values for word in (value.slug, value.title)]
        lines.append([*names, *counts_of(cell).values(), *cell.target, str(cell.state), share_of(cell)])
    return [*header, *COUNTS, "minimum", "maximum", "state", "share"], lines


def as_json(matrix: Matrix) -> bytes:
    return orjson.dumps(matrix_json(matrix))


def as_csv(matrix: Matrix) -> bytes:
    return csv_of(*table(matrix))


def as_xlsx(matrix: Matrix) -> bytes:
    """A workbook (``content/coverage/workbook.py``)."""
    from content.coverage.workbook import workbook  # noqa: PLC0415

    return workbook(matrix)


def as_markdown(matrix: Matrix) -> bytes:
    """A table for each split, each cell with its count and its state in words."""
    parts = [f"# {headline(matrix)}"]
    for title, lines in grids(matrix):
        parts += [f"## {plain(title)}"] if matrix.split else []
        head = [matrix.rows.name, *(column.title for column in matrix.columns.values)]
        rows = [[row.title, *(f"{cell.filled} {cell.state}" for cell in cells)] for row, cells in lines]
        parts.append(markdown_of(head, rows))
    return ("\n\n".join([*parts, verdict(matrix)]) + "\n").encode()


def grids(matrix: Matrix) -> Iterable[tuple[str, list[tuple[Value, list[Cell]]]]]:
    """For each value of the split, or once, its title and its rows with their cells in the order of the columns."""
    for split in matrix.split.values if matrix.split else [None]:
        own = [cell for cell in matrix.cells if cell.split is split]
        lines = [(row, list(cells)) for row, cells in groupby(own, key=lambda cell: cell.row)]
        yield (split.title if split else "Coverage"), lines


def headline(matrix: Matrix) -> str:
    asked = matrix.query
    journey = f"{asked.journey.title}, " if asked.journey else ""
    names = f"{matrix.rows.name} × {matrix.columns.name}" + (f", by {matrix.split.name}" if matrix.split else "")
    locale = "" if "locale" in names else f", in {asked.locale.title}"
    return f"Coverage of {journey}{names}{locale}, at {as_rfc3339(matrix.at.replace(microsecond=0))}"


def verdict(matrix: Matrix) -> str:
    """The summary, and what is wrong with the balance, in a few sentences."""
    states = ", ".join(f"{count} {state}" for state, count in matrix.states.items())
    score = "no score, for there are no cells" if matrix.score is None else f"score {matrix.score:.0%}"
    said = [f"{len(matrix.cells)} cells: {states}; {score}."]
    if matrix.balance:
        said += [FAULTS[fault] for fault in matrix.balance.faults]
    return " ".join(said)


WRITERS: dict[str, tuple[str, Callable[[Matrix], bytes]]] = {
    "json": (TYPES["json"], as_json),
    "csv": (TYPES["csv"], as_csv),
    "xlsx": (TYPES["xlsx"], as_xlsx),
    "md": (TYPES["md"], as_markdown),
}
