import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from content.importers.load import Load, Outcome
from content.importers.shape import read_lines
from content.progress import bar


class Command(BaseCommand):
    help = "Loads assets from a file of bulk lines (JSONL), through the same gates as the admin. Can be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="do it all, say what came of it, and take it back")
        parser.add_argument("--overwrite", action="store_true", help="replace what editors changed since the last load")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write what became of each line, as JSONL")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        totals = Counter[str]()
        report = options["report"].open("w", encoding="utf-8") if options["report"] else None

        def tell(outcome: Outcome) -> None:
            totals.update({outcome.word: 1, "published": len(outcome.published), "held": len(outcome.held)})
            if report:
                report.write(json.dumps({**vars(outcome), "outcome": outcome.word}, ensure_ascii=False) + "\n")
            for reason in outcome.refused:
                self.stderr.write(f"{outcome.where}: refused: {reason}")
            for locale, reasons in outcome.held.items():
                self.stderr.write(f"{outcome.where}: {locale} not published: {' '.join(reasons)}")

        with bar("Loading", None) as advance:
            self._load(options, tell, advance)
        if report:
            report.close()
        kept = " (dry run: nothing was kept)" if options["dry_run"] else ""
        self.stdout.write(", ".join(f"{count} {word}" for word, count in sorted(totals.items())) + kept)

    def _load(self, options: Any, tell: Any, advance: Any) -> None:
        load = Load(
            lambda: read_lines(options["file"]),
            tell=tell,
            overwrite=options["overwrite"],
            advance=lambda: advance(1),
        )
        if not options["dry_run"]:
            return load.run()
        with transaction.atomic():
            load.run()
            transaction.set_rollback(True)
        return None
