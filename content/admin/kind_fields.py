"""A kind's own fields as a form, drawn from its schema; as JSON where the schema says more than a form can."""

import json

from django.utils.html import format_html, format_html_join
from django_jsonform.widgets import JSONFormWidget

from content.fields import shared_names
from journeys.admin.written import WrittenJSON

NOTHING = "This kind has no fields of its own here."
LONG = 200  # letters, from which on a text gets more than one line
KINDS = {"string", "number", "integer", "boolean", "array", "object"}
# What a form can say of a value. Whatever else a schema says is checked when it is saved.
DRAWN = {
    *("type", "title", "description", "properties", "items", "enum", "format", "required", "default"),
    *("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "additionalProperties", "pattern"),
    *("x-localized", "x-window", "uniqueItems"),
}
FORMATS = {"date", "date-time", "time", "email"}
EMPTY = (None, "", [], {})


class KindFields(WrittenJSON):
    """Fields that a form draws. What is left empty is left out."""

    def to_python(self, value):
        return without_empty(super().to_python(value))

    def has_changed(self, initial, data):
        return super().has_changed(without_empty(initial or {}), data)


def draw_fields(form, kind, *, shared):
    """Draws the form's own ``fields``: one side of a kind's, shared or of a translation."""
    own = shared_names(kind.schema)
    named = {name: part for name, part in kind.schema["properties"].items() if (name in own) is shared}
    required = set(kind.schema.get("required", []))
    field = form.fields["fields"]
    if named and all(_is_drawable(part) for part in named.values()):
        keys = {name: _drawn(part, name, name in required) for name, part in named.items()}
        widget = JSONFormWidget(schema={"type": "object", "keys": keys})
        form.fields["fields"] = KindFields(required=False, label=field.label, widget=widget)
    else:
        field.help_text = _described(named, required) if named else NOTHING


def without_empty(value):
    """``value`` without the fields that hold nothing, at any depth."""
    if isinstance(value, dict):
        kept = {name: without_empty(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if part not in EMPTY}
    return [without_empty(part) for part in value] if isinstance(value, list) else value


def _is_drawable(part):
    if part.get("type") not in KINDS or set(part) - DRAWN:
        return False
    if part["type"] == "array":
        return isinstance(part.get("items"), dict) and _is_drawable(part["items"])
    if part["type"] == "object":
        return bool(part.get("properties")) and all(_is_drawable(inner) for inner in part["properties"].values())
    return True


def _drawn(part, name, needed):
    """A part of a schema in the words of the widget."""
    kind = part["type"]
    drawn = {"type": kind, "title": part.get("title") or name.replace("_", " ").capitalize()}
    hints = [part.get("description", ""), "Needed to publish." if needed else ""]
    if told := " ".join(hint for hint in hints if hint):
        drawn["helpText"] = told
    drawn |= {key: part[key] for key in ("minimum", "maximum", "minLength", "maxLength", "default") if key in part}
    if kind == "object":
        required = set(part.get("required", []))
        drawn["keys"] = {key: _drawn(inner, key, key in required) for key, inner in part["properties"].items()}
    elif kind == "array":
        drawn["items"] = _drawn(part["items"], name, False)
        drawn |= {key: part[key] for key in ("maxItems",) if key in part}
    elif "enum" in part:
        drawn["choices"] = part["enum"]
    elif part.get("format") in FORMATS:
        drawn["format"] = part["format"]
    elif kind == "string" and part.get("maxLength", LONG + 1) > LONG:
        drawn["widget"] = "textarea"
    return drawn


def _described(named, required):
    """Each field with what may stand in it, for whoever writes JSON."""
    lines = [(name, _meaning(part), " · needed to publish" if name in required else "") for name, part in named.items()]
    return format_html("JSON, by name: <ul>{}</ul>", format_html_join("", "<li><code>{}</code> – {}{}</li>", lines))


def _meaning(part):
    words = part.get("description") or part.get("title") or ""
    form = part.get("format") or part.get("type") or "anything"
    if "enum" in part:
        form = "one of " + ", ".join(json.dumps(value, ensure_ascii=False) for value in part["enum"])
    if isinstance(form, list):
        form = " or ".join(form)
    return f"{words} ({form})" if words else form
