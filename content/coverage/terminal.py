"""The coverage matrix on a terminal. Colour says nothing that a sign does not say too."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from content.coverage.axes import Value
from content.coverage.export import grids, headline, verdict
from content.coverage.matrix import Cell, CellState, Matrix
from content.exports.tables import printed

SIGNS = {CellState.GAP: "✗", CellState.ADEQUATE: "✓", CellState.STRONG: "✓✓", CellState.EXCESS: "▲"}
NOT_NEEDED = "·"
COLOURS = {CellState.GAP: "bold red", CellState.ADEQUATE: "yellow", CellState.STRONG: "green", CellState.EXCESS: "blue"}
NARROW, MOST_GAPS = 8, 12


def as_text(matrix: Matrix, *, width: int | None = None, colour: bool = False) -> str:
    """Returns lines of at most ``width`` letters; without it, as wide as it needs to be."""
    parts: list[RenderableType] = [Text(headline(matrix), style="bold")]
    for title, lines in grids(matrix):
        parts += ["", _grid(matrix, title, lines)]
    parts += [Text(_legend(), style="dim"), ""]
    parts += [Text(line) for line in [*_gaps(matrix), *_shares(matrix), verdict(matrix)]]
    return printed(parts, width=width, colour=colour)


def _legend() -> str:
    signs = [f"{sign} {state.label}" for state, sign in SIGNS.items()]
    return "  ".join([*signs, f"{NOT_NEEDED} {_('none needed')}", _("+n scheduled"), _("−n ending within 30 days")])


def _grid(matrix: Matrix, title: str, lines: list[tuple[Value, list[Cell]]]) -> Table:
    table = Table(title=title if matrix.split else None, title_justify="left")
    table.add_column(matrix.rows.name, style="bold", overflow="fold")
    for column in matrix.columns.values:
        table.add_column(Text(column.title), justify="right", overflow="fold", min_width=NARROW)
    for row, cells in lines:
        table.add_row(Text(row.title), *map(_cell_text, cells))
    return table


def _cell_text(cell: Cell) -> Text:
    if cell.state is CellState.ADEQUATE and not cell.filled:
        text = Text(f"{NOT_NEEDED} 0", style="dim")
    else:
        text = Text(f"{SIGNS[cell.state]} {cell.filled}", style=COLOURS[cell.state])
    if cell.tally.scheduled:
        text.append(f" +{cell.tally.scheduled}", style="default")
    if cell.tally.expiring:
        text.append(f" −{cell.tally.expiring}", style="default")
    return text


def _gaps(matrix: Matrix) -> list[str]:
    gaps = [
        " × ".join(value.title for value in (cell.row, cell.column, cell.split) if value)
        for cell in matrix.cells
        if cell.state is CellState.GAP
    ]
    if not gaps:
        return []
    words = {"cells": ", ".join(gaps[:MOST_GAPS]), "count": len(gaps) - MOST_GAPS}
    if len(gaps) <= MOST_GAPS:
        return [_("Too little: %(cells)s.") % words]
    more = ngettext(
        "Too little: %(cells)s and %(count)d more.", "Too little: %(cells)s and %(count)d more.", len(gaps) - MOST_GAPS
    )
    return [more % words]


def _shares(matrix: Matrix) -> list[str]:
    if matrix.balance is None:
        return []
    shares = ", ".join(f"{item.stage.title} {item.share:.0%}" for item in matrix.balance.shares)
    return [_("Shares: %(shares)s.") % {"shares": shares}]
