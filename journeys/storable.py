"""Cleans incoming values of invisible characters, and refuses what one of the two databases cannot store.

Cleaned away are control characters but for tab and line feed, what turns the direction of the text around it
(U+202A–202E, U+2066–2069), noncharacters and lone surrogates; CR LF is LF. Nothing visible is lost, so what was
pasted is cleaned and not refused. Addresses and slugs are not cleaned but refused: it would change what they name.
Numbers are finite and fit 64 bits; every time zone has a date for every instant.
"""

import math
import re
from collections.abc import Container, Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

HALF = re.compile("[\ud800-\udfff]")
LARGEST = 1 << 63  # the first number that no signed column of 64 bits holds
FIRST, END = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
DEEPEST = 100  # levels of lists and objects inside one another; orjson writes 254
UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
BREAKS = re.compile("\r\n?")
GAPS = re.compile("[\x0b\x0c\x85]")  # ends of lines of other machines


def cleaned(value: object, *, but: Container[str] = (), depth: int = 0) -> Any:
    """A copy of ``value`` with all texts and names cleaned, at any depth, except values under a name in ``but``."""
    if isinstance(value, str):
        # ``isprintable`` is a fast way past three expressions: most texts hold nothing to clean.
        return UNSEEN.sub("", GAPS.sub(" ", BREAKS.sub("\n", value))) if not value.isprintable() else value
    if depth > DEEPEST:
        return value  # refused as nested too deeply
    if isinstance(value, dict):
        return {
            cleaned(name): inner if name in but else cleaned(inner, but=but, depth=depth + 1)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [cleaned(inner, but=but, depth=depth + 1) for inner in value]
    return value


def clean_storable(thing: models.Model, *names: str) -> None:
    """Cleans these fields of ``thing`` in place. Refuses what cannot be stored (``unstorable``), and a required field
    that is empty once it is cleaned (``blank``)."""
    errors: dict[str, ValidationError] = {}
    for name in names:
        value = getattr(thing, name)
        if (clean := cleaned(value)) != value:
            setattr(thing, name, clean)
        if value and not clean and not getattr(thing._meta.get_field(name), "blank", True):
            errors[name] = ValidationError(_("Write something that can be read."), code="blank")
    if errors:
        raise ValidationError(errors)
    refuse_unstorable(thing, *names)


def unstorable(value: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yields the path of each part of ``value`` that a database would refuse, and a sentence that names it."""
    if depth > DEEPEST:
        yield path, _("Nested too deeply.")
    elif isinstance(value, str):
        yield from ((path, why) for why in _unstorable_text(value))
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, _("Not a number.")
    elif isinstance(value, int) and abs(value) >= LARGEST:
        yield path, _("The number is too large.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from unstorable(key, path)
            yield from unstorable(inner, f"{path}.{key}".strip("."), depth + 1)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from unstorable(inner, f"{path}.{index}".strip("."), depth + 1)


def _unstorable_text(text: str) -> Iterator[str]:
    if "\x00" in text:
        yield _("Contains a NUL character.")
    if HALF.search(text):
        yield _("Contains half a character (a lone surrogate).")


def texts_in(value: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every text in ``value`` with its path, down to ``DEEPEST``."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, str):
        yield path, value
    elif depth <= DEEPEST:
        for name, part in inner:
            yield from texts_in(part, f"{path}.{name}".strip("."), depth + 1)


def refuse_far_instants(*instants: datetime | None) -> None:
    """Refuses (``out_of_range``) aware instants before 1900 or after 9998: their date is none in some time zones."""
    if any(at and not FIRST <= at < END for at in instants):
        raise ValidationError(_("Choose a date from 1900 to 9998."), code="out_of_range")


def refuse_unstorable(thing: models.Model, *names: str) -> None:
    """Refuses (``unstorable``) a value of these fields that a database could not keep."""
    errors = {
        name: ValidationError(f"{path}: {why}" if path else why, code="unstorable")
        for name in names
        for path, why in unstorable(getattr(thing, name))
    }
    if errors:
        raise ValidationError(errors)
