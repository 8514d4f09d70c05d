"""What to write in each part of a bulk line, in words: for refusals and as descriptions in its schema."""

from typing import Any

WRITE = {
    "key": 'a text that names the line for good, such as "src-1"',
    "kind": 'the slug of a kind, such as "guide"',
    "name": "what editors call it, as a text",
    "no_stage_reason": "a text of at most 200 characters that says why it belongs to no stage, or null",
    "fields": 'an object by the schema of the kind, such as {"reading_minutes": 4}',
    "image": '{"media": "<name of a picture under Media>"}, or null',
    "terms": 'an object of vocabulary and slugs, such as {"topic": ["travel"]}',
    "placements": '[{"journey": "see-think-do-care", "stage": "think", "segments": [], "priority": 50}]',
    "priority": "a whole number from 0 to 100",
    "translations": 'a list with one object a language: [{"locale": "en", "slug": "a", "title": "A"}]',
    "locale": 'the code of a language, such as "en"',
    "slug": "lower-case letters a-z, digits and single hyphens, such as choosing-your-first-grill",
    "title": "a text of 1 to 300 characters",
    "summary": "a text",
    "body": "HTML as a text",
    "image_alt": "a text of at most 500 characters",
    "seo": '{"title": "…", "description": "…"}',
    "teasers": 'an object of journey:stage and text, such as {"see-think-do-care:think": "…"}',
    "published_at": 'an instant with its offset, such as "2026-11-20T08:00:00Z", or null',
    "market_bound": "true or false",
    "next_steps": '[{"intent": "learn_more", "label": "…", "target": {"key": "src-2"}}]',
    "intent": "one of the intents, such as learn_more, contact or buy",
    "label": "a text of 1 to 80 characters",
    "target": 'exactly one of {"key": "…"}, {"id": "…"}, {"touchpoint": "…"} or {"url": "/…"}',
    "former": 'a list of paths that it had before, such as ["/old/path"]',
    "publish": "{} to publish now, null to keep a draft, or a window: "
    '{"live_from": "2026-11-20T08:00:00Z", "live_until": null}',
    "live_from": 'an instant with its offset, such as "2026-11-20T08:00:00Z", or null',
    "live_until": 'an instant with its offset, such as "2026-11-20T08:00:00Z", or null',
}
OF_A_SCHEMA = ("anyOf", "oneOf", "is not of type", "does not match", 'is not a "date-time"')


def what_to_write(path: list[Any], message: str) -> str:
    """``message`` of a schema in words: where it speaks of the schema alone, what to write there is said instead."""
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    if name not in WRITE or not any(words in message for words in OF_A_SCHEMA):
        return message
    given = message.partition(" is not valid under any")[0]
    said = f"{given} does not fit" if given != message else message
    return f"{said}; write {WRITE[name]}"


def described(schema: Any, name: str = "") -> Any:
    """``schema`` with what to write in each property as its description."""
    if isinstance(schema, list):
        return [described(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {
        key: {one: described(part, one) for one, part in value.items()} if key == "properties" else described(value)
        for key, value in schema.items()
    }
    return {"description": f"Write {WRITE[name]}.", **inner} if name in WRITE else inner
