"""Composes one translation from a file by a mapping, with what it says of its asset."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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
    """The report of one file: its group and locale, why it was refused or skipped, what was dropped, and warnings.

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
        filled = cleaned({name: self._value(name, template, values, page) for name, template in settings.items()})
        report.group = str(filled.get("group") or report.path)
        report.locale = self._locale(filled.get("locale"))
        report.is_draft = str(filled.get("status", "")).strip().lower() in DRAFT_WORDS
        kind = self.catalogue.kinds.get(str(filled.get("kind")))
        if kind is None:
            raise ValidationError(_("Unknown kind “%(slug)s”.") % {"slug": filled.get("kind")}, code="unknown_kind")
        own, shared = self._fields(filled, kind, page)
        translation = self._translation(filled, page, own, report)
        words = {n.partition(".")[2]: self._words(n, value) for n, value in filled.items() if n.startswith("terms.")}
        titles = {(name, _term_slug(name, word)): word for name in words for word in reversed(words[name])}
        asset = {
            "kind": kind.slug,
            "name": _line(filled.get("name")),
            "no_stage_reason": filled.get("no_stage_reason"),
            "terms": {name: [*dict.fromkeys(_term_slug(name, word) for word in words[name])] for name in words},
            "placements": self._placements(filled),
            "publish": {edge: self._instant(edge, filled.get(edge), page) for edge in ("live_from", "live_until")},
        }
        refuse_shape({"key": report.group, "fields": shared, "translations": [translation], **asset})
        if wrong := problems(kind.schema, {**own, **shared}, complete=False):
            raise ValidationError([f"fields.{p.path}: {p.message[:200]}" for p in wrong], code="fields_invalid")
        return FileText(report, translation, asset, shared, titles, filled.get("image"))

    def _value(self, name: str, template: object, values: dict[str, Any], page: MarkdownPage) -> Any:
        """The value of one setting; a refusal names the setting and, if the value is found in the file, its line."""
        try:
            value = self.mapping.plain(name, self._fill(name, template, values))
        except ValidationError:
            raise
        except Exception as error:
            raise unexpected(error, name) from error
        if _is_text(name) and isinstance(value, list | dict):
            raise self._no_text(name, value, page)
        return value

    def _no_text(self, name: str, value: object, page: MarkdownPage) -> ValidationError:
        return _at(name, _first_word(value), page, ValidationError(self.mapping.no_text(name, value), code="no_text"))

    def _fill(self, name: str, template: object, values: dict[str, Any]) -> Any:
        """The template's value; each part of a list of words is split by itself."""
        if isinstance(template, list) and (name in LISTS or name.startswith("terms.")):
            return [word for part in template for word in self._words(name, self.mapping.fill(part, values))]
        return self.mapping.fill(template, values)

    def _translation(
        self, filled: dict[str, Any], page: MarkdownPage, own: dict[str, Any], report: FileReport
    ) -> dict[str, Any]:
        title = _line(filled.get("title"))
        if not title:
            message = _("It has no title: neither a key of the front matter nor a heading gives one.")
            raise ValidationError(message, code="title_missing")
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

    def _instant(self, name: str, value: object, page: MarkdownPage) -> str | None:
        if value in (None, ""):
            return None
        try:
            return as_rfc3339(read_instant(value, now=self.now, day_first=self.mapping.day_first))
        except ValidationError as error:
            raise _at(name, value, page, error) from error

    def _placements(self, filled: dict[str, Any]) -> list[dict[str, Any]]:
        given = filled.get("placements") or [
            {
                "stage": stage,
                "segments": self._words("segments", filled.get("segments")),
                "channels": self._words("channels", filled.get("channels")),
                "priority": 50 if filled.get("priority") is None else filled["priority"],
            }
            for stage in self._words("stages", filled.get("stages"))
        ]
        placements = []
        for placement in given:
            if not isinstance(placement, dict):
                raise ValidationError(_("Write each placement as an object with a stage."), code="placement")
            journey, colon, stage = str(placement.get("stage", "")).partition(":")
            names = {"journey": journey, "stage": stage} if colon else {}
            placements.append({**placement, **names})
        return placements

    def _fields(self, filled: dict[str, Any], kind: Kind, page: MarkdownPage) -> tuple[dict[str, Any], dict[str, Any]]:
        """The values of the kind's fields in the types of its schema: the translation's own, and the asset's."""
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

    def _typed(self, name: str, value: object, schema: dict[str, Any], page: MarkdownPage) -> Any:
        """The value in its schema's type: dates as ISO, numbers as texts for a text, words such as ``yes`` as booleans.

        Front matter knows few types. What does not fit stays as it is, for the schema to refuse.
        """
        formats = [schema.get("format"), *(part.get("format") for part in schema.get("anyOf", []))]
        if "date" in formats:
            try:
                return read_day(value, now=self.now, day_first=self.mapping.day_first).isoformat()
            except ValidationError as error:
                raise _at(f"fields.{name}", value, page, error) from error
        if schema.get("type") == "string":
            value = self.mapping.plain(f"fields.{name}", value)
            if isinstance(value, list | dict):
                raise self._no_text(f"fields.{name}", value, page)
            return str(value)
        if schema.get("type") == "boolean" and str(value).lower() in YES_WORDS | NO_WORDS:
            return str(value).lower() in YES_WORDS
        return value

    def _words(self, name: str, value: object) -> list[str]:
        """The words of a list, or of a text split by the mapping's separator for ``name``, else by commas."""
        words = value if isinstance(value, list) else str(value or "").split(self.mapping.split.get(name, ","))
        return list(dict.fromkeys(line for word in words if (line := _line(word))))

    def _locale(self, value: object) -> str:
        """The code of a known locale, whatever its case, else in its usual form, if the mapping may add locales."""
        default = self.catalogue.default_locale
        if value in (None, ""):
            if default is None:
                raise ValidationError(_("It names no locale, and none is the default."), code="locale_missing")
            return default.code
        name = str(self.mapping.translate("locale", str(value).strip())).strip()
        code = _canonical(str(self.mapping.translate("locale", name.lower().replace("_", "-"))))
        if code.lower() in self.codes:
            return self.codes[code.lower()]
        if "locales" not in self.mapping.create:
            message = _("Unknown locale “%(code)s”: add it in the admin, or let the mapping create locales.")
            raise ValidationError(message % {"code": name}, code="unknown_locale")
        CODE(code)
        return code


