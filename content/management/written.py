"""What commands that tell a table have in common: the choice of a format, and where it is written."""

import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

TABLE = "table"
WRONG = 2  # the exit code of a question that cannot be put


def add_output(parser: CommandParser, formats: Collection[str]) -> None:
    parser.add_argument("--format", choices=[TABLE, *formats], help="by default what --output ends in, or a table")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write it there")


def chosen_format(options: Any, formats: Collection[str]) -> str:
    path: Path | None = options["output"]
    suffix = path.suffix.removeprefix(".") if path else ""
    if suffix not in ("", "txt", *formats) and not options["format"]:
        told = ", ".join(sorted(["txt", *formats]))
        raise CommandError(f"“.{suffix}” says no format: end --output in {told}, or name a --format.", returncode=WRONG)
    form: str = options["format"] or (suffix if suffix in formats else TABLE)
    if form == "xlsx" and path is None:
        raise CommandError("A workbook is no text: say where with --output FILE.", returncode=WRONG)
    return form


def write(command: BaseCommand, options: Any, form: str, *, table: Callable[..., str], other: Any) -> None:
    """Writes what ``table`` makes of a width and a colour, or what ``other`` makes in another format."""
    path: Path | None = options["output"]
    if form == TABLE:
        on_terminal = path is None and command.stdout.isatty()
        width = shutil.get_terminal_size().columns if on_terminal else None
        written = table(width=width, colour=on_terminal and not options["no_color"]).encode()
    else:
        written = other(form)
    if path:
        try:
            path.write_bytes(written)
        except OSError as error:
            raise CommandError(f"Nothing can be written to {path}: {error.strerror}.", returncode=WRONG) from error
        command.stderr.write(f"Written to {path}.")
    else:
        command.stdout.write(written.decode("utf-8"), ending="" if written.endswith(b"\n") else "\n")


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
