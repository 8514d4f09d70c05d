from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from content import clock
from content.catalogue import current_catalogue
from content.coverage.export import WRITERS
from content.coverage.matrix import COUNTABLE, Matrix, matrix
from content.coverage.terminal import as_text
from content.delivery.reading import Reading
from content.importers.when import read_instant
from content.management.written import INVALID, add_output, chosen_format, split_words, write
from content.questions.meaning import read_query
from journeys.models.channel import Ownership

UNDER = 1  # exit code
LISTS = ("stage", "kind", "term")
SINGLE = ("journey", "segment", "channel", "locale")
HELP = _("""Shows where the journey has nothing to say: what is shown in every cell, and how much should be there.

Exit codes: 0 – the score is not under --fail-under; 1 – the score is under it, or there are no cells to score;
2 – the question is invalid: a name in it is unknown, or options do not go together.""")


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        rows = _("the axis of the rows: stage, segment, channel, locale, kind, touchpoint or the slug of a vocabulary")
        parser.add_argument("--rows", default="stage", help=rows)
        parser.add_argument("--columns", default="segment", help=_("the axis of the columns, likewise"))
        parser.add_argument("--split", help=_("a third axis, with a matrix for each of its values"))
        parser.add_argument("--journey", help=_("whose stages; by default the default journey"))
        for name in ("segment", "channel", "locale"):
            parser.add_argument(f"--{name}", help=_("only what readers of this one are shown"))
        for name in LISTS:
            text = _("only these, separated by commas; a term is topic:travel")
            parser.add_argument(f"--{name}", default="", help=text)
        ownership = _("on an axis of channels or touchpoints, only these: %(names)s")
        parser.add_argument("--ownership", default="", help=ownership % {"names": ", ".join(Ownership.values)})
        parser.add_argument("--at", help=_("another instant than now: 2027-01-01, 2027-01-01T08:00Z, +30d"))
        fallback = _("what counts as filled as well, by commas: %(names)s")
        parser.add_argument("--count-fallback", default="", help=fallback % {"names": ", ".join(COUNTABLE)})
        add_output(parser, WRITERS)
        parser.add_argument("--fail-under", type=float, metavar="SCORE", help=_("end with 1 under this score: 0.8"))

    def handle(self, *args: Any, **options: Any) -> None:
        form, least = chosen_format(options, WRITERS), options["fail_under"]
        if least is not None and not 0 <= least <= 1:
            message = _("%(number)s is not a score: scores are from 0 to 1.") % {"number": f"{least:g}"}
            raise CommandError(message, returncode=INVALID)
        try:
            cells = _matrix(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=INVALID) from error
        write(self, options, form, table=partial(as_text, cells), other=lambda name: WRITERS[name][1](cells))
        if least is None:
            return
        if cells.score is None:
            raise CommandError(_("There are no cells, so there is no score."), returncode=UNDER)
        if cells.score < least:
            numbers = {"score": f"{cells.score:.3f}", "least": f"{least:g}"}
            raise CommandError(_("The score %(score)s is under %(least)s.") % numbers, returncode=UNDER)


def _matrix(options: Mapping[str, Any]) -> Matrix:
    catalogue, now = current_catalogue(), clock.now()
    at = read_instant(options["at"], now=now) if options["at"] else now
    parameters: dict[str, Any] = {name: options[name] for name in SINGLE if options[name]}
    parameters |= {name: tuple(split_words(options[name])) for name in LISTS if options[name]}
    axes = {name: options[name] for name in ("rows", "columns", "split")}
    if "locale" in axes.values() and options["locale"]:
        message = _("--locale and the axis “locale” do not go together; choose one.")
        raise ValidationError(message, code="not_together")
    lists: dict[str, Any] = {"count_fallback": _choices("count-fallback", options["count_fallback"], COUNTABLE)}
    lists |= {"ownership": _choices("ownership", options["ownership"], Ownership.values)}
    query = read_query(parameters, Reading(catalogue, at))
    return matrix(query, at=at, catalogue=catalogue, **lists, **axes)


def _choices(name: str, text: str, allowed: Sequence[str]) -> list[str]:
    """The words of an option. Refuses (``unknown_value``) any that is not ``allowed``."""
    words = split_words(text)
    if unknown := set(words) - set(allowed):
        message = _("--%(option)s takes %(allowed)s, not %(unknown)s.")
        names = {"option": name, "allowed": get_text_list([*allowed], _("or")), "unknown": ", ".join(sorted(unknown))}
        raise ValidationError(message % names, code="unknown_value")
    return words
