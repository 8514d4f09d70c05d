"""Reads the files of a folder as lines, by a mapping, with a report of each file."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.catalogue import Catalogue
from content.importers.folder.mapping import DOTTED, FolderMapping
from content.importers.folder.markdown import read_page
from content.importers.folder.neighbours import Neighbours
from content.importers.folder.pictures import Pictures
from content.importers.folder.text import Composer, FileReport, FileText
from content.importers.outcome import unexpected
from content.importers.shape import Line

ASSET_PARTS = ("name", "no_stage_reason", "terms", "placements", "publish", "image")


class Folder:
    """A folder read by a mapping: ``lines`` by group, and a report for every file that the mapping includes."""

    def __init__(self, root: Path, mapping: FolderMapping, catalogue: Catalogue, *, now: datetime) -> None:
        self.root = root
        self.mapping = mapping
        self.default = catalogue.default_locale.code if catalogue.default_locale else ""
        self.pictures = Pictures(root)
        self.composer = Composer(mapping, catalogue, now=now)
        self.reports: list[FileReport] = []
        self.texts: dict[str, dict[str, FileText]] = {}

    def paths(self) -> list[Path]:
        excluded = {path for pattern in self.mapping.exclude for path in self.root.glob(pattern)}
        included = {path for pattern in self.mapping.include for path in self.root.glob(pattern)}
        return sorted(path for path in included - excluded if path.is_file())

    def read(self, advance: Callable[[int], None]) -> None:
        """Reads every file once; a bad one is refused in its report and stops nothing."""
        for path in self.paths():
            report = FileReport(path.relative_to(self.root).as_posix())
            self.reports.append(report)
            try:
                self._keep(path, report)
            except ValidationError as error:
                report.refused = list(error.messages)
            except OSError as error:
                report.refused = [_("It cannot be read: %(error)s.") % {"error": error.strerror}]
            except Exception as error:  # a fault of this file alone: the others are read
                report.refused = unexpected(error).messages
            advance(1)
        files = [text for texts in self.texts.values() for text in texts.values()]
        neighbours = Neighbours({text.report.path: text.report.group for text in files})
        for text in files:
            text.translation["body"] = neighbours.link(text.translation["body"], text.report.path)
        for texts in self.texts.values():
            self._add_picture(self._lead(texts))

    def missing_groups(self) -> dict[str, str]:
        """Why there is no line of a group, by its name; of a file whose group is not known, by its path."""
        return {
            report.group or report.path: " ".join(report.refused) or report.skipped
            for report in self.reports
            if (report.refused or report.skipped) and report.group not in self.texts
        }

    def lines(self) -> Iterator[tuple[str, Line | ValidationError]]:
        """One line a group; the default locale's file, else the first, speaks for the asset."""
        for group, texts in self.texts.items():
            lead = self._lead(texts)
            data = {
                "key": group,
                "kind": lead.asset["kind"],
                "translations": [texts[code].translation for code in sorted(texts)],
                "fields": lead.shared,
                **{name: lead.asset[name] for name in ASSET_PARTS if name in lead.asset},
            }
            held = frozenset(code for code, text in texts.items() if text.report.is_draft)
            yield group, Line(data, group, held=held, name=lead.translation["title"])

    def _add_picture(self, lead: FileText) -> None:
        """Marks the text that speaks for its asset, and adds the picture that it names for it."""
        lead.report.leads = True
        if lead.image and (name := self.pictures.add(lead.image, self._path(lead), lead.report.warnings)):
            lead.asset["image"] = {"media": name}

    def _path(self, text: FileText) -> Path:
        return self.root / text.report.path

    def leads(self) -> list[FileText]:
        """The text of each group that speaks for its asset."""
        return [self._lead(texts) for texts in self.texts.values()]

    def _lead(self, texts: dict[str, FileText]) -> FileText:
        return min(texts.values(), key=lambda text: (text.report.locale != self.default, text.report.path))

    def _group(self, parts: dict[str, str], path: Path, report: FileReport) -> str:
        template = self.mapping.settings.get("group")
        return str(self.mapping.fill(template, {"path": parts, "file": _file(path, report)}) or report.path)

    def _keep(self, path: Path, report: FileReport) -> None:
        parts = self.mapping.path_parts(report.path)
        if parts is None:
            report.skipped = _("its path fits no pattern of the mapping")
            return
        report.group = self._group(parts, path, report)  # a first guess by the path, should the file be refused
        page = read_page(path.read_bytes(), suffix=path.suffix)
        report.warnings += page.warnings
        report.dropped = {what: count for what, count in page.dropped.items() if count}
        values = {
            "path": parts,
            "front": page.front,
            "text": self.mapping.text_parts(page.text),
            "heading": page.heading,
            "lead": page.lead,
            "file": _file(path, report),
        }
        settings = self.mapping.settings_for(values)
        if isinstance(settings, str):
            report.skipped = settings
            return
        text = self.composer.text(_flat(settings), values, page, report)
        group = self.texts.setdefault(report.group, {})
        if report.locale in group:
            message = _("%(file)s is the %(locale)s text of “%(group)s” already.")
            names = {"file": group[report.locale].report.path, "locale": report.locale, "group": report.group}
            raise ValidationError(message % names, code="twice")
        group[report.locale] = text
        text.translation["body"] = self.pictures.in_body(text.translation["body"], path, report.warnings)


def _flat(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with dotted names: ``terms = {tag = …}`` is another way to write ``"terms.tag" = …``."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if name in DOTTED and isinstance(value, dict):
            flat |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            flat[name] = value
    return flat


def _file(path: Path, report: FileReport) -> dict[str, str]:
    """The parts of ``{file.…}`` in a mapping."""
    return {
        "name": path.name,
        "stem": path.stem,
        "suffix": path.suffix,
        "folder": path.parent.name,
        "path": report.path,
    }
