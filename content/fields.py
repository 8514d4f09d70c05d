"""Validates a kind's own fields against its JSON Schema (2020-12)."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import orjson
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from journeys.addresses import has_user, user_message
from journeys.storable import END, FIRST, texts_in, unstorable

WINDOW_EDGES = ("from", "until")


@dataclass(frozen=True)
class Problem:
    """One field that does not fit: its path (``questions.0.answer``) and what is wrong, as a sentence.

    The sentences of the schema's validator are English in all languages.
    """

    path: str
    message: str


def refuse_remote(uri: str) -> Any:
    raise ValueError(_("“%(uri)s”: a schema may refer to its own parts only") % {"uri": uri})


def validate_schema(schema: object) -> None:
    """Refuses (``schema_invalid``) what is not the JSON Schema of an object with named properties."""
    if not isinstance(schema, dict) or schema.get("type") != "object" or not isinstance(schema.get("properties"), dict):
        message = _("Write a JSON Schema of type “object” with “properties”.")
        raise ValidationError(message, code="schema_invalid")
    try:
        _validator(json.dumps(schema))
    except ValueError as error:
        message = _("Not a JSON Schema (2020-12): %(error)s") % {"error": error}
        raise ValidationError(message, code="schema_invalid") from error
    for name, part in schema["properties"].items():
        if not isinstance(part, dict):
            message = _("“%(name)s” needs a schema of its own.") % {"name": name}
            raise ValidationError(message, code="schema_invalid")
        if part.get("x-window", "from") not in WINDOW_EDGES or not isinstance(part.get("x-localized", True), bool):
            message = _("“%(name)s”: x-window is “from” or “until”, x-localized is true or false.") % {"name": name}
            raise ValidationError(message, code="schema_invalid")


def problems(schema: dict[str, Any], fields: dict[str, Any], *, complete: bool) -> list[Problem]:
    """The problems of ``fields`` under ``schema``, in the order in which they are found; empty if there are none.

    A draft need not be ``complete``: required fields may still be missing at the top level.
    """
    # Only at the top: within a list of questions an entry without its answer is refused in a draft too.
    rules = schema if complete else {key: value for key, value in schema.items() if key != "required"}
    found = [_problem(error) for error in _validator(_cache_key(rules)).iter_errors(fields)]
    found += [Problem(path, why) for path, why in unstorable(fields)]
    found += [Problem(path, user_message()) for path, text in texts_in(fields) if has_user(text)]
    return found + [
        Problem(name, _("Write a date or instant from 1900 to 9998, like 2026-11-22 or 2026-11-22T08:00:00Z."))
        for name, part in schema["properties"].items()
        if "x-window" in part and fields.get(name) not in (None, "") and _edge(fields[name], through=False) is None
    ]


def _problem(error: jsonschema_rs.ValidationError) -> Problem:
    """An error of the validator; a missing field is reported at its own path, not at that of its parent."""
    path, message = error.instance_path, error.message
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        path, message = [*path, error.kind.property], _("This is missing.")
    return Problem(".".join(str(step) for step in path), message)


def shared_names(schema: dict[str, Any]) -> set[str]:
    """The fields that belong to the asset (``x-localized: false``), not to each translation."""
    return {name for name, part in schema["properties"].items() if not part.get("x-localized", True)}


def refuse_misfits(
    schema: dict[str, Any], fields: object, *, shared: bool, beside: dict[str, Any] | None = None
) -> None:
    """Refuses (``fields_invalid``) a draft's fields that do not fit, or belong to the other side.

    The sides are the asset (``shared``) and its translation; ``beside`` are the fields of the other side.
    """
    if not isinstance(fields, dict):
        message = _("Write an object of fields.")
        raise ValidationError({"fields": ValidationError(message, code="fields_invalid")})
    own = shared_names(schema)
    misplaced = [name for name in fields if name in schema["properties"] and (name in own) is not shared]
    message = _("%(name)s: belongs to the translation.") if shared else _("%(name)s: belongs to the asset.")
    errors = [ValidationError(message % {"name": name}, code="fields_invalid") for name in misplaced]
    for problem in problems(schema, {**(beside or {}), **fields}, complete=False):
        if problem.path.partition(".")[0] in fields or not problem.path:
            errors.append(ValidationError(f"{problem.path or 'fields'}: {problem.message}", code="fields_invalid"))
    if errors:
        raise ValidationError({"fields": errors})


def window(schema: dict[str, Any], fields: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """The window that the kind's own date fields set: the latest ``from`` and the earliest ``until``.

    A date without a time counts in the project's time zone, an ``until`` through the end of that day.
    """
    edges: dict[str, list[datetime]] = {"from": [], "until": []}
    for name, part in schema["properties"].items():
        edge, value = part.get("x-window"), fields.get(name)
        if edge and (at := _edge(value, through=edge == "until")):
            edges[edge].append(at)
    return max(edges["from"], default=None), min(edges["until"], default=None)


def _edge(value: object, *, through: bool) -> datetime | None:
    """The instant of a window field; ``None`` for none, and for what cannot be read, which ``problems`` refuses."""
    zone = ZoneInfo(settings.TIME_ZONE)
    if not isinstance(value, str):
        return None
    try:
        value = value.upper()  # RFC 3339 allows “t” and “z”, Python's parser does not
        # An ``until`` of 22 November holds through that day: in Oslo it ends at 23:00 UTC of the 22nd, when the 23rd
        # begins.
        if len(value) == len("2026-01-01"):  # a date alone; an ``until`` then ends when the next day begins
            day = date.fromisoformat(value) + timedelta(days=1 if through else 0)
            return _near(datetime.combine(day, time(), zone).astimezone(UTC))
        at = datetime.fromisoformat(value)
        return _near((at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _near(at: datetime) -> datetime | None:
    return at if FIRST <= at < END else None


def _cache_key(schema: dict[str, Any]) -> str | bytes:
    """The JSON of a schema, by which ``_validator`` caches: a dictionary cannot be hashed."""
    try:
        return orjson.dumps(schema)
    except TypeError:  # a number of more than 64 bits
        return json.dumps(schema)


# Two for each kind, whole and without ``required``: enough for a hundred kinds with those that are just being edited.
@lru_cache(maxsize=256)
def _validator(schema: str | bytes) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(schema), retriever=refuse_remote, validate_formats=True)
