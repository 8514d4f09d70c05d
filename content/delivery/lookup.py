"""One asset as readers of a locale see it, by id or by slug."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from content.catalogue import Catalogue
from content.delivery.conditions import alive, row_fits
from content.delivery.rows import COLUMNS, EDITION, Row, ShownText, instant_parameter, shown_text, tuples
from content.instants import instant
from content.models import Kind, Locale
from content.models.showing import ANYONE, ANYWHERE
from content.query import Query

# No text loses its address to another: a slug belongs for ever to the asset that was first published with it
# (``content_address``), also while its text has another one. So an address finds its asset first, in any language, then
# what of that asset is shown. Two spellings are looked for: as it is typed, perhaps with “é” as “e” and an accent, and
# with one letter for both (NFC).
ID_LENGTH = 32
BEGUN = "cancelled_at IS NULL AND live_from <= %s AND (live_until IS NULL OR live_until > live_from)"
OWNER = "SELECT asset_id FROM content_address WHERE kind_id = %s AND slug IN (%s, %s) ORDER BY id LIMIT 1"
BEGUN_OWNER = f"""SELECT d.asset_id FROM content_address d WHERE d.kind_id = %s AND d.slug IN (%s, %s) AND EXISTS (
SELECT 1 FROM content_edition WHERE asset_id = d.asset_id AND slug = d.slug AND {BEGUN}) ORDER BY d.id LIMIT 1"""
# All that the asset had or has at a slug, and what it has now.
TEXTS = f"""SELECT asset_id, locale_id, slug, live_until FROM content_edition
WHERE asset_id = ({OWNER}) AND {BEGUN} AND (slug IN (%s, %s) OR live_until IS NULL OR live_until > %s)"""
SEEN = f"SELECT {EDITION}, s.fallback, s.rank FROM content_showing s JOIN content_edition e ON e.id = s.edition_id"


@dataclass(frozen=True)
class FoundText:
    """What an address leads to, and the question in whose language it is answered.

    ``moved_to`` is where the text that once had this address has its own now; ``None`` where it has it still, or is
    no longer shown.
    """

    shown: ShownText
    query: Query
    moved_to: str | None = None


def look_up(query: Query, catalogue: Catalogue, *, at: datetime, id: str) -> ShownText | None:
    """What readers of the query's locale see of an asset at ``at``: any that is live, whatever its placements.

    ``None`` where there is nothing, or nothing visible. One statement.
    """
    if len(id) != ID_LENGTH or not set(id) <= set("0123456789abcdef"):
        return None
    return _seen("SELECT id FROM content_asset WHERE uid = %s", [id], query, catalogue, at=at)


def look_up_slug(
    query: Query, catalogue: Catalogue, *, at: datetime, kind: str, slug: str, own_language: bool = False
) -> FoundText | None:
    """The same by address: a slug that is or was live, in any locale, leads to its asset.

    With ``own_language`` it is answered in the language whose slug it is, whatever the query's. One statement where
    what is shown has this slug, else two or three. Its accents may come as letters of their own, as some machines
    type them.
    """
    if kind not in catalogue.kinds or "\x00" in slug:
        return None
    lookup = Lookup(catalogue.kinds[kind], slug, at)
    # The commonest request is for a current slug in its own language: one statement joins all of that. Only what it
    # does not find takes the longer way, so “one by slug” stays within its eight times the floor in the benchmark.
    if own_language:
        return _current(lookup, query, catalogue) or _former(lookup, query, catalogue)
    shown = _seen(BEGUN_OWNER, [*lookup.named, instant_parameter(at)], query, catalogue, at=at)
    if shown is None or shown.slug == slug:
        return shown and FoundText(shown, query)
    return FoundText(shown, query, lookup.moved_to(lookup.texts(), catalogue))


@dataclass(frozen=True)
class LookupText:
    """A text that has begun: ``live_until`` is its effective end."""

    asset_id: int
    locale_id: int
    slug: str
    live_until: datetime | None

    def is_live(self, at: datetime) -> bool:
        return self.live_until is None or self.live_until > at


@dataclass(frozen=True)
class Lookup:
    """A kind and a slug as they were asked for, and when."""

    kind: Kind
    slug: str
    at: datetime

    @property
    def spellings(self) -> tuple[str, str]:
        return (self.slug, unicodedata.normalize("NFC", self.slug))

    @property
    def named(self) -> list[object]:
        return [self.kind.pk, *self.spellings]

    def texts(self) -> list[LookupText]:
        """Those of its asset that have or had this slug, and those that are live. One statement."""
        at = instant_parameter(self.at)
        found = tuples(TEXTS, [*self.named, at, *self.spellings, at])
        return [LookupText(asset, locale, slug, instant(until)) for asset, locale, slug, until in found]

    def language(self, texts: list[LookupText], catalogue: Catalogue) -> int | None:
        """Whose slug it is: of several whose slug it is now the preferred, else the one that had it last."""
        own = [text for text in texts if text.slug in self.spellings]
        order = preferred(catalogue)
        current = [text.locale_id for text in own if text.is_live(self.at)]
        if current:
            return min(current, key=order.index)
        # By their end first, then by the preferred language: the minus, since the largest is taken.
        ended = [(text.live_until, -order.index(text.locale_id), text.locale_id) for text in own if text.live_until]
        return max(ended)[2] if ended else None

    def moved_to(self, texts: list[LookupText], catalogue: Catalogue) -> str | None:
        """Where the text in the language of this slug is now, if that is elsewhere."""
        language = self.language(texts, catalogue)
        live = (text.slug for text in texts if text.locale_id == language and text.is_live(self.at))
        return moved(self.kind, self.slug, next(live, None), catalogue.locales_by_id.get(language or 0))


def moved(kind: Kind, slug: str, current: str | None, locale: Locale | None) -> str | None:
    """The address of what is called ``current`` in ``locale``, if that is not how it was asked for."""
    return kind.url(current, locale.code) if locale and current and current != slug else None


def preferred(catalogue: Catalogue) -> list[int]:
    """The locales in the order in which one slug of several is theirs: the default, its fallbacks, the rest by code."""
    default = catalogue.default_locale
    chain = catalogue.chains[default.pk] if default else []
    return list(dict.fromkeys([*chain, *(catalogue.locales[code].pk for code in sorted(catalogue.locales))]))


def _current(lookup: Lookup, query: Query, catalogue: Catalogue) -> FoundText | None:
    """What has this slug now, in the language whose it is. One statement."""
    where = alive("s", catalogue, at=lookup.at).add(f"s.asset_id = ({OWNER})", *lookup.named)
    where.any_of("s.locale_id", list(catalogue.locales_by_id))
    where.add("s.stage = %s AND s.segment = %s AND s.fallback = 0", ANYWHERE, ANYONE)
    where.add("e.slug IN (%s, %s)", *lookup.spellings)
    found = [_made(row) for row in tuples(f"{SEEN} WHERE {where.sql}", where.params)]
    if not found:
        return None
    shown = min(found, key=lambda text: preferred(catalogue).index(text.locale_id)) if len(found) > 1 else found[0]
    locale = catalogue.locales_by_id[shown.locale_id]
    return FoundText(shown, query.in_language(locale), moved(lookup.kind, lookup.slug, shown.slug, locale))


def _former(lookup: Lookup, query: Query, catalogue: Catalogue) -> FoundText | None:
    """What readers of the language that had this slug last are shown by now. Two statements, one for nothing."""
    texts = lookup.texts()
    locale = catalogue.locales_by_id.get(lookup.language(texts, catalogue) or 0)
    if locale is None:
        return None
    reader = query.in_language(locale)
    shown = _seen("%s", [texts[0].asset_id], reader, catalogue, at=lookup.at)
    return shown and FoundText(shown, reader, lookup.moved_to(texts, catalogue))


def _seen(asset: str, params: list[object], query: Query, catalogue: Catalogue, *, at: datetime) -> ShownText | None:
    """What is shown of the one asset that a statement finds: it is known before the showings are looked at."""
    where = row_fits(query.anybody, "s", catalogue, at=at).add(f"s.asset_id = ({asset})", *params)
    where.add("s.stage = %s AND s.segment = %s", ANYWHERE, ANYONE)
    return next((_made(row) for row in tuples(f"{SEEN} WHERE {where.sql}", where.params)), None)


def _made(row: Row) -> ShownText:
    fallback, rank = row[COLUMNS:]
    return shown_text(row[:COLUMNS], fallback, (0, rank, row[0]))
