"""The output of commands that show a table: the choice of a format, and where it is written."""

import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

TABLE = "table"
INVALID = 2  # the exit code of a question with unknown names, or with options that do not go together


def add_output(parser: CommandParser, formats: Collection[str]) -> None:
    text = _("by default what --output ends in, or a table")
    parser.add_argument("--format", choices=[TABLE, *formats], help=text)
    parser.add_argument("--output", type=Path, metavar="FILE", help=_("write it to this file"))


def chosen_format(options: Mapping[str, Any], formats: Collection[str]) -> str:
    """The name of the format, ``table`` by default. Refuses unknown formats, and a workbook on stdout."""
    path: Path | None = options["output"]
    suffix = path.suffix.removeprefix(".") if path else ""
    if suffix not in ("", "txt", *formats) and not options["format"]:
        message = _("“.%(suffix)s” is no known format: end --output in %(formats)s, or choose a --format.")
        names = {"suffix": suffix, "formats": ", ".join(sorted(["txt", *formats]))}
        raise CommandError(message % names, returncode=INVALID)
    form: str = options["format"] or (suffix if suffix in formats else TABLE)
    if form == "xlsx" and path is None:
        raise CommandError(_("A workbook cannot be printed; name a file with --output."), returncode=INVALID)
    return form


def write(
    command: BaseCommand,
    options: Mapping[str, Any],
    form: str,
    *,
    table: Callable[..., str],
    other: Callable[[str], bytes],
) -> None:
    """Writes ``table(width=…, colour=…)``, or ``other(form)`` as bytes, to ``--output`` or to stdout."""
    path: Path | None = options["output"]
    if form == TABLE:
        on_terminal = path is None and command.stdout.isatty()
        width = shutil.get_terminal_size().columns if on_terminal else None
        data = table(width=width, colour=on_terminal and not options["no_color"]).encode()
    else:
        data = other(form)
    if path:
        try:
            path.write_bytes(data)
        except OSError as error:
            message = _("Cannot write to %(path)s: %(error)s.") % {"path": path, "error": error.strerror}
            raise CommandError(message, returncode=INVALID) from error
        command.stderr.write(_("Written to %(path)s.") % {"path": path})
    else:
        command.stdout.write(data.decode("utf-8"), ending="" if data.endswith(b"\n") else "\n")


def split_words(text: str) -> list[str]:
    """The words between the commas of an option."""
    return [word.strip() for word in text.split(",") if word.strip()]
