"""The mapping: a small TOML file that says how a folder's paths, front matter and text become assets.

include = ["**/*.md"]                      # which files; exclude likewise
paths = ['(?P<lang>en|no)/(?P<name>.+)\\.md']   # the first that fits names the parts of the path
text = ['^By (?P<author>.+)$']             # looked for in the text as it was written; gives {text.author}
values.lang = {no = "nb"}                  # what a part of the path, or of the front matter, stands for
split = {"terms.tag" = " "}                # what parts several words in one text; else commas
join = {"fields.author" = ", "}            # what joins a list where a text is wanted; else a list there is refused
first = ["front.authors"]                  # or only its first counts; by what is set, or by the placeholder
day_first = true                           # 1/2/2026 is the first of February
create = ["terms", "locales"]              # what may be added when it is not there yet
vocabularies = {tag = "Tags"}              # vocabularies to add

[set]                                      # each may use {path.…}, {front.…}, {text.…}, {heading}, {lead}, {file.stem};
title = "{front.title|heading}"            # the first of several that gives something counts
slug = "{path.name}"                       # a text that is one placeholder keeps its type
"terms.tag" = ["{front.tags}", "{front.category}"]     # of a list, all count
status = "{front.published}"               # false, no, draft …: stays a draft
former = "{front.aliases}"                 # paths that it had before; of this language
image = "{front.cover}"                    # a picture in the folder, for the asset; image_alt says what it shows

[[rule]]                                   # later rules win; "when" holds patterns that must fit wholly
when = {"path.name" = "_index"}
set = {kind = "landing-page"}              # or: skip = "why"
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PLACEHOLDER = re.compile(r"\{([\w.|'\- ]+)\}")
KEYS = {
    *("include", "exclude", "paths", "text", "values", "create", "vocabularies", "split", "day_first", "set", "rule"),
    *("join", "first"),
}
RULE_KEYS = {"when", "set", "skip"}
CREATABLE = {"terms", "locales"}
PLAIN = [
    "kind",
    "locale",
    "group",
    "slug",
    "title",
    "summary",
    "published_at",
    "status",
    "stages",
    "segments",
    "channels",
    "priority",
    "placements",
    "next_steps",
    "teasers",
    "live_from",
    "live_until",
    "no_stage_reason",
    "market_bound",
    "fields",
    "name",
    "image",
    "image_alt",
    "former",
]
DOTTED = ("terms", "fields", "seo")


@dataclass(frozen=True)
class MappingRule:
    """Settings for the files whose values fit ``when``; ``skip`` is a reason to leave them out."""

    when: dict[str, re.Pattern[str]]
    settings: dict[str, Any]
    skip: str


@dataclass(frozen=True)
class FolderMapping:
    """A mapping; see the module for what each part means."""

    include: list[str]
    exclude: list[str]
    paths: list[re.Pattern[str]]
    text: list[re.Pattern[str]]
    values: dict[str, dict[str, Any]]
    create: frozenset[str]
    vocabularies: dict[str, str]
    split: dict[str, str]
    join: dict[str, str]
    first: frozenset[str]
    day_first: bool
    settings: dict[str, Any]
    rules: list[MappingRule]

    def path_parts(self, path: str) -> dict[str, str] | None:
        """The named parts of ``path`` by the first pattern that fits it wholly; ``None`` if none does."""
        match = next((match for pattern in self.paths if (match := pattern.fullmatch(path))), None)
        return {name: value for name, value in match.groupdict().items() if value is not None} if match else None

    def text_parts(self, text: str) -> dict[str, str]:
        """The named parts of ``text``; of several patterns for a part, the first that matches counts."""
        matches = [match.groupdict() for pattern in self.text if (match := pattern.search(text))]
        return {name: value.strip() for parts in reversed(matches) for name, value in parts.items() if value}

    def settings_for(self, values: Mapping[str, Any]) -> dict[str, Any] | str:
        """The settings for a file with these values, or the reason to skip it."""
        settings = dict(self.settings)
        for rule in self.rules:
            if all(pattern.fullmatch(_word_at(values, name)) for name, pattern in rule.when.items()):
                if rule.skip:
                    return rule.skip
                settings |= rule.settings
        return settings

    def translate(self, name: str, value: object) -> Any:
        """The value that ``value`` stands for under ``name``, as in ``values.lang = {no = "nb"}``; else itself."""
        table = self.values.get(name.rpartition(".")[2])
        if table is None or isinstance(value, dict):
            return value
        if isinstance(value, list):
            return [table.get(word_of(item), item) for item in value]
        return table.get(word_of(value), value)

    def fill(self, template: object, values: Mapping[str, Any]) -> Any:
        """``template`` with its placeholders filled in; ``None`` where one of them has no value.

        A text that is one placeholder takes the value in its own type; in a list, parts without a value are left out.
        """
        if isinstance(template, list):
            return [value for part in template if (value := self.fill(part, values)) not in (None, "")]
        if isinstance(template, dict):
            return {name: self.fill(part, values) for name, part in template.items()}
        if not isinstance(template, str):
            return template
        if whole := PLACEHOLDER.fullmatch(template):
            return self._first(whole[1], values)
        parts = [self._first(name, values) for name in PLACEHOLDER.findall(template)]
        for name, value in zip(PLACEHOLDER.findall(template), parts, strict=True):
            if isinstance(value, list | dict):
                raise ValidationError(self.no_text(name, value), code="no_text")
        if any(value in (None, "") for value in parts):
            return None
        next_part = iter(parts)
        return PLACEHOLDER.sub(lambda match: str(next(next_part)), template)

    def _first(self, names: str, values: Mapping[str, Any]) -> Any:
        """The first value among the names of a placeholder, as in ``{front.title|heading|'Untitled'}``."""
        for name in (part.strip() for part in names.split("|")):
            if name.startswith("'"):
                return name.strip("'")
            if (value := self.plain(name, self.translate(name, look_up(values, name)))) not in (None, "", []):
                return value
        return None

    def plain(self, name: str, value: object) -> Any:
        """The text of a list that the mapping joins, or takes the first item of, under ``name``; else the value."""
        if not isinstance(value, list):
            return value
        words = [word_of(item) for item in value if item not in (None, "", [], {})]
        if name in self.join:
            return self.join[name].join(words)
        return next(iter(words), None) if name in self.first else value

    def no_text(self, name: str, value: object) -> str:
        """The message for a list or an object where a text is needed, with the setting that makes one of it."""
        if isinstance(value, dict):
            return _("this is an object, and a text is needed; name one of its values in the mapping.")
        message = _('this is a list, and a text is needed; write join = {"%(name)s" = ", "} or first = ["%(name)s"].')
        return message % {"name": name}


def word_of(value: object) -> str:
    """A value as a mapping spells it: ``true``, not ``True``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _word_at(values: Mapping[str, Any], name: str) -> str:
    value = look_up(values, name)
    return "" if value is None else word_of(value)


