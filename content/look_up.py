"""look_up() – one asset as readers of a locale see it, by id or by slug."""

import unicodedata
from datetime import datetime

from django.db.models import F, Q

from content.catalogue import Catalogue
from content.models import Address
from content.query import Query
from content.select import select
from content.shown import Shown

ID_LENGTH = 32


def look_up(query: Query, catalogue: Catalogue, *, at: datetime, id: str) -> Shown | None:
    """What readers of the query's locale see of an asset at ``at``: any that is live, whatever its placements.

    ``None`` where there is nothing, or nothing visible. One statement.
    """
    if len(id) != ID_LENGTH or not set(id) <= set("0123456789abcdef"):
        return None
    reader = Query(locale=query.locale, translations_only=query.translations_only, among=(id,))
    return next(iter(select(reader, at=at, catalogue=catalogue).page(1).results), None)


def look_up_slug(query: Query, catalogue: Catalogue, *, at: datetime, kind: str, slug: str) -> Shown | None:
    """The same by address: a slug that is or was live, in any locale, leads to its asset. Two statements.

    Its accents may come as letters of their own, as some machines type them.
    """
    if kind not in catalogue.kinds or "\x00" in slug:
        return None
    went_live = Q(asset__editions__live_until=None) | Q(asset__editions__live_until__gt=F("asset__editions__live_from"))
    owners = Address.objects.filter(
        went_live,
        kind=catalogue.kinds[kind],
        slug__in={slug, unicodedata.normalize("NFC", slug)},
        asset__editions__slug=F("slug"),
        asset__editions__live_from__lte=at,
        asset__editions__cancelled_at=None,
    )
    uid = owners.values_list("asset__uid", flat=True).first()
    return look_up(query, catalogue, at=at, id=uid.hex) if uid else None
