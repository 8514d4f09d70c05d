"""What to write in each part of a bulk line: for refusals, and as descriptions in its schema."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

WRITE = {
    "key": _lazy('a text that names the line for good, such as "src-1"'),
    "kind": _lazy('the slug of a kind, such as "guide"'),
    "name": _lazy("what editors call it, as a text"),
    "no_stage_reason": _lazy("a text of at most 200 characters that says why it belongs to no stage, or null"),
    "fields": _lazy('an object by the schema of the kind, such as {"reading_minutes": 4}'),
    "image": _lazy('{"media": "<name of a picture under Media>"}, or null'),
    "terms": _lazy('an object of vocabulary and slugs, such as {"topic": ["travel"]}'),
    "placements": _lazy('[{"journey": "see-think-do-care", "stage": "think", "segments": [], "priority": 50}]'),
    "priority": _lazy("a whole number from 0 to 100"),
    "translations": _lazy('a list with one object a language: [{"locale": "en", "slug": "a", "title": "A"}]'),
    "locale": _lazy('the code of a language, such as "en"'),
    "slug": _lazy("lower-case letters a-z, digits and single hyphens, such as choosing-your-first-grill"),
    "title": _lazy("a text of 1 to 300 characters"),
    "summary": _lazy("a text"),
    "body": _lazy("HTML as a text"),
    "image_alt": _lazy("a text of at most 500 characters"),
    "seo": _lazy('{"title": "…", "description": "…"}'),
    "teasers": _lazy('an object of journey:stage and text, such as {"see-think-do-care:think": "…"}'),
    "published_at": _lazy('an instant with its offset, such as "2026-11-20T08:00:00Z", or null'),
    "market_bound": _lazy("true or false"),
    "next_steps": _lazy('[{"intent": "learn_more", "label": "…", "target": {"key": "src-2"}}]'),
    "intent": _lazy("one of the intents, such as learn_more, contact or buy"),
    "label": _lazy("a text of 1 to 80 characters"),
    "target": _lazy('exactly one of {"key": "…"}, {"id": "…"}, {"touchpoint": "…"} or {"url": "/…"}'),
    "former": _lazy('a list of paths that it had before, such as ["/old/path"]'),
    "publish": _lazy(
        "{} to publish now, null to keep a draft, or a window: "
        '{"live_from": "2026-11-20T08:00:00Z", "live_until": null}'
    ),
    "live_from": _lazy('an instant with its offset, such as "2026-11-20T08:00:00Z", or null'),
    "live_until": _lazy('an instant with its offset, such as "2026-11-20T08:00:00Z", or null'),
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


def described(schema: object, name: str = "") -> Any:
    """A copy of ``schema`` with what to write in each property as its description."""
    if isinstance(schema, list):
        return [described(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {
        key: {own: described(part, own) for own, part in value.items()} if key == "properties" else described(value)
        for key, value in schema.items()
    }
    return {"description": _("Write %(what)s.") % {"what": WRITE[name]}, **inner} if name in WRITE else inner
