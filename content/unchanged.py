"""unchanged(), note_unchanged() – the drafts that would publish what readers have, or will have, already."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from content.catalogue import current_catalogue
from content.freeze import Draft, freeze
from content.gather import gather
from content.models import Asset, Edition, Translation

FROZEN = ("slug", "title", "market_bound", "placements", "teasers", "steps", "dated")


def unchanged(drafts: Collection[Draft], *, at: datetime) -> dict[tuple[int, int], Edition]:
    """Those of ``drafts`` that are word for word and tag for tag what is live at ``at``: the live edition by their key.

    One query. Dates that give themselves do not count; the window neither, which is moved by ``reschedule``.
    """
    assets = {draft.asset.pk for draft in drafts}
    live = Edition.objects.filter(Q(cancelled_at=None), asset__in=assets).live(at).select_related("publication")
    by_key = {(edition.asset_id, edition.locale_id): edition for edition in live}
    return {
        draft.key: standing for draft in drafts if (standing := by_key.get(draft.key)) and same(draft.edition, standing)
    }


def note_unchanged(asset: Asset, *, at: datetime) -> None:
    """Dates drafts of ``asset`` that are what is live or scheduled back to when that was published.

    Ten statements, one where nothing stands.
    """
    standing = list(Edition.objects.filter(asset=asset).ending_after(at).select_related("publication"))
    if not standing:
        return
    for draft in (freeze(gathered) for gathered in gather({asset.pk: None}, current_catalogue())):
        alike = [one for one in standing if one.locale_id == draft.locale.pk and same(draft.edition, one)]
        if alike:
            since = max(one.publication.at for one in alike)
            Translation.objects.filter(asset=asset, locale=draft.locale).update(updated_at=since)


def same(one: Edition, other: Edition) -> bool:
    """Whether two editions freeze the same. Values are compared, not bytes: a database may reorder names in JSON."""
    dates = not one.dated or one.published_at == other.published_at
    alike = all(getattr(one, name) == getattr(other, name) for name in FROZEN)
    return alike and dates and bytes(one.document) == bytes(other.document)
