from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from content import clock
from content.catalogue import current_catalogue
from content.coverage.export import WRITERS
from content.coverage.matrix import COUNTABLE, Matrix, matrix
from content.coverage.terminal import as_text
from content.delivery.reading import Reading
from content.importers.when import read_instant
from content.management.written import WRONG, add_output, chosen_format, words, write
from content.questions.meaning import read_query
from journeys.models.channel import Ownership

UNDER = 1  # exit code
LISTS = ("stage", "kind", "term")
SINGLE = ("journey", "segment", "channel", "locale")
HELP = """Tells where the journey has nothing to say: what is shown in every cell, and how much should be there.

Exit codes: 0 – told, and the score is not under --fail-under; 1 – the score is under it, or there are no cells to
score; 2 – the question cannot be put: something in it is called nothing, or does not go together."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        axes = "stage, segment, channel, locale, kind, touchpoint or the slug of a vocabulary"
        parser.add_argument("--rows", default="stage", help=f"what each row is: {axes}")
        parser.add_argument("--columns", default="segment", help="what each column is, likewise")
        parser.add_argument("--split", help="a third axis, with a matrix for each of its values")
        parser.add_argument("--journey", help="whose stages; by default the default journey")
        for name in ("segment", "channel", "locale"):
            parser.add_argument(f"--{name}", help="only what readers of this one are shown")
        for name in LISTS:
            parser.add_argument(f"--{name}", default="", help="only these, separated by commas; a term is topic:travel")
        parser.add_argument(
            "--ownership", default="", help=f"on an axis of channels or touchpoints only {', '.join(Ownership.values)}"
        )
        parser.add_argument("--at", help="another instant than now: 2027-01-01, 2027-01-01T08:00Z, +30d")
        parser.add_argument(
            "--count-fallback", default="", help=f"what counts as filled as well: {' and '.join(COUNTABLE)}, or either"
        )
        add_output(parser, WRITERS)
        parser.add_argument("--fail-under", type=float, metavar="SCORE", help="such as 0.8")

    def handle(self, *args: Any, **options: Any) -> None:
        form, wanted = chosen_format(options, WRITERS), options["fail_under"]
        if wanted is not None and not 0 <= wanted <= 1:
            raise CommandError(f"{wanted:g} is no score: they go from 0 to 1.", returncode=WRONG)
        try:
            cells = _laid(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=WRONG) from error
        write(self, options, form, table=partial(as_text, cells), other=lambda name: WRITERS[name][1](cells))
        if wanted is None:
            return
        if cells.score is None:
            raise CommandError("There are no cells, so there is no score.", returncode=UNDER)
        if cells.score < wanted:
            raise CommandError(f"The score {cells.score:.3f} is under {wanted:g}.", returncode=UNDER)


def _laid(options: Any) -> Matrix:
    catalogue, now = current_catalogue(), clock.now()
    at = read_instant(options["at"], now=now) if options["at"] else now
    asked: dict[str, Any] = {name: options[name] for name in SINGLE if options[name]}
    asked |= {name: tuple(words(options[name])) for name in LISTS if options[name]}
    for axis in ("rows", "columns", "split"):
        if options[axis] == "locale" and options["locale"]:
            raise ValidationError("--locale and the axis “locale” do not go together; choose one.", code="not_together")
    lists: dict[str, Any] = {"count_fallback": _known("count-fallback", options["count_fallback"], COUNTABLE)}
    lists |= {"ownership": _known("ownership", options["ownership"], Ownership.values)}
    laid = {name: options[name] for name in ("rows", "columns", "split")}
    query = read_query(asked, Reading(catalogue, at))
    return matrix(query, at=at, catalogue=catalogue, **lists, **laid)


def _known(name: str, told: str, known: Sequence[str]) -> list[str]:
    if strange := set(words(told)) - set(known):
        message = f"--{name} takes {' or '.join(known)}, not {', '.join(sorted(strange))}."
        raise ValidationError(message, code="unknown_value")
    return words(told)
