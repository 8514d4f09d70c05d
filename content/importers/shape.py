"""The bulk line: one asset with its translations, as JSON; ``LINE`` is its schema."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.fields import refuse_remote
from content.importers.line_words import described, what_to_write
from journeys.phases import Intent
from journeys.storable import cleaned, refuse_far_instants

NOT_CLEANED = ("slug", "url")  # there a character more or less is another name
LONGEST = 240  # characters of a message
TEXT = {"type": "string", "pattern": "^[^\\x00]*$"}
NAME = {"type": "string", "minLength": 1, "maxLength": 300, "pattern": "^[^\\x00]*$"}
INSTANT = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}
FORMER = {"type": "array", "items": {**TEXT, "minLength": 1, "maxLength": 2000}, "maxItems": 200}
NAMES = {"type": "array", "items": NAME, "maxItems": 100}


def _shape(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


STEP = _shape(
    ["intent", "label", "target"],
    intent={"enum": Intent.values},
    label={**NAME, "maxLength": 80},
    target={
        "oneOf": [
            _shape([name], **{name: {**NAME, "maxLength": longest}})
            for name, longest in (("key", 300), ("id", 32), ("touchpoint", 80), ("url", 2000))
        ]
    },
)
TRANSLATION = _shape(
    ["locale", "slug", "title"],
    locale=NAME,
    slug={"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[-\\w]+$"},
    title=NAME,
    summary=TEXT,
    body=TEXT,
    fields={"type": "object"},
    image_alt={**TEXT, "maxLength": 500},
    seo=_shape([], title={**TEXT, "maxLength": 300}, description=TEXT),
    teasers={"type": "object", "additionalProperties": TEXT},
    published_at=INSTANT,
    market_bound={"type": "boolean"},
    next_steps={"type": "array", "items": STEP, "maxItems": 50},
    former=FORMER,
)
LINE = _shape(
    ["key", "kind", "translations"],
    key=NAME,
    kind=NAME,
    name=TEXT,
    no_stage_reason={"anyOf": [{"type": "string", "maxLength": 200}, {"type": "null"}]},
    fields={"type": "object"},
    image={"anyOf": [_shape(["media"], media={**NAME, "maxLength": 40}), {"type": "null"}]},
    terms={"type": "object", "additionalProperties": NAMES},
    placements={
        "type": "array",
        "items": _shape(
            ["journey", "stage"],
            journey=NAME,
            stage=NAME,
            segments=NAMES,
            channels=NAMES,
            priority={"type": "integer", "minimum": 0, "maximum": 100},
        ),
    },
    translations={"type": "array", "items": TRANSLATION, "minItems": 1},
    former=FORMER,
    publish={"anyOf": [_shape([], live_from=INSTANT, live_until=INSTANT), {"type": "null"}]},
)
VALIDATOR = jsonschema_rs.Draft202012Validator(
    json.loads(json.dumps(LINE)), retriever=refuse_remote, validate_formats=True
)


def schema() -> dict[str, Any]:
    """The JSON Schema of a bulk line, with what to write in each part."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": "One asset a line", **described(LINE)}


@dataclass
class Line:
    """One asset as it was read; ``where`` names its place in the source, for the report.

    ``held`` are locales whose texts stay drafts even if the line is to be published; ``name`` is what editors
    call it if the line itself does not say.
    """

    data: dict[str, Any]
    where: str
    warnings: list[str] = field(default_factory=list)
    held: frozenset[str] = frozenset()
    name: str = ""

    @property
    def key(self) -> str:
        return str(self.data["key"])

    @property
    def translations(self) -> list[dict[str, Any]]:
        return list(self.data["translations"])

    @property
    def locales(self) -> list[str]:
        return [translation["locale"] for translation in self.translations]

    @property
    def steps(self) -> list[dict[str, Any]]:
        return [step for translation in self.translations for step in translation.get("next_steps", [])]

    def text(self, locale: str) -> dict[str, Any]:
        """Its translation in ``locale``, of which there is one."""
        [data] = (translation for translation in self.translations if translation["locale"] == locale)
        return data

    def window(self) -> tuple[datetime | None, datetime | None]:
        """The window to publish with; an end that is ``None`` is open."""
        publish = self.data.get("publish") or {}
        return instant_of(publish.get("live_from")), instant_of(publish.get("live_until"))


def instant_of(text: str | None) -> datetime | None:
    """The instant in UTC; ``None`` for none."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def refuse_shape(data: Any) -> None:
    """Refuses (``line_invalid``) what is no bulk line, naming each place that is wrong."""
    try:
        orjson.dumps(data)
        errors = [_message(error) for error in VALIDATOR.iter_errors(data)]
    except (TypeError, ValueError) as error:  # nested too deep, or a number too long to be stored
        raise ValidationError(f"line: {_short(str(error))}", code="line_invalid") from error
    if errors := errors or list(_contradictions(data)):
        raise ValidationError(errors[:5], code="line_invalid")


def key_of(error: ValidationError) -> str:
    """The key of a line that was refused; empty if it has none."""
    data = getattr(error, "data", None)
    key = data.get("key") if isinstance(data, dict) else None
    return key if isinstance(key, str) else ""


def to_itself() -> str:
    return _("next_steps: a step leads to the asset itself")


def _contradictions(data: dict[str, Any]) -> Iterator[str]:
    """Messages about what a schema cannot find wrong with a line."""
    if len({t["locale"] for t in data["translations"]}) < len(data["translations"]):
        yield _("translations: a locale is given twice")
    places = [(place["journey"], place["stage"]) for place in data.get("placements", [])]
    if len(set(places)) < len(places):
        yield _("placements: a stage is given twice")
    targets = [step["target"].get("key") for text in data["translations"] for step in text.get("next_steps", [])]
    if data["key"] in targets:
        yield to_itself()
    instants = {f"publish.{name}": value for name, value in (data.get("publish") or {}).items()}
    instants |= {f"published_at ({text['locale']})": text.get("published_at") for text in data["translations"]}
    for name, value in instants.items():
        try:
            refuse_far_instants(instant_of(value))
        except (ValueError, OverflowError, ValidationError):
            message = _("%(name)s: “%(value)s” is out of range; write a date from 1900 to 9998")
            yield message % {"name": name, "value": value}


def _message(error: Any) -> str:
    where = ".".join(str(step) for step in error.instance_path) or "line"
    return f"{where}: {what_to_write(list(error.instance_path), _short(error.message))}"


def _short(message: str) -> str:
    """A message with the middle of a long value cut out."""
    return message if len(message) <= LONGEST else f"{message[:100]} … {message[-100:]}"


def read_lines(path: Path) -> Iterator[tuple[str, Line | ValidationError]]:
    """The lines of a JSONL file, one at a time, each after its place; a bad one as its refusal."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            where = _("line %(number)d") % {"number": number}
            if not raw.strip():
                continue
            try:
                data = orjson.loads(raw.removeprefix(BOM_UTF8).strip() if number == 1 else raw.strip())
                data = cleaned(data, but=NOT_CLEANED)
                refuse_shape(data)
            except orjson.JSONDecodeError as error:
                message = _("Not JSON: %(error)s, column %(column)d.") % {"error": error.msg, "column": error.colno}
                yield where, ValidationError(message, code="not_json")
            except ValidationError as error:
                error.data = data  # type: ignore[attr-defined]
                yield where, error
            else:
                yield where, Line(data, where)
