import json
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from content.importers.load import LEFT_OUT, Load
from content.importers.outcome import LineOutcome
from content.importers.shape import read_lines, schema
from content.management.progress import bar


class Command(BaseCommand):
    help = "Loads assets from a file of bulk lines (JSONL), through the same gates as the admin. Can be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="see content/importers/example.jsonl")
        parser.add_argument("--schema", action="store_true", help="print the JSON Schema of a line, and load nothing")
        parser.add_argument("--dry-run", action="store_true", help="do it all, say what came of it, and take it back")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="let changed lines replace what editors changed since the last load",
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="write what became of each line, as JSONL")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["schema"]:
            self.stdout.write(json.dumps(schema(), ensure_ascii=False, indent=1))
            return
        if options["file"] is None:
            raise CommandError("Name a file of bulk lines; --schema prints what a line is.")
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        totals, self.causes = Counter[str](), Counter[str]()
        with ExitStack() as stack:
            path = options["report"]
            report = stack.enter_context(path.open("w", encoding="utf-8")) if path else None

            def tell(outcome: LineOutcome) -> None:
                totals.update({outcome.word: 1, "published": len(outcome.published), "held": len(outcome.held)})
                if report:
                    report.write(json.dumps({**vars(outcome), "outcome": outcome.word}, ensure_ascii=False) + "\n")
                if outcome.expired:
                    totals["expired"] += len(outcome.expired)
                self.causes.update(outcome.left_out)
                self._say(outcome)

            self._load(options, tell)
        for key, count in self.causes.most_common():
            self.stderr.write(f"{count} lines lead to “{key}”, which was refused: the steps were left out")
        kept = " (dry run: nothing was kept)" if options["dry_run"] else ""
        self.stdout.write(", ".join(f"{count} {word}" for word, count in sorted(totals.items())) + kept)

    def _say(self, outcome: LineOutcome) -> None:
        for reason in outcome.refused:
            self.stderr.write(f"{outcome.where}: refused: {reason}")
        for locale, reasons in outcome.held.items():
            self.stderr.write(f"{outcome.where}: {locale} not published: {' '.join(reasons)}")
        for locale, said in outcome.expired.items():
            self.stderr.write(f"{outcome.where}: {locale} {said}")
        for warning in (words for words in outcome.warnings if not words.startswith(LEFT_OUT)):
            self.stderr.write(f"{outcome.where}: {warning}")

    def _load(self, options: Any, tell: Callable[[LineOutcome], None]) -> None:
        path: Path = options["file"]
        with path.open("rb") as file:
            count = sum(1 for line in file if line.strip())
        with bar("Loading", 2 * count) as advance, transaction.atomic() if options["dry_run"] else nullcontext():
            Load(lambda: read_lines(path), tell=tell, overwrite=options["overwrite"], advance=advance).run()
            if options["dry_run"]:
                transaction.set_rollback(True)
