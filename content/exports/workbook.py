"""Writes workbooks (xlsx). No cell is a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from content.exports.tables import neutral
from journeys.storable import cleaned

LONGEST_NAME = 31  # letters in the name of a sheet
NOT_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


def new_book() -> Workbook:
    """A workbook without a sheet."""
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    return book


def new_sheet(book: Workbook, name: str) -> Any:
    return book.create_sheet(_clean(name).translate(NOT_IN_NAME)[:LONGEST_NAME].rstrip(" '"))


def add_table(book: Workbook, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Any:
    """A sheet with a line for each of ``rows`` under a header that stays in view."""
    sheet = new_sheet(book, name)
    for row in [header, *rows]:
        sheet.append([storable(value) for value in row])
    sheet.freeze_panes = "A2"
    return sheet


def storable(value: object) -> object:
    """``value`` without the characters that no workbook can hold, and never a formula."""
    return neutral(_clean(value)) if isinstance(value, str) else value


def _clean(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", cleaned(text))


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
