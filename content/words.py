"""Parses the stored words of an edition; unreadable ones are refused alone."""

from typing import Any, NotRequired, TypedDict

import orjson
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

NEEDED = {"id", "title", "summary", "body", "fields", "seo", "terms"}


class SeoJSON(TypedDict):
    title: str
    description: str


class Words(TypedDict):
    """What a document holds, as ``freeze`` wrote it. Old ones have no image and no links."""

    id: str
    title: str
    summary: str
    body: str
    fields: dict[str, Any]
    seo: SeoJSON
    image: NotRequired[dict[str, Any] | None]
    terms: dict[str, list[str]]
    links: NotRequired[list[str]]


class Unreadable(ValidationError):
    """The words of an edition cannot be parsed (``edition_unreadable``)."""

    def __init__(self) -> None:
        super().__init__(unreadable_message(), code="edition_unreadable")


def unreadable_message() -> str:
    return _("This edition cannot be read: its words are damaged in the database. Publish the draft again.")


def parse_words(document: bytes) -> Words:
    """The words that ``document`` holds. Raises ``Unreadable``."""
    try:
        words: Words = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise Unreadable from error
    if not isinstance(words, dict) or not words.keys() >= NEEDED:
        raise Unreadable
    return words


def parse_words_or_notice(document: bytes) -> Words:
    """``parse_words`` for pages of editors: unreadable words are replaced by a notice."""
    try:
        return parse_words(document)
    except Unreadable:
        return {
            "id": "",
            "title": _("(cannot be read)"),
            "summary": unreadable_message(),
            "body": "",
            "fields": {},
            "seo": {"title": "", "description": ""},
            "image": None,
            "terms": {},
            "links": [],
        }
