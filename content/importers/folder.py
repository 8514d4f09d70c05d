"""read_folder() – the files of a folder as lines, by a mapping, with what became of each file."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from content.catalogue import Catalogue
from content.fields import problems, shared_names
from content.importers.mapping import DOTTED, FolderMapping
from content.importers.markdown import Page, read_page
from content.importers.shape import Line, refuse_shape
from content.importers.when import read_day, read_instant
from content.instants import spoken
from content.models import Kind

DRAFT_WORDS = {"false", "no", "draft", "unpublished", "private", "pending", "0"}
ASSET_PARTS = ("placements", "terms", "no_stage_reason", "publish", "name")


@dataclass
class FileReport:
    """What became of one file: its group and locale, why it was refused or skipped, what was dropped or odd."""

    path: str
    group: str = ""
    locale: str = ""
    refused: list[str] = field(default_factory=list)
    skipped: str = ""
    warnings: list[str] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)


@dataclass
class Text:
    """One file as one translation, with what it says of its asset."""

    report: FileReport
    translation: dict[str, Any]
    asset: dict[str, Any]
    shared: dict[str, Any]
    is_draft: bool


class Folder:
    """A folder read by a mapping: ``lines`` by group, and a report for every file that the mapping includes."""

    def __init__(self, root: Path, mapping: FolderMapping, catalogue: Catalogue, *, now: datetime) -> None:
        self.root = root
        self.mapping = mapping
        self.catalogue = catalogue
        self.now = now
        self.reports: list[FileReport] = []
        self.texts: dict[str, dict[str, Text]] = {}
        for path in self.paths():
            self._read(path)

    def paths(self) -> list[Path]:
        excluded = {path for pattern in self.mapping.exclude for path in self.root.glob(pattern)}
        included = {path for pattern in self.mapping.include for path in self.root.glob(pattern)}
        return sorted(path for path in included - excluded if path.is_file())

    def lines(self) -> Iterator[tuple[str, Line | ValidationError]]:
        """One line a group; the default locale's file, else the first, speaks for the asset."""
        for group, texts in self.texts.items():
            lead = min(texts, key=lambda code: (code != self._default_locale(), texts[code].report.path))
            data = {
                "key": group,
                "kind": texts[lead].asset["kind"],
                "translations": [texts[code].translation for code in sorted(texts)],
                "fields": texts[lead].shared,
                **{name: texts[lead].asset[name] for name in ASSET_PARTS},
            }
            held = frozenset(code for code, text in texts.items() if text.is_draft)
            yield group, Line(data, group, held=held)

    def _default_locale(self) -> str:
        return self.catalogue.default_locale.code if self.catalogue.default_locale else ""

    def _read(self, path: Path) -> None:
        report = FileReport(path.relative_to(self.root).as_posix())
        self.reports.append(report)
        try:
            self._keep(path, report)
        except ValidationError as error:
            report.refused = list(error.messages)

    def _keep(self, path: Path, report: FileReport) -> None:
        parts = self.mapping.path_parts(report.path)
        if parts is None:
            report.skipped = "its path fits no pattern of the mapping"
            return
        page = read_page(path.read_bytes())
        report.warnings += page.warnings
        report.dropped = {what: count for what, count in page.dropped.items() if count}
        values = {
            "path": parts,
            "front": page.front,
            "heading": page.heading,
            "lead": page.lead,
            "file": _file(path, report),
        }
        settings = self.mapping.settings_for(values)
        if isinstance(settings, str):
            report.skipped = settings
            return
        filled = {name: self.mapping.filled(one, values) for name, one in _flat(settings).items()}
        text = self._text(filled, page, report)
        group = self.texts.setdefault(report.group, {})
        if report.locale in group:
            other = group[report.locale].report.path
            raise ValidationError(f"{other} already gives the {report.locale} text of “{report.group}”.", code="twice")
        group[report.locale] = text

    def _text(self, filled: dict[str, Any], page: Page, report: FileReport) -> Text:
        report.group = str(filled.get("group") or report.path)
        report.locale = self._locale(filled.get("locale"))
        kind = self.catalogue.kinds.get(str(filled.get("kind")))
        if kind is None:
            raise ValidationError(f"Unknown kind “{filled.get('kind')}”.", code="unknown_kind")
        own, shared = self._fields(filled, kind)
        translation = self._translation(filled, page, own, report)
        asset = self._asset(filled, kind, translation["title"])
        whole = {"key": report.group, "fields": shared, "translations": [translation], **asset}
        refuse_shape(whole)
        wrong = problems(kind.schema, {**own, **shared}, complete=False)
        if wrong:
            raise ValidationError([f"fields.{p.path}: {p.message}" for p in wrong], code="fields_invalid")
        status = str(filled.get("status", "")).strip().lower()
        return Text(report, translation, asset, shared, is_draft=status in DRAFT_WORDS)

    def _translation(
        self, filled: dict[str, Any], page: Page, own: dict[str, Any], report: FileReport
    ) -> dict[str, Any]:
        title = _plain(filled.get("title"))
        if not title:
            raise ValidationError("It has no title: no such key, and no heading.", code="title_missing")
        slug = slugify(str(filled.get("slug") or ""), allow_unicode=True) or slugify(title, allow_unicode=True)
        published_at = filled.get("published_at")
        seo = {name: _plain(filled.get(f"seo.{name}")) for name in ("title", "description")}
        return {
            "locale": report.locale,
            "slug": slug[:200],
            "title": title[:300],
            "summary": _plain(filled.get("summary")),
            "body": page.body,
            "fields": own,
            "seo": {name: text for name, text in seo.items() if text},
            "teasers": {str(k): str(v) for k, v in (filled.get("teasers") or {}).items()},
            "published_at": spoken(read_instant(published_at, now=self.now)) if published_at else None,
            "market_bound": filled.get("market_bound") is True,
            "next_steps": [_step(step) for step in filled.get("next_steps") or []],
        }

    def _asset(self, filled: dict[str, Any], kind: Kind, title: str) -> dict[str, Any]:
        terms = {
            name.partition(".")[2]: self._words(name, value)
            for name, value in filled.items()
            if name.startswith("terms.")
        }
        edges = {name: filled.get(name) for name in ("live_from", "live_until")}
        return {
            "kind": kind.slug,
            "name": title[:200],
            "no_stage_reason": filled.get("no_stage_reason"),
            "terms": {name: [slugify(word) for word in words] for name, words in terms.items() if words},
            "placements": self._placements(filled),
            "publish": {
                name: spoken(read_instant(value, now=self.now)) if value else None for name, value in edges.items()
            },
        }

    def _placements(self, filled: dict[str, Any]) -> list[dict[str, Any]]:
        placed = filled.get("placements") or [
            {
                "stage": stage,
                "segments": self._words("segments", filled.get("segments")),
                "channels": self._words("channels", filled.get("channels")),
                "priority": filled.get("priority") or 50,
            }
            for stage in self._words("stages", filled.get("stages"))
        ]
        placements = []
        for placement in placed:
            if not isinstance(placement, dict):
                raise ValidationError("Write each placement as an object with a stage.", code="placement")
            journey, colon, stage = str(placement.get("stage", "")).partition(":")
            named = {"journey": journey, "stage": stage} if colon else {}
            placements.append({**placement, **named})
        return placements

    def _fields(self, filled: dict[str, Any], kind: Kind) -> tuple[dict[str, Any], dict[str, Any]]:
        """The kind's fields, parted into the translation's own and the asset's, with dates as ISO."""
        given = {**(filled.get("fields") or {})}
        given |= {n.partition(".")[2]: value for n, value in filled.items() if n.startswith("fields.")}
        known = kind.schema["properties"]
        for name, value in given.items():
            if _is_dated(known.get(name, {})):
                given[name] = read_day(value, now=self.now).isoformat()
            elif known.get(name, {}).get("type") == "string" and value is not None and not isinstance(value, str):
                given[name] = str(value)
        present = {name: value for name, value in given.items() if value is not None}
        shared = shared_names(kind.schema)
        return (
            {name: value for name, value in present.items() if name not in shared},
            {name: value for name, value in present.items() if name in shared},
        )

    def _words(self, name: str, value: Any) -> list[str]:
        """A list, or a text with its values parted by the mapping's separator for ``name``, else by commas."""
        if isinstance(value, list):
            return [str(word) for word in value if str(word).strip()]
        text = "" if value is None else str(value)
        words = text.split(self.mapping.split.get(name, ","))
        return list(dict.fromkeys(word.strip() for word in words if word.strip()))

    def _locale(self, value: Any) -> str:
        if value in (None, ""):
            return self._default_locale()
        code = str(self.mapping.valued("locale", str(value).strip())).strip()
        return str(self.mapping.valued("locale", code.lower().replace("_", "-")))