def _canonical(code: str) -> str:
    """``pt-br`` as ``pt-BR``, ``zh-hant`` as ``zh-Hant``: four letters are a script, two a region."""
    language, *rest = code.split("-")
    return "-".join([language.lower(), *({2: part.upper(), 4: part.title()}.get(len(part), part) for part in rest)])


def _line(value: object) -> str:
    """A one-line text, with HTML entities read and tags left out."""
    return "" if value is None else bare(str(value))


def _slug(text: str) -> str:
    """``Release 1.0`` as ``release-1-0``, not ``release-10``."""
    return slug_of(re.sub(r"[./]", "-", text))


def _term_slug(vocabulary: str, word: str) -> str:
    slug = slug_of(word.replace(".", "-"))[:80].strip("-")
    if not slug:
        message = _("terms.%(vocabulary)s: “%(word)s” makes no slug; give it another word under “values”.")
        raise ValidationError(message % {"vocabulary": vocabulary, "word": word}, code="term_slug")
    return slug


def _object(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict | None):
        message = _("%(name)s: write an object of names and values.") % {"name": name}
        raise ValidationError(message, code="not_an_object")
    return value or {}


def _leads_nowhere(step: object) -> bool:
    """Whether the mapping has a target for the step, but this file gives none."""
    return isinstance(step, dict) and any(n in step for n in TARGETS) and not any(step.get(n) for n in TARGETS)


def _is_text(name: str) -> bool:
    return name in TEXTS or name.startswith("seo.")


def _first_word(value: object) -> str:
    """A word to look for in the file, to find the line of a list; ``\\n``, which is in no line, if there is none."""
    return next((line for line in value if isinstance(line, str) and line), "\n") if isinstance(value, list) else "\n"


def _steps(given: Any, report: FileReport) -> list[dict[str, Any]]:
    """The steps of a file, without those that have no target here, or lead to the file itself: that is a warning."""
    steps = [_step(step) for step in given or [] if not _leads_nowhere(step)]
    for step in steps:
        if step["target"] == {"key": report.group}:
            warning = _("left out the step “%(label)s”, which leads to this file itself")
            report.warnings.append(warning % {"label": step["label"]})
    return [step for step in steps if step["target"] != {"key": report.group}]


def _step(step: object) -> dict[str, Any]:
    """A step as a line has it; in front matter its target is ``to`` a group, ``url``, ``touchpoint`` or ``id``."""
    if not isinstance(step, dict):
        raise ValidationError(_("Write each next step as an object with intent, label and to."), code="next_step")
    target = {TARGETS[name]: str(value) for name, value in step.items() if name in TARGETS and value}
    return {"intent": step.get("intent"), "label": step.get("label"), "target": target}


def _at(name: str, value: object, page: MarkdownPage, error: ValidationError) -> ValidationError:
    """The refusal of a value, with its setting and, if it is found in the file, its line."""
    line = page.line_of(str(value))
    where = _("%(name)s (line %(line)d)") % {"name": name, "line": line} if line else name
    return ValidationError([f"{where}: {message}" for message in error.messages], code=error.error_list[0].code)
