"""Texts that cannot be read are left out of answers, and take nothing else down."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from content.delivery.rows import ShownText
from content.words import Unreadable, parse_words

logger = logging.getLogger(__name__)

T = TypeVar("T")

_logged: set[tuple[int, int, int | None]] = set()


def readable_texts(shown: Sequence[ShownText]) -> list[ShownText]:
    """Those whose words can be read, in order; of the others the log has the id, once a process."""
    return [one for one in shown if _can_be_read(one)]


def compose_readable(compose: Callable[[Sequence[ShownText]], T], shown: Sequence[ShownText]) -> T:
    """What ``compose`` makes of ``shown``; where it meets one that cannot be read, of the rest."""
    try:
        return compose(shown)
    except Unreadable:
        return compose(readable_texts(shown))


def _can_be_read(one: ShownText) -> bool:
    try:
        parse_words(one.document)
    except Unreadable:
        key = (one.asset_id, one.locale_id, one.number)
        if key not in _logged:
            _logged.add(key)
            logger.error("Edition %s of asset %s, locale %s, cannot be read; see check_editions", one.number, *key[:2])
        return False
    return True
