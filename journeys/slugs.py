"""Slugs: one rule for everything that has one. Lower-case ASCII letters and digits, parted by single hyphens."""

import re

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Letters that are more than one with an accent: å, ä and ö fold to a, a and o by themselves. The browser's own script
# (URLify) folds them all the same way, so that a slug does not change between typing and saving.
LATIN = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ß": "ss", "ð": "d", "þ": "th", "ł": "l", "đ": "d"})


def is_slug(text: str) -> bool:
    return SLUG.fullmatch(text) is not None


def slug_of(text: str) -> str:
    """The slug that ``text`` makes, ``Ærlig øl`` as ``aerlig-ol``; empty if it has no Latin letter or digit."""
    # ``slugify`` keeps underscores and drops every letter that has no ASCII form.
    return re.sub("[-_]+", "-", slugify(text.translate(LATIN))).strip("-")


def refuse_slug(slug: str) -> None:
    """Refuses (``slug_invalid``) an invalid slug and proposes a valid one. Callers pass only new slugs."""
    if is_slug(slug):
        return
    words = {"slug": slug[:80], "example": slug_of(slug)[:80]}
    if words["example"]:
        message = _(
            "“%(slug)s” is no slug: write lower-case letters a–z, digits and single hyphens, such as “%(example)s”."
        )
    else:
        message = _("“%(slug)s” is no slug: write lower-case letters a–z, digits and single hyphens.")
    raise ValidationError({"slug": ValidationError(message % words, code="slug_invalid")})
