"""Bodies and a kind's own fields for those who may only read: formatted text and labelled values."""

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from content.field_display import field_lines
from content.richtext import sanitise

FIELD_LINES_CSS = ["content/field_lines.css"]


def with_displays(fieldsets, displays):
    """``fieldsets`` with some fields replaced by ``displays``, the names of methods by those of the fields."""
    return [
        (title, {**options, "fields": [_with_displays(row, displays) for row in options["fields"]]})
        for title, options in fieldsets
    ]


def _with_displays(row, displays):
    """A row of a fieldset is a name, or names side by side."""
    if isinstance(row, str):
        return displays.get(row, row)
    return tuple(displays.get(name, name) for name in row)


def fields_as_list(schema, fields):
    """The fields of a kind as a list of labels and values; a dash for none."""
    lines = field_lines(schema, fields)
    if not lines:
        return "–"
    return format_html(
        '<div class="field-lines">{}</div>', render_to_string("content/field_lines.html", {"parts": lines})
    )


def body_as_text(html):
    """A body as formatted text, sanitised again; a dash for none."""
    return mark_safe(f'<div class="prose dark:prose-invert">{sanitise(html)}</div>') if html else "–"  # noqa: S308
