"""workbook() – the coverage matrix for a spreadsheet: grids to look at, and all cells as a table. No formulas."""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill

from content.axes import Value
from content.coverage import Cell, Matrix, State
from content.coverage_formats import grids, neutral, table

FILLS = {State.GAP: "F8C9C4", State.ADEQUATE: "FFF2CC", State.STRONG: "D5EBD0", State.EXCESS: "D6E0F5"}
LONGEST_NAME = 31  # letters of a sheet's
NOT_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


def workbook(matrix: Matrix) -> bytes:
    """A sheet for each value of the split, and one with a line for each cell."""
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    for number, (title, lines) in enumerate(grids(matrix), start=1):
        name = f"{number} {_storable(title).translate(NOT_IN_NAME)}"[:LONGEST_NAME].rstrip(" '")
        _grid(book.create_sheet(name), matrix, lines)
    header, rows = table(matrix)
    cells = book.create_sheet("Cells")
    for row in [header, *rows]:
        cells.append([_storable(word) for word in row])
    cells.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _grid(sheet: Any, matrix: Matrix, lines: list[tuple[Value, list[Cell]]]) -> None:
    titles = (_storable(neutral(column.title)) for column in matrix.columns.values)
    sheet.append([f"{matrix.rows.name} × {matrix.columns.name}", *titles])
    for row, cells in lines:
        sheet.append([_storable(neutral(row.title)), *(f"{cell.filled} {cell.state}" for cell in cells)])
        for place, cell in enumerate(cells, start=2):
            sheet.cell(sheet.max_row, place).fill = PatternFill("solid", fgColor=FILLS[cell.state])
    for cell in [*sheet[1], *sheet["A"]]:
        cell.font = Font(bold=True)
    for place in range(1, len(matrix.columns.values) + 2):
        sheet.cell(1, place).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = 24 if place == 1 else 14
    sheet.freeze_panes = "B2"


def _storable(word: Any) -> Any:
    """Without the characters that no workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", word) if isinstance(word, str) else word
