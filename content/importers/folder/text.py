"""What a mapping makes of one file, as one translation and what it says of its asset."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError

from content.catalogue import Catalogue
from content.fields import problems, shared_names
from content.importers.folder.mapping import FolderMapping
from content.importers.folder.markdown import MarkdownPage, bare
from content.importers.outcome import unexpected
from content.importers.shape import refuse_shape
from content.importers.when import read_day, read_instant
from content.instants import as_rfc3339
from content.models import Kind
from content.models.locale import CODE
from journeys.slugs import slug_of
from journeys.storable import cleaned

DRAFT_WORDS = {"false", "no", "off", "draft", "unpublished", "private", "pending", "0"}
YES_WORDS = {"true", "yes", "on", "1"}
NO_WORDS = {"false", "no", "off", "0"}
TEXTS = {
    *("kind", "locale", "group", "slug", "title", "summary", "name", "image_alt", "no_stage_reason"),
    *("published_at", "live_from", "live_until", "status", "market_bound"),
}
LISTS = ("stages", "segments", "channels", "former")
TARGETS = {"to": "key", "url": "url", "touchpoint": "touchpoint", "id": "id"}


@dataclass
class FileReport:
    """What became of one file: its group and locale, why it was refused or skipped, what was dropped or odd.

    The file that ``leads`` its group speaks for the asset; one that ``is_draft`` is not to be published.
    """

    path: str
    group: str = ""
    locale: str = ""
    leads: bool = False
    is_draft: bool = False
    refused: list[str] = field(default_factory=list)
    skipped: str = ""
    warnings: list[str] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)


@dataclass
class FileText:
    """One file as one translation, with what it says of its asset, its picture as named, its terms' titles by slug."""

    report: FileReport
    translation: dict[str, Any]
    asset: dict[str, Any]
    shared: dict[str, Any]
    titles: dict[tuple[str, str], str]
    image: Any = None


