"""The coverage matrix for a spreadsheet: grids to look at, and all cells as a table. No formulas."""

from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill

from content.coverage.axes import Value
from content.coverage.export import grids, table
from content.coverage.matrix import Cell, Matrix, State
from content.exports.workbook import add_table, new_book, new_sheet, saved, storable

FILLS = {State.GAP: "F8C9C4", State.ADEQUATE: "FFF2CC", State.STRONG: "D5EBD0", State.EXCESS: "D6E0F5"}


def workbook(matrix: Matrix) -> bytes:
    """A sheet for each value of the split, and one with a line for each cell."""
    book = new_book()
    for number, (title, lines) in enumerate(grids(matrix), start=1):
        _grid(new_sheet(book, f"{number} {title}"), matrix, lines)
    add_table(book, "Cells", *table(matrix))
    return saved(book)


def _grid(sheet: Any, matrix: Matrix, lines: list[tuple[Value, list[Cell]]]) -> None:
    titles = (storable(column.title) for column in matrix.columns.values)
    sheet.append([f"{matrix.rows.name} × {matrix.columns.name}", *titles])
    for row, cells in lines:
        sheet.append([storable(row.title), *(f"{cell.filled} {cell.state}" for cell in cells)])
        for place, cell in enumerate(cells, start=2):
            sheet.cell(sheet.max_row, place).fill = PatternFill("solid", fgColor=FILLS[cell.state])
    for cell in [*sheet[1], *sheet["A"]]:
        cell.font = Font(bold=True)
    for place in range(1, len(matrix.columns.values) + 2):
        sheet.cell(1, place).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = 24 if place == 1 else 14
    sheet.freeze_panes = "B2"
