"""A kind's own fields as somebody reads them who knows no JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone

from content.renditions import ROOT

DEEPEST = 5  # what is inside one another and still easy to read
EMPTY: tuple[Any, ...] = (None, "", [], {})


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
    """The fields that say something, in the order in which the schema is stored, then those that it no longer knows."""
    return tuple(_told_object(schema, fields, depth=0))


def label_of(schema: dict[str, Any], name: str) -> str:
    """What the field ``name`` is called: its title, else its name in words."""
    return str(_object(_object(schema.get("properties")).get(name)).get("title") or _spaced(name))


def text_lines(schema: dict[str, Any], name: str, value: Any) -> str:
    """One field as plain text, without its own label: a line for each value, parts indented below theirs."""
    if value in EMPTY:
        return ""
    part = _object(_object(schema.get("properties")).get(name))
    told = _told("", part, value, depth=0)
    return "\n".join(_lines(told.parts, "")) if told.parts else told.text


def _lines(parts: tuple[FieldLine, ...], indent: str) -> Iterator[str]:
    for place, part in enumerate(parts, start=1):
        label = part.label or str(place)
        if part.parts:
            yield f"{indent}{label}:"
            yield from _lines(part.parts, f"{indent}  ")
        else:
            yield f"{indent}{label}: {part.text}"


def _told_object(schema: Any, values: dict[str, Any], *, depth: int) -> Iterator[FieldLine]:
    parts = _object(_object(schema).get("properties"))
    for name in [*(name for name in parts if name in values), *(name for name in values if name not in parts)]:
        if values[name] not in EMPTY:
            part = _object(parts.get(name))
            yield _told(label_of(schema, name), part, values[name], depth=depth)


def _told(label: str, schema: dict[str, Any], value: Any, *, depth: int) -> FieldLine:
    if isinstance(value, dict | list) and depth >= DEEPEST:
        return FieldLine(label, json.dumps(value, ensure_ascii=False))
    if isinstance(value, dict):
        return FieldLine(label, parts=tuple(_told_object(schema, value, depth=depth + 1)))
    if isinstance(value, list):
        items = _object(schema.get("items"))
        return FieldLine(
            label, parts=tuple(_told("", items, one, depth=depth + 1) for one in value if one not in EMPTY)
        )
    if isinstance(value, str) and value.startswith(("https://", "http://", ROOT)):
        return FieldLine(label, value, href=value)
    return FieldLine(label, _said(value, schema.get("format")))


def _said(value: Any, form: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _dated(value, form) if isinstance(value, str) else str(value)


def _dated(text: str, form: Any) -> str:
    """A date or an instant as people write it, in the service's zone; ``text`` itself if it is none."""
    try:
        if form == "date":
            return formats.date_format(date.fromisoformat(text), "j F Y")
        if form == "date-time":
            at = datetime.fromisoformat(text.upper())
            at = timezone.localtime(at) if timezone.is_aware(at) else at
            return formats.date_format(at, "j F Y, H:i")
    except (ValueError, OverflowError):
        pass
    return text


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _object(value: Any) -> dict[str, Any]:
    """A part of a schema; what is none, such as ``true``, says nothing."""
    return value if isinstance(value, dict) else {}
