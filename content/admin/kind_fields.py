"""What a kind wants in its JSON fields, told beside the textarea."""

from django.utils.html import format_html, format_html_join

from content.fields import shared_names

NOTHING = "This kind has no fields of its own here."


def described(kind, *, shared):
    """The fields of one side, shared or of a translation, each with what may stand in it."""
    own = shared_names(kind.schema)
    required = kind.schema.get("required", [])
    parts = kind.schema["properties"].items()
    lines = [
        (name, _meaning(part), " · needed to publish" if name in required else "")
        for name, part in parts
        if (name in own) is shared
    ]
    if not lines:
        return NOTHING
    listed = format_html_join("", "<li><code>{}</code> – {}{}</li>", lines)
    return format_html("JSON, by name: <ul>{}</ul>", listed)


def _meaning(part):
    words = part.get("description") or part.get("title") or ""
    form = part.get("format") or part.get("type") or "anything"
    if "enum" in part:
        form = "one of " + ", ".join(str(value) for value in part["enum"])
    if isinstance(form, list):
        form = " or ".join(form)
    return f"{words} ({form})" if words else form