def _flat(settings: dict[str, Any]) -> dict[str, Any]:
    """``terms = {tag = …}`` and ``"terms.tag" = …`` are one."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if name in DOTTED and isinstance(value, dict):
            flat |= {f"{name}.{inner}": one for inner, one in value.items()}
        else:
            flat[name] = value
    return flat


def _file(path: Path, report: FileReport) -> dict[str, str]:
    return {
        "name": path.name,
        "stem": path.stem,
        "suffix": path.suffix,
        "folder": path.parent.name,
        "path": report.path,
    }


def _plain(value: Any) -> str:
    """A one-line text, with HTML entities read and tags left out."""
    if value is None:
        return ""
    return " ".join(html.unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", str(value))).replace("\x00", "").split())


def _is_dated(schema: dict[str, Any]) -> bool:
    formats = [schema.get("format"), *(part.get("format") for part in schema.get("anyOf", []))]
    return "date" in formats


def _step(step: Any) -> dict[str, Any]:
    """A step as front matter has it: ``to`` a group, or ``url``, or ``touchpoint``."""
    if not isinstance(step, dict):
        raise ValidationError("Write each next step as an object with intent, label and to.", code="next_step")
    names = {"to": "key", "url": "url", "touchpoint": "touchpoint", "id": "id"}
    target = {names[name]: str(value) for name, value in step.items() if name in names and value}
    return {"intent": step.get("intent"), "label": step.get("label"), "target": target}