class Composer:
    """Composes texts by a mapping, in the words of a catalogue."""

    def __init__(self, mapping: FolderMapping, catalogue: Catalogue, *, now: datetime) -> None:
        self.mapping = mapping
        self.catalogue = catalogue
        self.now = now
        self.codes = {code.lower(): code for code in catalogue.locales}

    def text(
        self, settings: dict[str, Any], values: dict[str, Any], page: MarkdownPage, report: FileReport
    ) -> FileText:
        """The text that ``settings`` make of a file with these values. Refuses what is missing or does not fit."""
        filled = cleaned({name: self._value(name, one, values, page) for name, one in settings.items()})
        report.group = str(filled.get("group") or report.path)
        report.locale = self._locale(filled.get("locale"))
        report.is_draft = str(filled.get("status", "")).strip().lower() in DRAFT_WORDS
        kind = self.catalogue.kinds.get(str(filled.get("kind")))
        if kind is None:
            raise ValidationError(f"Unknown kind “{filled.get('kind')}”.", code="unknown_kind")
        own, shared = self._fields(filled, kind, page)
        translation = self._translation(filled, page, own, report)
        words = {n.partition(".")[2]: self._words(n, value) for n, value in filled.items() if n.startswith("terms.")}
        titles = {(name, _term_slug(name, word)): word for name in words for word in reversed(words[name])}
        asset = {
            "kind": kind.slug,
            "name": _line(filled.get("name")),
            "no_stage_reason": filled.get("no_stage_reason"),
            "terms": {name: [*dict.fromkeys(_term_slug(name, one) for one in words[name])] for name in words},
            "placements": self._placements(filled),
            "publish": {edge: self._instant(edge, filled.get(edge), page) for edge in ("live_from", "live_until")},
        }
        refuse_shape({"key": report.group, "fields": shared, "translations": [translation], **asset})
        if wrong := problems(kind.schema, {**own, **shared}, complete=False):
            raise ValidationError([f"fields.{p.path}: {p.message[:200]}" for p in wrong], code="fields_invalid")
        return FileText(report, translation, asset, shared, titles, filled.get("image"))

    def _value(self, name: str, template: Any, values: dict[str, Any], page: MarkdownPage) -> Any:
        """The value of one setting; a fault of it is told with its name and, if it is found, its line."""
        try:
            value = self.mapping.plain(name, self._filled(name, template, values))
        except ValidationError:
            raise
        except Exception as error:
            raise unexpected(error, name) from error
        if _is_text(name) and isinstance(value, list | dict):
            self._refuse_no_text(name, value, page)
        return value

    def _refuse_no_text(self, name: str, value: Any, page: MarkdownPage) -> None:
        raise _at(name, _first_word(value), page, ValidationError(self.mapping.no_text(name, value), code="no_text"))

    def _filled(self, name: str, template: Any, values: dict[str, Any]) -> Any:
        """The template's value; the parts of a list of words are parted each by itself."""
        if isinstance(template, list) and (name in LISTS or name.startswith("terms.")):
            return [word for part in template for word in self._words(name, self.mapping.filled(part, values))]
        return self.mapping.filled(template, values)

    def _translation(
        self, filled: dict[str, Any], page: MarkdownPage, own: dict[str, Any], report: FileReport
    ) -> dict[str, Any]:
        title = _line(filled.get("title"))
        if not title:
            raise ValidationError("It has no title: no such key, and no heading.", code="title_missing")
        slugs = (str(filled.get("slug") or ""), title, PurePath(report.path).stem)
        seo = {name: _line(filled.get(f"seo.{name}")) for name in ("title", "description")}
        image_alt = _line(filled.get("image_alt"))[:500]
        return {
            "locale": report.locale,
            "slug": next((slug for text in slugs if (slug := _slug(text))), "")[:200].strip("-"),
            "title": title[:300],
            "summary": _line(filled.get("summary")),
            "body": page.body_below(title),
            "fields": own,
            **({"image_alt": image_alt} if image_alt else {}),
            "seo": {name: text for name, text in seo.items() if text},
            "teasers": {str(k): str(v) for k, v in _object("teasers", filled.get("teasers")).items()},
            "published_at": self._instant("published_at", filled.get("published_at"), page),
            "market_bound": str(filled.get("market_bound")).lower() in YES_WORDS,
            "next_steps": _steps(filled.get("next_steps"), report),
            **({"former": former} if (former := self._words("former", filled.get("former"))) else {}),
        }

    def _instant(self, name: str, value: Any, page: MarkdownPage) -> str | None:
        if value in (None, ""):
            return None
        try:
            return as_rfc3339(read_instant(value, now=self.now, day_first=self.mapping.day_first))
        except ValidationError as error:
            raise _at(name, value, page, error) from error

    def _placements(self, filled: dict[str, Any]) -> list[dict[str, Any]]:
        placed = filled.get("placements") or [
            {
                "stage": stage,
                "segments": self._words("segments", filled.get("segments")),
                "channels": self._words("channels", filled.get("channels")),
                "priority": 50 if filled.get("priority") is None else filled["priority"],
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

    def _fields(self, filled: dict[str, Any], kind: Kind, page: MarkdownPage) -> tuple[dict[str, Any], dict[str, Any]]:
        """The kind's fields, parted into the translation's own and the asset's, in the types of its schema."""
        given = {**_object("fields", filled.get("fields"))}
        given |= {n.partition(".")[2]: value for n, value in filled.items() if n.startswith("fields.")}
        present = {
            name: self._typed(name, value, kind.schema["properties"].get(name, {}), page)
            for name, value in given.items()
            if value not in (None, "")
        }
        shared = shared_names(kind.schema)
        return (
            {name: value for name, value in present.items() if name not in shared},
            {name: value for name, value in present.items() if name in shared},
        )

    def _typed(self, name: str, value: Any, schema: dict[str, Any], page: MarkdownPage) -> Any:
        """Front matter knows few types: dates as ISO, numbers as texts where a text is wanted, words for yes and no."""
        formats = [schema.get("format"), *(part.get("format") for part in schema.get("anyOf", []))]
        if "date" in formats:
            try:
                return read_day(value, now=self.now, day_first=self.mapping.day_first).isoformat()
            except ValidationError as error:
                raise _at(f"fields.{name}", value, page, error) from error
        if schema.get("type") == "string":
            value = self.mapping.plain(f"fields.{name}", value)
            if isinstance(value, list | dict):
                self._refuse_no_text(f"fields.{name}", value, page)
            return str(value)
        if schema.get("type") == "boolean" and str(value).lower() in YES_WORDS | NO_WORDS:
            return str(value).lower() in YES_WORDS
        return value

    def _words(self, name: str, value: Any) -> list[str]:
        """A list, or a text with its values parted by the mapping's separator for ``name``, else by commas."""
        words = value if isinstance(value, list) else str(value or "").split(self.mapping.split.get(name, ","))
        return list(dict.fromkeys(word for one in words if (word := _line(one))))

    def _locale(self, value: Any) -> str:
        """The code of a locale that is there, whatever its case, else in its usual form, if it may be added."""
        default = self.catalogue.default_locale
        if value in (None, ""):
            if default is None:
                raise ValidationError("It says no language, and none is the default.", code="locale_missing")
            return default.code
        said = str(self.mapping.valued("locale", str(value).strip())).strip()
        code = _usual(str(self.mapping.valued("locale", said.lower().replace("_", "-"))))
        if code.lower() in self.codes:
            return self.codes[code.lower()]
        if "locales" not in self.mapping.create:
            message = f"Unknown locale “{said}”: add it in the admin, or let the mapping create locales."
            raise ValidationError(message, code="unknown_locale")
        CODE(code)
        return code


def _usual(code: str) -> str:
    """``pt-br`` as ``pt-BR``, ``zh-hant`` as ``zh-Hant``."""
    language, *rest = code.split("-")
    return "-".join([language.lower(), *({2: part.upper(), 4: part.title()}.get(len(part), part) for part in rest)])


def _line(value: Any) -> str:
    """A one-line text, with HTML entities read and tags left out."""
    return "" if value is None else bare(str(value))


def _slug(text: str) -> str:
    """``Release 1.0`` as ``release-1-0``, not ``release-10``."""
    return slug_of(re.sub(r"[./]", "-", text))


def _term_slug(vocabulary: str, word: str) -> str:
    slug = slug_of(word.replace(".", "-"))[:80].strip("-")
    if not slug:
        message = f"terms.{vocabulary}: “{word}” makes no slug; say under “values” what it stands for."
        raise ValidationError(message, code="term_slug")
    return slug


def _object(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict | None):
        raise ValidationError(f"{name}: write an object of names and values.", code="not_an_object")
    return value or {}


def _leads_nowhere(step: Any) -> bool:
    """Whether the mapping names a target for the step, and this file has none to give."""
    return isinstance(step, dict) and any(n in step for n in TARGETS) and not any(step.get(n) for n in TARGETS)


def _is_text(name: str) -> bool:
    return name in TEXTS or name.startswith("seo.")


def _first_word(value: Any) -> str:
    """What to look for in the file, to tell the line of a list."""
    return next((one for one in value if isinstance(one, str) and one), "\n") if isinstance(value, list) else "\n"


def _steps(given: Any, report: FileReport) -> list[dict[str, Any]]:
    """The steps of a file, without those that have no target here or lead to the file itself, which is noted."""
    steps = [_step(step) for step in given or [] if not _leads_nowhere(step)]
    for step in steps:
        if step["target"] == {"key": report.group}:
            report.warnings.append(f"left out the step “{step['label']}”, which leads to this very file")
    return [step for step in steps if step["target"] != {"key": report.group}]


def _step(step: Any) -> dict[str, Any]:
    """A step as front matter has it: ``to`` a group, or ``url``, or ``touchpoint``."""
    if not isinstance(step, dict):
        raise ValidationError("Write each next step as an object with intent, label and to.", code="next_step")
    target = {TARGETS[name]: str(value) for name, value in step.items() if name in TARGETS and value}
    return {"intent": step.get("intent"), "label": step.get("label"), "target": target}


def _at(name: str, value: Any, page: MarkdownPage, error: ValidationError) -> ValidationError:
    """The refusal of a value, with where it stands in the file."""
    line = page.line_of(str(value))
    where = f"{name} (line {line})" if line else name
    return ValidationError([f"{where}: {message}" for message in error.messages], code=error.error_list[0].code)
