import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from content import clock
from content.importers.folder.mapping import read_mapping
from content.importers.folder.run import ImportReport, import_folder
from content.importers.load import LEFT_OUT, words_of
from content.management.progress import bar


class Command(BaseCommand):
    help = "Imports a folder of Markdown, MDX or HTML files with front matter, by a mapping. Can be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--mapping", type=Path, required=True, help="a TOML file; see content/importers/folder/mapping.py"
        )
        parser.add_argument("--dry-run", action="store_true", help="do it all, say what came of it, and take it back")
        parser.add_argument("--publish", action="store_true", help="publish what the gates let pass")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="let changed files replace what editors changed since the last import",
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="write what became of each file, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["folder"].is_dir():
            raise CommandError(f"There is no folder {options['folder']}.")
        try:
            mapping = read_mapping(options["mapping"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        try:
            report = import_folder(
                options["folder"],
                mapping,
                now=clock.now(),
                publish=options["publish"],
                overwrite=options["overwrite"],
                dry_run=options["dry_run"],
                progress=bar,
            )
        except ValidationError as error:
            raise CommandError(" ".join(words_of(error))) from error
        self._print(report, verbosity=options["verbosity"])
        if options["report"]:
            told = {"files": report.files, "added": report.added, "totals": report.totals, "dry_run": report.dry}
            told["causes"] = report.causes
            options["report"].write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")

    def _print(self, report: ImportReport, *, verbosity: int) -> None:
        for file in report.files:
            said = [*file["reasons"], *(f"not published: {reason}" for reason in file["held"]), *file["warnings"]]
            said = [words for words in said if not words.startswith(LEFT_OUT)]  # told once, with its cause
            said += [file["expired"]] if file["expired"] else []
            said += ["stays a draft"] if file["draft"] and file["outcome"] == "created" else []
            quiet = file["outcome"] in ("created", "updated", "unchanged") and not said
            if not quiet or verbosity > 1:
                self.stdout.write(f"{file['outcome']:9} {file['file']}{': ' if said else ''}{' · '.join(said)}")
        for cause in report.causes:
            told = f"{cause['files']} files lead to “{cause['key']}”, which was refused"
            self.stdout.write(f"{told}; the steps were left out: {cause['why']}")
        if report.added:
            self.stdout.write(f"added: {', '.join(report.added)}")
        kept = " (dry run: nothing was kept)" if report.dry else ""
        self.stdout.write(", ".join(f"{count} {word}" for word, count in sorted(report.totals.items())) + kept)
