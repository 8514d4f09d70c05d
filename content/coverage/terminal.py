"""The coverage matrix on a terminal. Colour says nothing that a sign does not say too."""

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from content.coverage.axes import Value
from content.coverage.export import grids, headline, verdict
from content.coverage.matrix import Cell, Matrix, State
from content.exports.tables import printed

SIGNS = {State.GAP: "✗", State.ADEQUATE: "✓", State.STRONG: "✓✓", State.EXCESS: "▲"}
NOT_NEEDED = "·"
COLOURS = {State.GAP: "bold red", State.ADEQUATE: "yellow", State.STRONG: "green", State.EXCESS: "blue"}
LEGEND = "✗ gap  ✓ adequate  ✓✓ strong  ▲ too much  · none needed  +n scheduled  −n ending within 30 days"
NARROW, MOST_GAPS = 8, 12


def as_text(matrix: Matrix, *, width: int | None = None, colour: bool = False) -> str:
    """Lines of at most ``width`` letters; without it, as wide as it needs to be."""
    parts: list[RenderableType] = [Text(headline(matrix), style="bold")]
    for title, lines in grids(matrix):
        parts += ["", _grid(matrix, title, lines)]
    parts += [Text(LEGEND, style="dim"), ""]
    parts += [Text(line) for line in [*_gaps(matrix), *_shares(matrix), verdict(matrix)]]
    return printed(parts, width=width, colour=colour)


def _grid(matrix: Matrix, title: str, lines: list[tuple[Value, list[Cell]]]) -> Table:
    table = Table(title=title if matrix.split else None, title_justify="left")
    table.add_column(matrix.rows.name, style="bold", overflow="fold")
    for column in matrix.columns.values:
        table.add_column(Text(column.title), justify="right", overflow="fold", min_width=NARROW)
    for row, cells in lines:
        table.add_row(Text(row.title), *map(_told, cells))
    return table


def _told(cell: Cell) -> Text:
    if cell.state is State.ADEQUATE and not cell.filled:
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
        if cell.state is State.GAP
    ]
    more = f" and {len(gaps) - MOST_GAPS} more" if len(gaps) > MOST_GAPS else ""
    return [f"Too little: {', '.join(gaps[:MOST_GAPS])}{more}."] if gaps else []


def _shares(matrix: Matrix) -> list[str]:
    if matrix.balance is None:
        return []
    return [f"Shares: {', '.join(f'{one.stage.title} {one.share:.0%}' for one in matrix.balance.shares)}."]
