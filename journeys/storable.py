"""What both databases can keep, and every page can show: text without NUL or lone surrogates, numbers that are finite
and fit 64 bits, instants that every time zone has a date for."""

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

HALF = re.compile("[\ud800-\udfff]")
LARGEST = 1 << 63
FIRST, END = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
DEEPEST = 100  # what is inside one another; orjson writes 254


def unstorable(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Where in ``value`` something stands that a database would refuse, and what it is."""
    if depth > DEEPEST:
        yield path, "is nested too deeply"
    elif isinstance(value, str):
        yield from ((path, why) for why in _unstorable_text(value))
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, "is no number"
    elif isinstance(value, int) and abs(value) >= LARGEST:
        yield path, "is too large a number"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from unstorable(key, path)
            yield from unstorable(inner, f"{path}.{key}".strip("."), depth + 1)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from unstorable(inner, f"{path}.{index}".strip("."), depth + 1)


def _unstorable_text(text: str) -> Iterator[str]:
    if "\x00" in text:
        yield "contains a NUL character"
    if HALF.search(text):
        yield "contains half a character (a lone surrogate)"


def refuse_far_instants(*instants: datetime | None) -> None:
    """Refuses (``out_of_range``) aware instants before 1900 or after 9998: their date is none in some time zones."""
    if any(at and not FIRST <= at < END for at in instants):
        raise ValidationError("Choose a date from 1900 to 9998.", code="out_of_range")


def refuse_unstorable(thing: models.Model, *names: str) -> None:
    """Refuses (``unstorable``) a value of these fields that a database could not keep."""
    errors = {
        name: ValidationError(f"{path or 'It'} {why}.".replace("%", "%%"), code="unstorable")
        for name in names
        for path, why in unstorable(getattr(thing, name))
    }
    if errors:
        raise ValidationError(errors)
