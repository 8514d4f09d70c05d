"""Imports a folder: reads it, adds what is missing, writes, publishes, and reports on every file."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.catalogue import current_catalogue
from content.importers.draft import ASSET
from content.importers.folder.additions import add_missing
from content.importers.folder.files import Folder
from content.importers.folder.mapping import FolderMapping
from content.importers.folder.text import FileReport
from content.importers.load import Load
from content.importers.outcome import LineOutcome

Progress = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]


@contextmanager
def quiet(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Shows no progress."""
    yield lambda steps: None


@dataclass
class ImportReport:
    """The result of an import, file by file and in all; ``dry`` if nothing of it was saved."""

    files: list[dict[str, Any]]
    added: list[str] = field(default_factory=list)
    dry: bool = False
    gone: dict[str, str] = field(default_factory=dict)  # by key: why there is no such asset

    @property
    def totals(self) -> dict[str, int]:
        totals = Counter(file["outcome"] for file in self.files)
        totals["published"] = sum(file["published"] for file in self.files)
        totals["held"] = sum(bool(file["held"]) for file in self.files)
        if expired := sum(bool(file["expired"]) for file in self.files):
            totals["expired"] = expired
        totals["kept as drafts"] = sum(file["draft"] for file in self.files)
        for file in self.files:
            totals.update(file["dropped"])
        return dict(totals)

    @property
    def causes(self) -> list[dict[str, Any]]:
        """The refused targets of steps: their key, the reason, and the number of files with such steps, most first."""
        counts = Counter(key for file in self.files for key in file["left_out"])
        return [{"key": key, "files": count, "why": self.gone.get(key, "")} for key, count in counts.most_common()]


def import_folder(
    root: Path,
    mapping: FolderMapping,
    *,
    now: datetime,
    publish: bool = False,
    overwrite: bool = False,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> ImportReport:
    """Imports ``root`` by ``mapping``; a bad file is reported and changes nothing, and never stops the rest.

    Unchanged files are left alone, changed ones become drafts on top of what is live; with ``publish`` they are
    published as far as the gates let them. A dry run does the same and takes it all back.
    """
    folder = Folder(root, mapping, current_catalogue(), now=now)
    outcomes: dict[str, LineOutcome] = {}
    try:
        with transaction.atomic() if dry_run else nullcontext():
            with progress(_("Reading"), len(folder.paths())) as advance:
                folder.read(advance)
            with transaction.atomic():
                added = [*add_missing(folder, current_catalogue()), *_added_pictures(folder)]
            with progress(_("Importing"), 2 * len(folder.texts)) as advance:
                Load(
                    folder.lines,
                    gone=folder.missing_groups(),
                    tell=lambda outcome: outcomes.update({outcome.where: outcome}),
                    publish=publish,
                    overwrite=overwrite,
                    advance=advance,
                ).run()
            if dry_run:
                transaction.set_rollback(True)
    finally:
        if dry_run:
            folder.pictures.forget()
    gone = folder.missing_groups() | {key: " ".join(own.refused) for key, own in outcomes.items() if own.refused}
    return ImportReport([_row(file, outcomes.get(file.group)) for file in folder.reports], added, dry_run, gone)


def _added_pictures(folder: Folder) -> list[str]:
    count = len(folder.pictures.added)
    return [ngettext("%(count)d picture", "%(count)d pictures", count) % {"count": count}] if count else []


def _row(file: FileReport, outcome: LineOutcome | None) -> dict[str, Any]:
    """The report's row of one file, from its own report and the outcome of its asset."""
    row: dict[str, Any] = {
        "file": file.path,
        "key": file.group,
        "locale": file.locale,
        "outcome": "unchanged",
        "draft": file.is_draft,
        "published": False,
        "held": [],
        "expired": "",
        "left_out": [],
        "reasons": file.refused,
        "warnings": file.warnings,
        "dropped": file.dropped,
    }
    if file.refused:
        return {**row, "outcome": "refused"}
    if file.skipped or outcome is None:
        return {**row, "outcome": "skipped", "reasons": [file.skipped]}
    if outcome.refused:
        return {**row, "outcome": "refused", "reasons": outcome.refused}
    parts = {file.locale, ASSET} if file.leads else {file.locale}
    if parts & set(outcome.changed):
        row["outcome"] = "created" if file.locale in outcome.new else "updated"
    return {
        **row,
        "published": file.locale in outcome.published,
        "held": outcome.held.get(file.locale, []),
        "expired": outcome.expired.get(file.locale, ""),
        "left_out": outcome.left_out if file.leads else [],
        "warnings": [*file.warnings, *outcome.warnings],
    }
