"""Bodies and a kind's own fields for whoever may only read them: as text and labelled values, not as HTML and JSON."""

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from content.field_display import field_lines
from content.richtext import sanitise

TOLD = ["content/told.css"]


class ReadableFields:
    """Puts ``in_words``, displays by the names of the fields they stand for, where a form would have written these."""

    in_words = {}

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(title, {**options, "fields": self._read(options["fields"])}) for title, options in fieldsets]

    def _read(self, names):
        return [
            tuple(self.in_words.get(name, name) for name in row)
            if isinstance(row, list | tuple)
            else self.in_words.get(row, row)
            for row in names
        ]


def fields_as_list(schema, fields):
    told = field_lines(schema, fields)
    if not told:
        return "–"
    return format_html('<div class="told">{}</div>', render_to_string("content/field_lines.html", {"parts": told}))


def body_as_text(html):
    return mark_safe(f'<div class="prose dark:prose-invert">{sanitise(html)}</div>') if html else "–"  # noqa: S308
