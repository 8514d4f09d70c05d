"""What to write in each part of a bulk line: for refusals, and as descriptions in its schema."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WRITE = {
    "key": gettext_lazy('a text that names the line for good, such as "src-1"'),
    "kind": gettext_lazy('the slug of a kind, such as "guide"'),
    "name": gettext_lazy("what editors call it, as a text"),
    "no_stage_reason": gettext_lazy("a text of at most 200 characters that says why it belongs to no stage, or null"),
    "fields": gettext_lazy('an object by the schema of the kind, such as {"reading_minutes": 4}'),
    "image": gettext_lazy('{"media": "<name of a picture under Media>"}, or null'),
    "terms": gettext_lazy('an object of vocabulary and slugs, such as {"topic": ["travel"]}'),
    "placements": gettext_lazy('[{"journey": "see-think-do-care", "stage": "think", "segments": [], "priority": 50}]'),
    "priority": gettext_lazy("a whole number from 0 to 100"),
    "translations": gettext_lazy('a list with one object a language: [{"locale": "en", "slug": "a", "title": "A"}]'),
    "locale": gettext_lazy('the code of a language, such as "en"'),
    "slug": gettext_lazy("lower-case letters a-z, digits and single hyphens, such as choosing-your-first-grill"),
    "title": gettext_lazy("a text of 1 to 300 characters"),
    "summary": gettext_lazy("a text"),
    "body": gettext_lazy("HTML as a text"),
    "image_alt": gettext_lazy("a text of at most 500 characters"),
    "seo": gettext_lazy('{"title": "…", "description": "…"}'),
    "teasers": gettext_lazy('an object of journey:stage and text, such as {"see-think-do-care:think": "…"}'),
    "published_at": gettext_lazy('an instant with its offset, such as "2026-11-20T08:00:00Z", or null'),
    "market_bound": gettext_lazy("true or false"),
    "next_steps": gettext_lazy('[{"intent": "learn_more", "label": "…", "target": {"key": "src-2"}}]'),
    "intent": gettext_lazy("one of the intents, such as learn_more, contact or buy"),
    "label": gettext_lazy("a text of 1 to 80 characters"),
    "target": gettext_lazy('exactly one of {"key": "…"}, {"id": "…"}, {"touchpoint": "…"} or {"url": "/…"}'),
    "former": gettext_lazy('a list of paths that it had before, such as ["/old/path"]'),
    "publish": gettext_lazy(
        "{} to publish now, null to keep a draft, or a window: "
        '{"live_from": "2026-11-20T08:00:00Z", "live_until": null}'
    ),
    "live_from": gettext_lazy('an instant with its offset, such as "2026-11-20T08:00:00Z", or null'),
    "live_until": gettext_lazy('an instant with its offset, such as "2026-11-20T08:00:00Z", or null'),
}
OF_A_SCHEMA = ("anyOf", "oneOf", "is not of type", "does not match", 'is not a "date-time"')


def what_to_write(path: list[Any], message: str) -> str:
    """The ``message`` of a schema's error; where it speaks of the schema alone, with what to write there instead."""
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    if name not in WRITE or not any(words in message for words in OF_A_SCHEMA):
        return message
    value, is_cut, _rest = message.partition(" is not valid under any")
    if is_cut:
        return _("%(value)s does not fit; write %(what)s") % {"value": value, "what": WRITE[name]}
    return _("%(problem)s; write %(what)s") % {"problem": message, "what": WRITE[name]}


def described(schema: Any, name: str = "") -> Any:
    """A copy of ``schema`` with what to write in each property as its description."""
    if isinstance(schema, list):
        return [described(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {
        key: {one: described(part, one) for one, part in value.items()} if key == "properties" else described(value)
        for key, value in schema.items()
    }
    return {"description": _("Write %(what)s.") % {"what": WRITE[name]}, **inner} if name in WRITE else inner