def look_up(values: Mapping[str, Any], name: str) -> Any:
    """The value at a dotted name; ``None`` if there is none."""
    value: Any = values
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def read_mapping(path: Path) -> FolderMapping:
    """The mapping in ``path``. Refuses (``mapping_invalid``) a file that cannot be read, and unknown names in it."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValidationError(f"{path}: {error}", code="mapping_invalid") from error
    try:
        return _read(data)
    except (ValueError, TypeError, AttributeError, re.error) as error:
        raise ValidationError(f"{path}: {error}", code="mapping_invalid") from error


def _read(data: dict[str, Any]) -> FolderMapping:
    _refuse_unknown(_("Unknown in the mapping: %(names)s; use %(known)s."), set(data) - KEYS, KEYS)
    _refuse_unknown(
        _("Unknown in “create”: %(names)s; use %(known)s."), set(data.get("create", [])) - CREATABLE, CREATABLE
    )
    rules = []
    for rule in data.get("rule", []):
        _refuse_unknown(_("Unknown in a rule: %(names)s; use %(known)s."), set(rule) - RULE_KEYS, RULE_KEYS)
        _refuse_settings(rule.get("set", {}))
        when = {name: re.compile(str(pattern)) for name, pattern in rule.get("when", {}).items()}
        rules.append(MappingRule(when, rule.get("set", {}), rule.get("skip", "")))
    _refuse_settings(data.get("set", {}))
    return FolderMapping(
        include=data.get("include", ["**/*.md", "**/*.mdx", "**/*.markdown", "**/*.html"]),
        exclude=data.get("exclude", []),
        paths=[re.compile(pattern) for pattern in data.get("paths", [".*"])],
        text=[re.compile(pattern, re.MULTILINE) for pattern in data.get("text", [])],
        values=data.get("values", {}),
        create=frozenset(data.get("create", [])),
        vocabularies=data.get("vocabularies", {}),
        split=data.get("split", {}),
        join={name: str(by) for name, by in data.get("join", {}).items()},
        first=frozenset(data.get("first", [])),
        day_first=bool(data.get("day_first", False)),
        settings=data.get("set", {}),
        rules=rules,
    )


def _refuse_settings(settings: dict[str, Any]) -> None:
    wrong = {n for n in settings if n not in PLAIN and n.partition(".")[0] not in DOTTED}
    known = {*PLAIN, *(f"{name}.…" for name in DOTTED)}
    _refuse_unknown(_("Unknown in “set”: %(names)s; use %(known)s."), wrong, known)


def _refuse_unknown(message: str, wrong: set[str], known: set[str]) -> None:
    if wrong:
        raise ValueError(message % {"names": ", ".join(sorted(wrong)), "known": ", ".join(sorted(known))})
