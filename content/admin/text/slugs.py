"""Slugs made of titles: lower-case ASCII, words separated by single hyphens."""

import re
from itertools import count

from content.models import Address, Asset, Locale, Translation
from journeys.slugs import slug_of

MAX_LENGTH = 200


def slug_from(words: str) -> str:
    """``Blåbær & fløte 1.0`` as ``blabaer-flote-1-0``; empty where no letter of it can be folded."""
    return slug_of(re.sub(r"[./]", "-", words))[:MAX_LENGTH].strip("-")


def free_slug(title: str, *, asset: Asset, locale: Locale) -> str:
    """A slug of ``title`` that no other asset of the kind has or had, in no draft either: with a number if need be.

    Another language of ``asset`` may have the same one, unless both would share an address. Empty where
    ``slug_from`` makes none. Three queries.
    """
    base = slug_from(title)
    if not base:
        return ""
    # Five characters are left for a hyphen and a number: “grill” takes up to “grill-9999”.
    begins = {"slug__startswith": base[: MAX_LENGTH - 5]}
    addresses = Address.objects.filter(kind=asset.kind_id, **begins).exclude(asset=asset)
    draft_texts = Translation.objects.filter(asset__kind=asset.kind_id, **begins).exclude(asset=asset).order_by()
    own = asset.translations.exclude(locale=locale).select_related("locale")
    taken_slugs = {*addresses.values_list("slug", flat=True), *draft_texts.values_list("slug", flat=True)}
    taken_slugs |= {
        text.slug
        for text in own
        if asset.kind.url(text.slug, text.locale.code) == asset.kind.url(text.slug, locale.code)
    }
    numbered = (f"{base[: MAX_LENGTH - 5].strip('-')}-{number}" for number in count(2))
    return base if base not in taken_slugs else next(slug for slug in numbered if slug not in taken_slugs)
