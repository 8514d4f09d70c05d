"""The words of an edition as they were stored; what cannot be read takes nothing else down."""

from typing import Any

import orjson
from django.core.exceptions import ValidationError

NEEDED = {"id", "title", "summary", "body", "fields", "seo", "terms"}
CUT = "This edition cannot be read: its words are cut or broken in the database. Publish the draft again."


class Unreadable(ValidationError):
    """The words of an edition are no words (``edition_unreadable``)."""

    def __init__(self) -> None:
        super().__init__(CUT, code="edition_unreadable")


def parse_words(document: bytes) -> dict[str, Any]:
    """The words that ``document`` holds. Raises ``Unreadable``."""
    try:
        words: dict[str, Any] = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise Unreadable from error
    if not isinstance(words, dict) or not words.keys() >= NEEDED:
        raise Unreadable
    return words


def parse_words_or_notice(document: bytes) -> dict[str, Any]:
    """The same for pages of editors: words that say so where there are none."""
    try:
        return parse_words(document)
    except Unreadable:
        told = {"id": "", "title": "(cannot be read)", "summary": CUT, "body": "", "fields": {}, "terms": {}}
        return {**told, "seo": {"title": "", "description": ""}, "image": None, "links": []}
