"""Tables as CSV, as Markdown and on a terminal, safe for whoever opens them."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console, RenderableType

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for one
TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
    "sarif": "application/sarif+json",
}
WIDEST = 400  # letters, where nobody says how wide a line may be


def neutral(text: str) -> str:
    """``text`` as a cell of a table that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_of(header: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark, without which a spreadsheet reads it as something else."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([header, *lines])
    return out.getvalue().encode("utf-8-sig")


def markdown_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(plain, line))} |" for line in lines)


def plain(text: str) -> str:
    """``text`` as Markdown that stays in its cell."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


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
