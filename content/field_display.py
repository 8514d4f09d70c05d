"""A kind's own fields for reading: labelled lines instead of JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from content.renditions import ROOT

DEEPEST = 5  # levels of lists and objects that are still easy to read; deeper ones stay JSON
EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True)
class FieldLine:
    """A value under its label: words, an address to follow, or parts, which are a list if they have no labels."""

    label: str
    text: str = ""
    href: str = ""
    parts: tuple["FieldLine", ...] = ()

    @property
    def is_list(self) -> bool:
        return bool(self.parts) and not any(part.label for part in self.parts)


def field_lines(schema: dict[str, Any], fields: dict[str, Any]) -> tuple[FieldLine, ...]:
    """The fields that are not empty, in the order of the schema, then those that it no longer knows."""
    return tuple(_object_lines(schema, fields, depth=0))


def label_of(schema: dict[str, Any], name: str) -> str:
    """The label of the field ``name``: its title in the schema, else the name itself with spaces."""
    return str(_object(_object(schema.get("properties")).get(name)).get("title") or _spaced(name))


def text_lines(schema: dict[str, Any], name: str, value: object) -> str:
    """One field as plain text, without its own label: a line for each value, parts indented below theirs."""
    if value in EMPTY:
        return ""
    part = _object(_object(schema.get("properties")).get(name))
    line = _field_line("", part, value, depth=0)
    return "\n".join(_lines(line.parts, "")) if line.parts else line.text


def _lines(parts: tuple[FieldLine, ...], indent: str) -> Iterator[str]:
    for place, part in enumerate(parts, start=1):
        label = part.label or str(place)
        if part.parts:
            yield f"{indent}{label}:"
            yield from _lines(part.parts, f"{indent}  ")
        else:
            yield f"{indent}{label}: {part.text}"


def _object_lines(schema: Any, values: dict[str, Any], *, depth: int) -> Iterator[FieldLine]:
    parts = _object(_object(schema).get("properties"))
    for name in [*(name for name in parts if name in values), *(name for name in values if name not in parts)]:
        if values[name] not in EMPTY:
            part = _object(parts.get(name))
            yield _field_line(label_of(schema, name), part, values[name], depth=depth)


def _field_line(label: str, schema: dict[str, Any], value: object, *, depth: int) -> FieldLine:
    if isinstance(value, dict | list) and depth >= DEEPEST:
        return FieldLine(label, json.dumps(value, ensure_ascii=False))
    if isinstance(value, dict):
        return FieldLine(label, parts=tuple(_object_lines(schema, value, depth=depth + 1)))
    if isinstance(value, list):
        items = _object(schema.get("items"))
        lines = (_field_line("", items, item, depth=depth + 1) for item in value if item not in EMPTY)
        return FieldLine(label, parts=tuple(lines))
    # Only these become links: any other scheme, such as “javascript:”, stays text.
    if isinstance(value, str) and value.startswith(("https://", "http://", ROOT)):
        return FieldLine(label, value, href=value)
    return FieldLine(label, _plain_text(value, schema.get("format")))


def _plain_text(value: object, form: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _date_text(value, form) if isinstance(value, str) else str(value)


def _date_text(text: str, form: object) -> str:
    """A date or an instant in the admin's format, in the current zone; ``text`` itself if it is none."""
    try:
        if form == "date":
            return formats.date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
        if form == "date-time":
            at = datetime.fromisoformat(text.upper())
            at = timezone.localtime(at) if timezone.is_aware(at) else at
            return formats.date_format(at, "SHORT_DATETIME_FORMAT")
    except (ValueError, OverflowError):
        pass
    return text


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _object(value: object) -> dict[str, Any]:
    """A part of a schema as a dictionary; empty for what is none, such as ``true``."""
    return value if isinstance(value, dict) else {}
