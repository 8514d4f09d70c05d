"""The coverage matrix for a spreadsheet: grids to look at, and all cells as a table. No formulas."""

from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from content.coverage.axes import Value
from content.coverage.export import count_and_state, grids, table
from content.coverage.matrix import Cell, CellState, Matrix
from content.exports.workbook import add_table, new_book, new_sheet, saved, storable

FILLS = {CellState.GAP: "F8C9C4", CellState.ADEQUATE: "FFF2CC", CellState.STRONG: "D5EBD0", CellState.EXCESS: "D6E0F5"}


def workbook(matrix: Matrix) -> bytes:
    """Returns a sheet for each value of the split, and one with a line for each cell."""
    book = new_book()
    for number, (title, lines) in enumerate(grids(matrix), start=1):
        _grid(new_sheet(book, f"{number} {title}"), matrix, lines)
    add_table(book, _("Cells"), *table(matrix))
    return saved(book)


def _grid(sheet: Worksheet, matrix: Matrix, lines: list[tuple[Value, list[Cell]]]) -> None:
    titles = (storable(column.title) for column in matrix.columns.values)
    sheet.append([f"{matrix.rows.name} × {matrix.columns.name}", *titles])
    for row, cells in lines:
        sheet.append([storable(row.title), *map(count_and_state, cells)])
        for number, cell in enumerate(cells, start=2):
            sheet.cell(sheet.max_row, number).fill = PatternFill("solid", fgColor=FILLS[cell.state])
    for heading in [*sheet[1], *sheet["A"]]:
        heading.font = Font(bold=True)
    for number in range(1, len(matrix.columns.values) + 2):
        sheet.cell(1, number).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(number)].width = 24 if number == 1 else 14
    sheet.freeze_panes = "B2"
