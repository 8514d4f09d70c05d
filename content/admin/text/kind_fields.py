"""A kind's own fields as a form, drawn from its schema; as JSON where a form could not show all of it."""

import json
from datetime import date, datetime

from django.forms import Media
from django.utils.html import format_html, format_html_join
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django_jsonform.widgets import JSONFormWidget
from unfold.widgets import UnfoldAdminTextareaWidget

from content.fields import shared_names
from journeys.admin.written import MONOSPACE, WrittenJSON

LONG = 300  # characters; a text that may be longer gets more than one line
MAX_INTEGER = 2**53  # browsers read numbers as floats, which hold every integer up to here
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
# The keywords of a schema that a form can show. A part with others is edited as JSON.
FORM_KEYWORDS = {
    *("type", "title", "description", "properties", "items", "enum", "format", "required", "default"),
    *("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "additionalProperties", "pattern"),
    *("x-localized", "x-window", "uniqueItems"),
}
FORMATS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat, "email": str}
EXAMPLES = {
    "date": _lazy("a date such as 2026-11-22"),
    "date-time": _lazy("a date and time such as 2026-11-22T08:00:00Z"),
}
SEPARATOR = "§"  # between the parts of a path, in the widget
EMPTY: tuple[object, ...] = (None, "", [], {})  # 0 and False are values


class KindText(UnfoldAdminTextareaWidget):
    """JSON, under an id that links to a field lead to."""

    def render(self, *args, **kwargs):
        return format_html('<div id="kind-fields">{}</div>', super().render(*args, **kwargs))


class KindWidget(JSONFormWidget):
    """The form, under the same id, with each error at its own input; posted text that is no JSON stays as it is."""

    def __init__(self, *, form, **options):
        super().__init__(**options)
        self.form = form

    def render(self, name, value, attrs=None, renderer=None):
        try:
            json.loads(value or "{}")
        except ValueError:
            return KindText(attrs=MONOSPACE).render(name, value, attrs, renderer)
        # Each error reads “path: message”, as validation against the schema writes it.
        errors = [error.partition(": ") for error in self.form.errors.get("fields", ())]
        self.error_map = {SEPARATOR.join(path.split(".")): message for path, _colon, message in errors if message}
        return format_html('<div id="kind-fields">{}</div>', super().render(name, value, attrs, renderer))

    @property
    def media(self):
        styles = ["django_jsonform/style.css", "content/kind_fields.css"]
        return super().media + Media(css={"all": styles}, js=["content/kind_fields.js"])


class KindFields(WrittenJSON):
    """Fields that a form draws. Empty ones are left out; what nobody changed is stored as it was, byte for byte."""

    def __init__(self, schema, stored, **options):
        super().__init__(**options)
        self.schema = schema
        self.stored = stored

    def to_python(self, value):
        # The widget posts every input, also those nobody filled: compared without these, nothing has changed.
        fields = without_empty(super().to_python(value), self.schema)
        return self.stored if fields == without_empty(self.stored, self.schema) else fields


def fields_widget(form, kind, *, shared):
    """Draws the field ``fields`` of ``form``: those of ``kind`` that all languages share, or those of one text."""
    shared_fields = shared_names(kind.schema)
    parts = {name: part for name, part in kind.schema["properties"].items() if (name in shared_fields) is shared}
    required = set(kind.schema.get("required", []))
    schema = {"type": "object", "properties": parts}
    field, stored = form.fields["fields"], form.initial.get("fields") or {}
    if parts and _is_drawable(schema) and _is_shown_whole(schema, *_value_to_show(form, stored)):
        keys = {name: _widget_schema(part, name, required=name in required) for name, part in parts.items()}
        widget = KindWidget(form=form, schema={"type": "object", "keys": keys})
        form.fields["fields"] = KindFields(schema, stored, required=False, label=field.label, widget=widget)
    else:
        field.widget = KindText(attrs=MONOSPACE)
        field.help_text = _json_help(parts, required) if parts else _("This kind has no fields of its own here.")


def _value_to_show(form, stored):
    """What the form shows: ``stored``, or after an error what was posted; and whether its dates must be valid.

    ``stored`` too where what was posted is no JSON.
    """
    try:
        posted = json.loads(form.data.get(form.add_prefix("fields")) or "{}") if form.is_bound else None
    except ValueError:
        posted = None
    return (posted, False) if isinstance(posted, dict) else (stored, True)


