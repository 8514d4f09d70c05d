"""The rich text of a translation, in an editor that knows the tags we keep."""

import re

from django import forms
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget
from unfold.widgets import UnfoldAdminTextareaWidget

EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Underline": True,
    "Subscript": True,
    "Superscript": True,
    "Code": True,
    "CodeBlock": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel", "asset"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Figure": True,
    "Caption": True,
    "Image": True,
    "HTML": True,
}
# What the editor keeps as it is; it silently drops everything else when somebody types.
KEPT = {
    *("p", "br", "hr", "strong", "em", "s", "u", "sub", "sup", "code", "pre", "h2", "h3", "h4"),
    *("ul", "ol", "li", "blockquote", "a", "table", "tbody", "tr", "th", "td", "figure", "figcaption", "img"),
}
TAG = re.compile(r"<([a-z][a-z0-9]*)")
LINKS = (
    "A picture of Media is put in as a figure, by its address. A link to content of ours – its path on your site, or "
    "its address in this admin – is kept by id and follows it when its slug changes."
)
AS_HTML = "This text holds markup that the editor would drop ({}), so it is written as HTML here."


def editable(html):
    """The tags in ``html`` that the editor would drop, by name."""
    return sorted(set(TAG.findall(html)) - KEPT)


def body_field(html):
    """The editor, or a plain textarea for a body whose markup it would drop."""
    if lost := editable(html):
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 24, "style": "font-family: ui-monospace, monospace"})
        return forms.CharField(required=False, widget=widget, help_text=f"{AS_HTML.format(', '.join(lost))} {LINKS}")
    return ProseEditorFormField(required=False, extensions=EXTENSIONS, widget=AdminProseEditorWidget, help_text=LINKS)
