import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.importers.load import Load
from content.importers.outcome import LineOutcome, StepsLeftOut, totals_line
from content.importers.shape import read_lines, schema
from content.management.progress import bar


class Command(BaseCommand):
    help = _("Loads assets from a file of bulk lines (JSONL), through the same gates as the admin. Can be run again.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help=_("such as content/importers/example.jsonl"))
        parser.add_argument("--schema", action="store_true", help=_("print the JSON Schema of a line, load nothing"))
        parser.add_argument("--dry-run", action="store_true", help=_("report what would happen, and save nothing"))
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help=_("let changed lines replace what editors changed since the last load"),
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help=_("write the outcome of each line, as JSONL"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["schema"]:
            self.stdout.write(json.dumps(schema(), ensure_ascii=False, indent=1))
            return
        if options["file"] is None:
            raise CommandError(_("Name a file of bulk lines; --schema prints what a line is."))
        if not options["file"].is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": options["file"]})
        totals, causes = Counter[str](), Counter[str]()
        with ExitStack() as stack:
            path = options["report"]
            report = stack.enter_context(path.open("w", encoding="utf-8")) if path else None

            def tell(outcome: LineOutcome) -> None:
                totals.update({outcome.word: 1, "published": len(outcome.published), "held": len(outcome.held)})
                if report:
                    report.write(json.dumps({**vars(outcome), "outcome": outcome.word}, ensure_ascii=False) + "\n")
                if outcome.expired:
                    totals["expired"] += len(outcome.expired)
                causes.update(outcome.left_out)
                self._print_problems(outcome)

            self._load(options, tell)
        for key, count in causes.most_common():
            message = ngettext(
                "%(count)d line leads to “%(key)s”, which was refused: the steps were left out",
                "%(count)d lines lead to “%(key)s”, which was refused: the steps were left out",
                count,
            )
            self.stderr.write(message % {"count": count, "key": key})
        self.stdout.write(totals_line(totals, dry_run=options["dry_run"]))

    def _print_problems(self, outcome: LineOutcome) -> None:
        where = outcome.where
        for reason in outcome.refused:
            self.stderr.write(_("%(where)s: refused: %(reason)s") % {"where": where, "reason": reason})
        for locale, reasons in outcome.held.items():
            names = {"where": where, "locale": locale, "reason": " ".join(reasons)}
            self.stderr.write(_("%(where)s: %(locale)s not published: %(reason)s") % names)
        for locale, note in outcome.expired.items():
            self.stderr.write(f"{where}: {locale} {note}")
        for warning in outcome.warnings:
            if not isinstance(warning, StepsLeftOut):  # one line for each cause, at the end
                self.stderr.write(f"{where}: {warning}")

    def _load(self, options: Mapping[str, Any], tell: Callable[[LineOutcome], None]) -> None:
        path: Path = options["file"]
        with path.open("rb") as file:
            count = sum(1 for line in file if line.strip())
        with bar(_("Loading"), 2 * count) as advance, transaction.atomic() if options["dry_run"] else nullcontext():
            Load(lambda: read_lines(path), tell=tell, overwrite=options["overwrite"], advance=advance).run()
            if options["dry_run"]:
                transaction.set_rollback(True)
