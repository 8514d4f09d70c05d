"""A kind's own fields as a form, drawn from its schema; as JSON where a form could not say all there is."""

import json
from datetime import date, datetime

from django.forms import Media
from django.utils.html import format_html, format_html_join
from django_jsonform.widgets import JSONFormWidget
from unfold.widgets import UnfoldAdminTextareaWidget

from content.fields import shared_names
from journeys.admin.written import MONOSPACE, WrittenJSON

NOTHING = "This kind has no fields of its own here."
LONG = 300  # letters, from which on a text gets more than one line
EXACT = 2**53  # up to which browsers know every whole number
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
# What a form can say of a value. Whatever else a schema says is checked when it is saved.
DRAWN = {
    *("type", "title", "description", "properties", "items", "enum", "format", "required", "default"),
    *("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "additionalProperties", "pattern"),
    *("x-localized", "x-window", "uniqueItems"),
}
FORMATS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat, "email": str}
SPELLED = {"date": "A date such as 2026-11-22", "date-time": "an instant such as 2026-11-22T08:00:00Z"}
SEPARATOR = "§"  # between the steps of a path, in the widget
EMPTY = (None, "", [], {})


class KindText(UnfoldAdminTextareaWidget):
    """JSON, under an id to lead to."""

    def render(self, *args, **kwargs):
        return format_html('<div id="kind-fields">{}</div>', super().render(*args, **kwargs))


class KindWidget(JSONFormWidget):
    """The form, under the same id, with each error at its own input. What is no JSON is shown as it was written."""

    def __init__(self, *, form, **options):
        super().__init__(**options)
        self.form = form

    def render(self, name, value, attrs=None, renderer=None):
        try:
            json.loads(value or "{}")
        except ValueError:
            return KindText(attrs=MONOSPACE).render(name, value, attrs, renderer)
        told = [error.partition(": ") for error in self.form.errors.get("fields", ())]
        self.error_map = {SEPARATOR.join(path.split(".")): words for path, _, words in told if words}
        return format_html('<div id="kind-fields">{}</div>', super().render(name, value, attrs, renderer))

    @property
    def media(self):
        ours = Media(
            css={"all": ["django_jsonform/style.css", "content/kind_fields.css"]}, js=["content/kind_fields.js"]
        )
        return super().media + ours


class KindFields(WrittenJSON):
    """Fields that a form draws. What is left empty is left out; what nobody touched stays as it was, to the letter."""

    def __init__(self, schema, stored, **options):
        super().__init__(**options)
        self.schema = schema
        self.stored = stored

    def to_python(self, value):
        read = without_empty(super().to_python(value), self.schema)
        return self.stored if read == without_empty(self.stored, self.schema) else read


def fields_widget(form, kind, *, shared):
    """Draws the form's own ``fields``: one side of a kind's, shared or of a translation."""
    own = shared_names(kind.schema)
    named = {name: part for name, part in kind.schema["properties"].items() if (name in own) is shared}
    needed = set(kind.schema.get("required", []))
    side = {"type": "object", "properties": named}
    field, stored = form.fields["fields"], form.initial.get("fields") or {}
    if named and _is_drawable(side) and _is_shown_whole(side, *_written(form, stored)):
        keys = {name: _drawn(part, name, needed=name in needed) for name, part in named.items()}
        widget = KindWidget(form=form, schema={"type": "object", "keys": keys})
        form.fields["fields"] = KindFields(side, stored, required=False, label=field.label, widget=widget)
    else:
        field.widget = KindText(attrs=MONOSPACE)
        field.help_text = _described(named, needed) if named else NOTHING


def _written(form, stored):
    """What the form is to show: ``stored``, or after an error what was posted, misspelt as it may be.

    With whether dates in it are spelled as the form would; ``stored`` too where what was posted is no JSON.
    """
    try:
        posted = json.loads(form.data.get(form.add_prefix("fields")) or "{}") if form.is_bound else None
    except ValueError:
        posted = None
    return (posted, False) if isinstance(posted, dict) else (stored, True)


def without_empty(value, schema):
    """``value`` without the fields that hold nothing, at any depth; what a part of it has to have stays."""
    if isinstance(value, dict):
        parts, needed = schema.get("properties", {}), set(schema.get("required", []))
        kept = {name: without_empty(part, parts.get(name, {})) for name, part in value.items()}
        return {name: part for name, part in kept.items() if part not in EMPTY or (name in needed and part == [])}
    if isinstance(value, list):
        return [without_empty(part, schema.get("items", {})) for part in value]
    return value


def _is_drawable(part):
    kind = part.get("type")
    if not isinstance(kind, str) or kind not in TYPES or set(part) - {*DRAWN, *(["anyOf"] if _formats(part) else [])}:
        return False
    if part["type"] == "array":
        return isinstance(part.get("items"), dict) and _is_drawable(part["items"])
    if part["type"] == "object":
        return bool(part.get("properties")) and all(_is_drawable(inner) for inner in part["properties"].values())
    return True


def _formats(part):
    """The formats of which a text may have any; empty if that is not all that is said of it."""
    options = part.get("anyOf", [])
    named = [option["format"] for option in options if isinstance(option, dict) and set(option) == {"format"}]
    return named if part["type"] == "string" and len(named) == len(options) else []


def _is_shown_whole(part, value, spelled):
    """Whether the form would show all of ``value``: it knows no other fields, types, choices or spellings of dates."""
    if value in (None, ""):
        return True
    kind = part["type"]
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return False
    if kind == "object":
        parts = part["properties"]
        return all(name in parts and _is_shown_whole(parts[name], inner, spelled) for name, inner in value.items())
    if kind == "array":
        return all(_is_shown_whole(part["items"], inner, spelled) for inner in value)
    if kind in ("integer", "number"):
        return abs(value) <= EXACT
    return value in part.get("enum", [value]) and (not spelled or _is_spelled(value, part.get("format")))


def _is_spelled(value, form):
    try:
        FORMATS.get(form, str)(value)
    except ValueError:
        return False
    return True


def _drawn(part, name, *, needed=False):
    """A part of a schema in the words of the widget. Defaults are left out: nobody chose them."""
    kind = part["type"]
    drawn = {"type": kind, "title": part.get("title") or name.replace("_", " ").capitalize()}
    spellings = " or ".join(SPELLED.get(form, form) for form in _formats(part))
    hints = [part.get("description", ""), spellings and f"{spellings}.", "Needed to publish." if needed else ""]
    if told := " ".join(hint for hint in hints if hint):
        drawn["description" if kind in ("object", "array") else "helpText"] = told
    drawn |= {key: part[key] for key in ("minimum", "maximum", "minLength", "maxLength") if key in part}
    if kind == "object":
        drawn["keys"] = {key: _drawn(inner, key) for key, inner in part["properties"].items()}
    elif kind == "array":
        drawn["items"] = _drawn(part["items"], name)
        drawn |= {key: part[key] for key in ("maxItems",) if key in part}
    elif "enum" in part:
        drawn["choices"] = part["enum"]
    elif part.get("format") in FORMATS:
        drawn["format"] = part["format"]
    elif kind == "string" and not (spellings or "format" in part) and part.get("maxLength", LONG + 1) > LONG:
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
