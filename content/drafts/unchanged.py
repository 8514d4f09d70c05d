"""Finds drafts that equal what is live or scheduled already."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q

from content.catalogue import current_catalogue
from content.drafts.freeze import Draft, freeze
from content.drafts.gather import gather
from content.models import Asset, Edition, Translation

Key = tuple[int, int]  # an asset and a locale


def unchanged(drafts: Iterable[Draft], editions: Iterable[Edition], *, now: datetime) -> dict[Key, Edition]:
    """The editions with the same words and window as a draft, by asset and locale, marked ``unchanged``.

    A draft that would start now has the window of what is live if both ask for the same end; one that would start
    later, that of what is scheduled for the same start and end.
    """
    beside = [edition for edition in editions if edition.window_at(now) in ("live", "scheduled")]
    found = {}
    for draft in drafts:
        own = (edition for edition in beside if (edition.asset_id, edition.locale_id) == draft.key)
        same = next((edition for edition in own if _is_same(draft.edition, edition, now=now)), None)
        if same:
            # The mark goes with the instance alone: no column, since it says what became of this very call.
            same.unchanged = True
            found[draft.key] = same
    return found


def live_already(drafts: Collection[Draft], *, at: datetime) -> dict[Key, Edition]:
    """The live editions with the same words as ``drafts``, whatever their window. One query."""
    assets = {draft.asset.pk for draft in drafts}
    live = Edition.objects.filter(Q(cancelled_at=None), asset__in=assets).live(at)
    by_key = {(edition.asset_id, edition.locale_id): edition for edition in live}
    pairs = ((draft, by_key.get(draft.key)) for draft in drafts)
    return {
        draft.key: known for draft, known in pairs if known and frozen_values(known) == frozen_values(draft.edition)
    }


def note_unchanged(asset: Asset, *, at: datetime) -> None:
    """Sets ``updated_at`` of drafts that equal a live or scheduled edition back to when that was published.

    Ten statements, one without such editions.
    """
    editions = list(Edition.objects.filter(asset=asset).ending_after(at).select_related("publication"))
    if not editions:
        return
    for draft in (freeze(gathered) for gathered in gather({asset.pk: None}, current_catalogue())):
        beside = (edition for edition in editions if edition.locale_id == draft.locale.pk)
        same = [edition for edition in beside if frozen_values(edition) == frozen_values(draft.edition)]
        if same:
            since = max(edition.publication.at for edition in same)
            Translation.objects.filter(asset=asset, locale=draft.locale).update(updated_at=since)


def frozen_values(edition: Edition) -> tuple[object, ...]:
    """Everything an answer is made of; the date only where an editor gave it, else it follows from the window.

    Values, not bytes, are compared: a database may reorder names in JSON.
    """
    dated = edition.published_at if edition.dated else None
    words = (edition.kind_id, edition.slug, edition.title, dated, edition.market_bound, bytes(edition.document))
    return (*words, edition.placements, edition.teasers, edition.steps)


def settle_age(editions: Iterable[Edition]) -> None:
    """Sets ``updated_at`` of the drafts of ``editions``, which equal them, to no later than their publication."""
    for edition in editions:
        own = Translation.objects.filter(asset=edition.asset_id, locale=edition.locale_id)
        own.filter(updated_at__gt=edition.publication.at).update(updated_at=edition.publication.at)


def _is_same(made: Edition, known: Edition, *, now: datetime) -> bool:
    # What starts now equals what is live already, whenever that began; a later start has to be the very same instant.
    starts = known.live_from <= now if made.live_from <= now else known.live_from == made.live_from
    return starts and known.asked_until == made.asked_until and frozen_values(known) == frozen_values(made)
