from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from content import clock
from content.audit.finding import Severity
from content.audit.process import audit_lock
from content.audit.report import WRITERS, Report
from content.audit.run import LEAST_WAYS, MOST_STEPS, findings, readers_of
from content.audit.terminal import as_text
from content.audit.worklist import record
from content.catalogue import current_catalogue
from content.importers.when import read_instant
from content.management.progress import bar
from content.management.written import WRONG, add_output, chosen_format, words, write
from content.questions.findings import read_contexts, read_journey

FOUND = 1  # exit code
LIMITS = ("most_steps", "least_ways")
NARROW = ("segment", "locale", "channel", "at", *LIMITS)
HELP = """Tells what on a journey leaves its readers with nothing, with nowhere to go, or badly served.

Exit codes: 0 – told, and nothing that is not accepted weighs as much as --fail-on says; 1 – something does; 2 – the
question cannot be put: something in it is called nothing, or does not go together."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--journey", help="by default the default journey")
        for name, left_out in (
            ("segment", "everyone and every segment"),
            ("locale", "every language"),
            ("channel", "no condition; any: the reader of whose channel nothing is known"),
        ):
            parser.add_argument(f"--{name}", default="", help=f"as these see it, by commas; by default {left_out}")
        parser.add_argument("--at", help="another instant than now: 2027-01-01, 2027-01-01T08:00Z, +30d")
        parser.add_argument("--most-steps", type=int, metavar="N", help=f"to the purchase; by default {MOST_STEPS}")
        parser.add_argument(
            "--least-ways", type=int, metavar="N", help=f"on from what a stage shows; by default {LEAST_WAYS}"
        )
        add_output(parser, WRITERS)
        parser.add_argument("--all", action="store_true", help="every line of the table, notes too")
        parser.add_argument(
            "--fail-on", choices=["error", "warning", "note"], help="end with 1 if there is any, or worse"
        )
        parser.add_argument(
            "--record", action="store_true", help="write down what was found today, to tell later what was mended since"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        form = chosen_format(options, WRITERS)
        try:
            report = self._audited(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=WRONG) from error
        table = partial(as_text, report, every=options["all"])
        write(self, options, form, table=table, other=lambda name: WRITERS[name][1](report))
        if options["fail_on"] and (heavy := report.fails(Severity(options["fail_on"]))):
            few = f"{len(heavy)} findings weigh" if len(heavy) > 1 else "One finding weighs"
            raise CommandError(f"{few} as much as {options['fail_on']}, or more.", returncode=FOUND)

    def _audited(self, options: Any) -> Report:
        if options["record"] and (narrow := [name for name in NARROW if options[name]]):
            told = ", ".join(f"--{name.replace('_', '-')}" for name in narrow)
            raise ValidationError(f"--record is of the whole audit as it is now, not with {told}.", code="not_together")
        for name in LIMITS:
            if options[name] is not None and options[name] < 1:
                raise ValidationError(f"--{name.replace('_', '-')} is 1 or more.", code=f"{name}_invalid")
        catalogue, now = current_catalogue(), clock.now()
        at = read_instant(options["at"], now=now) if options["at"] else now
        lists = {name: words(options[name]) for name in ("segment", "locale", "channel")}
        asked = {name: options[name] for name in ("journey", *LIMITS)} | lists
        journey, contexts = read_journey(asked, catalogue), read_contexts(asked, catalogue)
        readers = {name: own for name, own in contexts.items() if name not in LIMITS}
        with audit_lock(), bar("Walking", len(readers_of(journey, catalogue, **readers))) as tick:
            found = findings(journey, at=at, catalogue=catalogue, tick=tick, **contexts)
        if options["record"]:
            record(journey, found, at=at, catalogue=catalogue)
        return Report(journey, at, found)
