"""Every edition that readers of some languages are shown at an instant, whoever they are."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from content.catalogue import Catalogue
from content.coverage.count import AssetGroup, one_row, placements_of
from content.delivery.conditions import fits
from content.delivery.rows import Statement, hex_id, tuples, united
from content.models import Locale
from content.models.edition import StoredPlacement
from content.query import Query

COLUMNS = (
    "s.asset_id, a.uid, e.id, e.kind_id, e.locale_id, s.fallback, s.signature, CAST(e.steps AS text), "
    "e.slug, e.title, s.live_until, e.market_bound, a.review_date"
)


class Live(NamedTuple):
    """One asset as readers of a language see it; ``locale_id`` is the language it is served in, ``live_until`` in
    microseconds until when they see it so."""

    asset_id: int
    public_id: str
    edition_id: int
    kind_id: int
    locale_id: int
    fallback: int
    signature: int
    steps_text: str
    slug: str
    title: str
    live_until: int
    market_bound: bool
    review_date: date | None


def live_editions(locales: Sequence[Locale], *, at: datetime, catalogue: Catalogue) -> dict[int, list[Live]]:
    """Returns by the reader's locale what is shown at ``at``, in the order of assets. One statement for a hundred
    locales."""
    parts: list[Statement] = []
    for locale in locales:
        where = one_row(fits(Query(locale=locale), catalogue, at=at))
        sql = (
            f"SELECT {locale.pk:d}, {COLUMNS} FROM content_showing s JOIN content_edition e ON e.id = s.edition_id "
            f"JOIN content_asset a ON a.id = s.asset_id WHERE {where.sql}"
        )
        parts.append((sql, where.params))
    by_reader: dict[int, list[Live]] = {locale.pk: [] for locale in locales}
    for sql, params in united(parts):
        for reader, *columns in tuples(sql, params):
            text = Live(*columns)  # SQLite hands out dates as text, booleans as numbers
            day = date.fromisoformat(text.review_date) if isinstance(text.review_date, str) else text.review_date
            uid, bound = hex_id(text.public_id), bool(text.market_bound)
            by_reader[reader].append(text._replace(public_id=uid, market_bound=bound, review_date=day))
    return {pk: sorted(texts) for pk, texts in by_reader.items()}


def placements_by_signature(texts: Iterable[Live]) -> dict[int, list[StoredPlacement]]:
    """Returns the placements of ``texts``, each different set of them once. One query."""
    return placements_of(AssetGroup(text.signature, 0, 0, text.edition_id) for text in texts)
