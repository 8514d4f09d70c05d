"""The form field for the body of a text: a rich text editor, or HTML where the editor would lose markup."""

import re

from django import forms
from django.utils.translation import gettext as _
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
# The editor silently drops every other tag as soon as somebody types.
EDITOR_TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "u", "sub", "sup", "code", "pre", "h2", "h3", "h4"),
    *("ul", "ol", "li", "blockquote", "a", "table", "tbody", "tr", "th", "td", "figure", "figcaption", "img"),
}
TAG = re.compile(r"<([a-z][a-z0-9]*)")  # of sanitised HTML, where “<” only begins a tag


def dropped_tags(html):
    """The tags in ``html`` that the editor would drop, by name."""
    return sorted(set(TAG.findall(html)) - EDITOR_TAGS)


def body_field(html):
    """The editor, or a plain textarea for a body whose markup it would drop."""
    help_text = _(
        "Insert a picture of Media as a figure, by its address. Link to other content by its path on your site or by "
        "its address in this admin: the link follows it when its slug changes."
    )
    if tags := dropped_tags(html):
        as_html = _("The editor would drop some markup of this text (%(tags)s), so it is edited as HTML.")
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 24, "style": "font-family: ui-monospace, monospace"})
        help_text = f"{as_html % {'tags': ', '.join(tags)}} {help_text}"
        return forms.CharField(required=False, widget=widget, help_text=help_text)
    return ProseEditorFormField(
        required=False, extensions=EXTENSIONS, widget=AdminProseEditorWidget, help_text=help_text
    )
