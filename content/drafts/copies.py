"""Finds texts that are still copies of another language, not translated."""

import hashlib
import re
from collections.abc import Collection, Iterator

import orjson

from content.models import Locale, Translation

MARKUP = re.compile(r"<[^>]*>|\s+")  # of sanitised HTML, in which no “<” stands for itself


def words_print(text: Translation) -> str:
    """The fingerprint of what there is to translate: the words of the body; without any, title, summary and fields.

    Empty where there is no phrase of two words: a name, a code or a price may be the same in two languages.
    """
    words: list[object] = [MARKUP.sub("", text.body)]
    if not words[0]:
        words = [text.title, text.summary, text.fields]
        # “Waymark” is the same in every language and no copy; of two texts that say “Light the fire first” one is a
        # copy.
        if not any(" " in words.strip() for words in [text.summary, *_strings(text.fields)]):
            return ""
    return hashlib.blake2b(orjson.dumps(words, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def find_copies(written: Collection[Translation], *, default: Locale | None) -> dict[int, int]:
    """The copies among all texts of one asset: by the locale of each, the locale of its original. No queries.

    What was marked as a copy is one as long as its words are those that were copied, whatever became of the original.
    Of two texts that are alike without a mark, the one that is not in the locale ``default`` is the copy, else the
    later.
    """
    if len(written) == 1 and not any(text.copied_print for text in written):
        return {}
    prints = {text.locale_id: words_print(text) for text in written}
    marked = {
        text.locale_id: text.copied_from_id
        for text in written
        if text.copied_from_id and text.copied_print and text.copied_print == prints[text.locale_id]
    }
    found = dict(marked)
    # The first text with a fingerprint is the original of the others: that of the default locale, else the oldest.
    originals: dict[str, int] = {}
    for text in sorted(written, key=lambda text: (text.locale_id != (default and default.pk), text.pk)):
        if text.locale_id in marked or not prints[text.locale_id]:
            continue
        original = originals.setdefault(prints[text.locale_id], text.locale_id)
        if original != text.locale_id:
            found[text.locale_id] = original
    return found


def mark_copy(text: Translation, written: Collection[Translation]) -> None:
    """Sets on ``text``, which is not saved yet, which of the ``written`` texts it is a copy of, if of any."""
    own = words_print(text)
    source = next((other for other in written if own and words_print(other) == own), None)
    if source:
        text.copied_from_id, text.copied_print = source.locale_id, own
