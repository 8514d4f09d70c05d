"""words_in() – the words of an edition as they were stored; what cannot be read takes nothing else down."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson
from django.core.exceptions import ValidationError

from content.delivery.rows import Shown

logger = logging.getLogger(__name__)
NEEDED = {"id", "title", "summary", "body", "fields", "seo", "terms"}
CUT = "This edition cannot be read: its words are cut or broken in the database. Publish the draft again."
T = TypeVar("T")
_logged: set[tuple[int, int, int | None]] = set()


class Unreadable(ValidationError):
    """The words of an edition are no words (``edition_unreadable``)."""

    def __init__(self) -> None:
        super().__init__(CUT, code="edition_unreadable")


def words_in(document: bytes) -> dict[str, Any]:
    """The words that ``document`` holds. Raises ``Unreadable``."""
    try:
        words: dict[str, Any] = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise Unreadable from error
    if not isinstance(words, dict) or not words.keys() >= NEEDED:
        raise Unreadable
    return words


def words_or_notice(document: bytes) -> dict[str, Any]:
    """The same for pages of editors: words that say so where there are none."""
    try:
        return words_in(document)
    except Unreadable:
        told = {"id": "", "title": "(cannot be read)", "summary": CUT, "body": "", "fields": {}, "terms": {}}
        return {**told, "seo": {"title": "", "description": ""}, "image": None, "links": []}


def readable(shown: Sequence[Shown]) -> list[Shown]:
    """Those whose words can be read, in order; of the others the log has the id, once a process."""
    return [one for one in shown if _can_be_read(one)]


def composed(compose: Callable[[Sequence[Shown]], T], shown: Sequence[Shown]) -> T:
    """What ``compose`` makes of ``shown``; where it meets one that cannot be read, of the rest."""
    try:
        return compose(shown)
    except Unreadable:
        return compose(readable(shown))


def _can_be_read(one: Shown) -> bool:
    try:
        words_in(one.document)
    except Unreadable:
        key = (one.asset_id, one.locale_id, one.number)
        if key not in _logged:
            _logged.add(key)
            logger.error("Edition %s of asset %s, locale %s, cannot be read; see check_editions", one.number, *key[:2])
        return False
    return True
