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

PLACEHOLDER = re.compile(r"\{([\w.|'\- ]+)\}")
KEYS = {
    *("include", "exclude", "paths", "text", "values", "create", "vocabularies", "split", "day_first", "set", "rule"),
    *("join", "first"),
}
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
    """A mapping as it was read."""

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
        fits = (pattern.fullmatch(path) for pattern in self.paths)
        found = next((match for match in fits if match), None)
        return (
            None if found is None else {name: value for name, value in found.groupdict().items() if value is not None}
        )

    def text_parts(self, text: str) -> dict[str, str]:
        """The named parts of ``text``; of several patterns for a part the first that is found counts."""
        found = [match.groupdict() for pattern in self.text if (match := pattern.search(text))]
        return {name: value.strip() for parts in reversed(found) for name, value in parts.items() if value}

    def settings_for(self, values: Mapping[str, Any]) -> dict[str, Any] | str:
        """What applies to a file with these values: its settings, or the reason to skip it."""
        settings = dict(self.settings)
        for rule in self.rules:
            if all(pattern.fullmatch(self._worded(values, name)) for name, pattern in rule.when.items()):
                if rule.skip:
                    return rule.skip
                settings |= rule.settings
        return settings

    def _worded(self, values: Mapping[str, Any], name: str) -> str:
        found = look_up(values, name)
        return "" if found is None else word_of(found)

    def valued(self, name: str, value: Any) -> Any:
        """What ``value`` stands for under ``name``: ``values.lang = {no = "nb"}``."""
        table = self.values.get(name.rpartition(".")[2])
        if table is None or isinstance(value, dict):
            return value
        if isinstance(value, list):
            return [table.get(word_of(one), one) for one in value]
        return table.get(word_of(value), value)

    def filled(self, template: Any, values: Mapping[str, Any]) -> Any:
        """``template`` with its placeholders filled; ``None`` where one of them has nothing to give."""
        if isinstance(template, list):
            return [part for part in (self.filled(one, values) for one in template) if part not in (None, "")]
        if isinstance(template, dict):
            return {name: self.filled(one, values) for name, one in template.items()}
        if not isinstance(template, str):
            return template
        if whole := PLACEHOLDER.fullmatch(template):
            return self._first(whole[1], values)
        found = [self._first(name, values) for name in PLACEHOLDER.findall(template)]
        for name, value in zip(PLACEHOLDER.findall(template), found, strict=True):
            if isinstance(value, list | dict):
                raise ValidationError(self.no_text(name, value), code="no_text")
        if any(value in (None, "") for value in found):
            return None
        given = iter(found)
        return PLACEHOLDER.sub(lambda _: str(next(given)), template)

    def _first(self, names: str, values: Mapping[str, Any]) -> Any:
        for name in (part.strip() for part in names.split("|")):
            if name.startswith("'"):
                return name.strip("'")
            if (value := self.plain(name, self.valued(name, look_up(values, name)))) not in (None, "", []):
                return value
        return None

    def plain(self, name: str, value: Any) -> Any:
        """``value``, if it is a list that the mapping joins or takes the first of under ``name``, as a text."""
        if not isinstance(value, list):
            return value
        words = [word_of(one) for one in value if one not in (None, "", [], {})]
        if name in self.join:
            return self.join[name].join(words)
        return next(iter(words), None) if name in self.first else value

    def no_text(self, name: str, value: Any) -> str:
        """Why a list or an object is refused where a text is wanted, and what to do."""
        if isinstance(value, dict):
            return "an object stands where a text is wanted; name one of its values in the mapping."
        ways = f'join = {{"{name}" = ", "}} or first = ["{name}"]'
        return f"a list stands where a text is wanted; say in the mapping {ways}."


def word_of(value: Any) -> str:
    """A value as a mapping spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def look_up(values: Mapping[str, Any], name: str) -> Any:
    """The value at a dotted name; ``None`` if there is none."""
    found: Any = values
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def read_mapping(path: Path) -> FolderMapping:
    """The mapping in ``path``. Refuses (``mapping_invalid``) what it does not know, naming it."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValidationError(f"{path}: {error}", code="mapping_invalid") from error
    try:
        return _read(data)
    except (ValueError, TypeError, AttributeError, re.error) as error:
        raise ValidationError(f"{path}: {error}", code="mapping_invalid") from error


def _read(data: dict[str, Any]) -> FolderMapping:
    _refuse_unknown("the mapping", set(data) - KEYS, KEYS)
    _refuse_unknown("create", set(data.get("create", [])) - CREATABLE, CREATABLE)
    rules = []
    for rule in data.get("rule", []):
        _refuse_unknown("a rule", set(rule) - {"when", "set", "skip"}, {"when", "set", "skip"})
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
    _refuse_unknown("set", wrong, {*PLAIN, *(f"{name}.…" for name in DOTTED)})


def _refuse_unknown(where: str, wrong: set[str], allowed: set[str]) -> None:
    if wrong:
        raise ValueError(f"{where} has no {', '.join(sorted(wrong))}; there are {', '.join(sorted(allowed))}")
