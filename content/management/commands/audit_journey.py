from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content import clock
from content.audit.finding import Severity
from content.audit.process import audit_lock
from content.audit.report import WRITERS, Report
from content.audit.run import LEAST_WAYS, MOST_STEPS, chosen_readers, findings
from content.audit.terminal import as_text
from content.audit.worklist import record
from content.catalogue import current_catalogue
from content.importers.when import read_instant
from content.management.progress import bar
from content.management.written import INVALID, add_output, chosen_format, split_words, write
from content.questions.findings import read_contexts, read_journey

FOUND = 1  # exit code
LIMITS = ("most_steps", "least_ways")
NARROW = ("segment", "locale", "channel", "at", *LIMITS)
HELP = _("""Lists what leaves the readers of a journey with nothing, with nowhere to go, or badly served.

Exit codes: 0 – no finding that is not accepted is as severe as --fail-on; 1 – one is; 2 – the question is invalid:
a name in it is unknown, or options do not go together.""")


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--journey", help=_("by default the default journey"))
        for name, text in (
            ("segment", _("as these segments see it, by commas; by default everyone and every segment")),
            ("locale", _("as readers of these languages see it, by commas; by default every language")),
            (
                "channel",
                _("as seen on these channels, by commas; by default on no condition; any: on an unknown channel"),
            ),
        ):
            parser.add_argument(f"--{name}", default="", help=text)
        parser.add_argument("--at", help=_("another instant than now: 2027-01-01, 2027-01-01T08:00Z, +30d"))
        parser.add_argument(
            "--most-steps",
            type=int,
            metavar="N",
            help=_("steps to the purchase; by default %(count)d") % {"count": MOST_STEPS},
        )
        parser.add_argument(
            "--least-ways",
            type=int,
            metavar="N",
            help=_("next steps from what a stage shows; by default %(count)d") % {"count": LEAST_WAYS},
        )
        add_output(parser, WRITERS)
        parser.add_argument("--all", action="store_true", help=_("every line of the table, notes too"))
        parser.add_argument(
            "--fail-on",
            choices=["error", "warning", "note"],
            help=_("end with 1 if there is a finding this severe, or worse"),
        )
        parser.add_argument(
            "--record",
            action="store_true",
            help=_("record today's findings, to compare later ones with"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        form = chosen_format(options, WRITERS)
        try:
            report = self._audit(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=INVALID) from error
        table = partial(as_text, report, every=options["all"])
        write(self, options, form, table=table, other=lambda name: WRITERS[name][1](report))
        if options["fail_on"] and (heavy := report.fails(Severity(options["fail_on"]))):
            message = ngettext(
                "%(count)d finding is as severe as %(severity)s, or worse.",
                "%(count)d findings are as severe as %(severity)s, or worse.",
                len(heavy),
            )
            words = {"count": len(heavy), "severity": options["fail_on"]}
            raise CommandError(message % words, returncode=FOUND)

    def _audit(self, options: Mapping[str, Any]) -> Report:
        if options["record"] and (narrow := [_option(name) for name in NARROW if options[name]]):
            message = _("--record is for the whole audit as of now: leave out %(options)s.")
            words = {"options": get_text_list(narrow, _("and"))}
            raise ValidationError(message % words, code="not_together")
        for name in LIMITS:
            if options[name] is not None and options[name] < 1:
                message = _("%(option)s must be 1 or more.") % {"option": _option(name)}
                raise ValidationError(message, code=f"{name}_invalid")
        catalogue, now = current_catalogue(), clock.now()
        at = read_instant(options["at"], now=now) if options["at"] else now
        lists = {name: split_words(options[name]) for name in ("segment", "locale", "channel")}
        parameters = {name: options[name] for name in ("journey", *LIMITS)} | lists
        journey, choice = read_journey(parameters, catalogue), read_contexts(parameters, catalogue)
        readers = chosen_readers(journey, catalogue, choice)
        with audit_lock(), bar(_("Walking"), len(readers)) as tick:
            results = findings(journey, at=at, catalogue=catalogue, tick=tick, **choice)
        if options["record"]:
            record(journey, results, at=at, catalogue=catalogue)
        return Report(journey, at, results)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