def without_empty(value, schema):
    """``value`` without its empty fields, at any depth; an empty list stays where it is required."""
    if isinstance(value, dict):
        parts, required = schema.get("properties", {}), set(schema.get("required", []))
        fields = {name: without_empty(part, parts.get(name, {})) for name, part in value.items()}
        return {name: part for name, part in fields.items() if part not in EMPTY or (name in required and part == [])}
    if isinstance(value, list):
        return [without_empty(part, schema.get("items", {})) for part in value]
    return value


def _is_drawable(part):
    """Whether the widget can draw this part of a schema, with everything inside it."""
    kind = part.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        return False
    if set(part) - {*FORM_KEYWORDS, *(["anyOf"] if _formats(part) else [])}:
        return False
    if part["type"] == "array":
        return isinstance(part.get("items"), dict) and _is_drawable(part["items"])
    if part["type"] == "object":
        return bool(part.get("properties")) and all(_is_drawable(inner) for inner in part["properties"].values())
    return True


def _formats(part):
    """The formats that an ``anyOf`` of formats allows for a text; empty for any other part."""
    options = part.get("anyOf", [])
    formats = [option["format"] for option in options if isinstance(option, dict) and set(option) == {"format"}]
    return formats if part["type"] == "string" and len(formats) == len(options) else []


def _is_shown_whole(part, value, check_formats):
    """Whether the form would show all of ``value``: it knows no other fields, types, choices or formats of dates."""
    if value in (None, ""):
        return True
    kind = part["type"]
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return False
    if kind == "object":
        parts = part["properties"]
        return all(
            name in parts and _is_shown_whole(parts[name], inner, check_formats) for name, inner in value.items()
        )
    if kind == "array":
        return all(_is_shown_whole(part["items"], inner, check_formats) for inner in value)
    if kind in ("integer", "number"):
        return abs(value) <= MAX_INTEGER  # a larger one would come back rounded
    return value in part.get("enum", [value]) and (not check_formats or _has_format(value, part.get("format")))


def _has_format(value, name):
    try:
        FORMATS.get(name, str)(value)
    except ValueError:
        return False
    return True


def _widget_schema(part, name, *, required=False):
    """A part of a JSON Schema as the widget takes it. Defaults are left out: nobody chose them."""
    kind = part["type"]
    drawn = {"type": kind, "title": part.get("title") or name.replace("_", " ").capitalize()}
    examples = get_text_list([str(EXAMPLES.get(name, name)) for name in _formats(part)], _("or"))
    hints = [
        part.get("description", ""),
        _("Write %(examples)s.") % {"examples": examples} if examples else "",
        _("Required to publish.") if required else "",
    ]
    if help_text := " ".join(hint for hint in hints if hint):
        drawn["description" if kind in ("object", "array") else "helpText"] = help_text
    drawn |= {key: part[key] for key in ("minimum", "maximum", "minLength", "maxLength") if key in part}
    if kind == "object":
        drawn["keys"] = {key: _widget_schema(inner, key) for key, inner in part["properties"].items()}
    elif kind == "array":
        drawn["items"] = _widget_schema(part["items"], name)
        drawn |= {key: part[key] for key in ("maxItems",) if key in part}
    elif "enum" in part:
        drawn["choices"] = part["enum"]
    elif part.get("format") in FORMATS:
        drawn["format"] = part["format"]
    elif kind == "string" and not (examples or "format" in part) and part.get("maxLength", LONG + 1) > LONG:
        drawn["widget"] = "textarea"
    return drawn


def _json_help(parts, required):
    """Each field with the values it takes, for whoever writes JSON."""
    note = " · " + _("required to publish")
    lines = [(name, _values_of(part), note if name in required else "") for name, part in parts.items()]
    items = format_html_join("", "<li><code>{}</code> – {}{}</li>", lines)
    return format_html("{} <ul>{}</ul>", _("JSON, by name:"), items)


def _values_of(part):
    description = part.get("description") or part.get("title") or ""
    values = part.get("format") or part.get("type") or _("anything")
    if "enum" in part:
        choices = ", ".join(json.dumps(value, ensure_ascii=False) for value in part["enum"])
        values = _("one of %(choices)s") % {"choices": choices}
    if isinstance(values, list):
        values = get_text_list(values, _("or"))
    return f"{description} ({values})" if description else values
