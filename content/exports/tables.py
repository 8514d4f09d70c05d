"""Writes tables as CSV, as Markdown and for a terminal; no cell can be read as a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from rich.console import Console, RenderableType

FORMULA = "=+-@\u2212"  # the characters that a formula begins with, in full width too
UNSEEN = re.compile(
    r"[\s\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]*"
)  # spreadsheets skip these before a formula
TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
    "sarif": "application/sarif+json",
}
WIDEST = 400  # letters in a line without a given width


def neutral(text: str) -> str:
    """``text`` as a cell of a table that no spreadsheet takes for a formula."""
    first = text[UNSEEN.match(text).end() :][:1]  # type: ignore[union-attr]
    return f"'{text}" if first and unicodedata.normalize("NFKC", first)[0] in FORMULA else text


def _cell(value: object) -> object:
    return neutral(value) if isinstance(value, str) else value


def csv_of(header: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, without which a spreadsheet reads it as something else. No cell is a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([map(_cell, line) for line in [header, *lines]])
    return out.getvalue().encode("utf-8-sig")


def markdown_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(map(plain, line)) for line in (header, *rows)]
    lines.insert(1, ["---"] * len(header))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(text: str) -> str:
    """``text`` as Markdown that stays in its cell, wherever the table is pasted."""
    return neutral(" ".join(text.splitlines())).replace("\\", "\\\\").replace("|", "\\|")


def printed(parts: Iterable[RenderableType], *, width: int | None = None, colour: bool = False) -> str:
    """``parts`` one under the other in lines of at most ``width`` letters; without it, as wide as they need to be."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width or WIDEST,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
    )
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
