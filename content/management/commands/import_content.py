import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content import clock
from content.importers.folder.mapping import read_mapping
from content.importers.folder.run import ImportReport, import_folder
from content.importers.load import words_of
from content.importers.outcome import OUTCOMES, StepsLeftOut, totals_line
from content.management.progress import bar


class Command(BaseCommand):
    help = _("Imports a folder of Markdown, MDX or HTML files with front matter, by a mapping. Can be run again.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--mapping", type=Path, required=True, help=_("a TOML file; see content/importers/folder/mapping.py")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("report what would happen, and save nothing"))
        parser.add_argument("--publish", action="store_true", help=_("publish what the gates let pass"))
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help=_("let changed files replace what editors changed since the last import"),
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help=_("write the outcome of each file, as JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["folder"].is_dir():
            raise CommandError(_("There is no folder %(path)s.") % {"path": options["folder"]})
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
            document = {"files": report.files, "added": report.added, "totals": report.totals, "dry_run": report.dry}
            document["causes"] = report.causes
            options["report"].write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")

    def _print(self, report: ImportReport, *, verbosity: int) -> None:
        for file in report.files:
            notes = _notes(file)
            is_plain = file["outcome"] in ("created", "updated", "unchanged") and not notes
            if not is_plain or verbosity > 1:
                self.stdout.write(
                    f"{OUTCOMES[file['outcome']]!s:9} {file['file']}{': ' if notes else ''}{' · '.join(notes)}"
                )
        for cause in report.causes:
            message = ngettext(
                "%(count)d file leads to “%(key)s”, which was refused; the steps were left out: %(reason)s",
                "%(count)d files lead to “%(key)s”, which was refused; the steps were left out: %(reason)s",
                cause["files"],
            )
            self.stdout.write(message % {"count": cause["files"], "key": cause["key"], "reason": cause["why"]})
        if report.added:
            self.stdout.write(_("added: %(names)s") % {"names": ", ".join(report.added)})
        self.stdout.write(totals_line(report.totals, dry_run=report.dry))


def _notes(file: dict[str, Any]) -> list[str]:
    """What to print of a file. Steps that were left out are printed once for each cause."""
    notes = [
        *file["reasons"],
        *(_("not published: %(reason)s") % {"reason": reason} for reason in file["held"]),
        *(warning for warning in file["warnings"] if not isinstance(warning, StepsLeftOut)),
    ]
    notes += [file["expired"]] if file["expired"] else []
    notes += [_("stays a draft")] if file["draft"] and file["outcome"] == "created" else []
    return notes
