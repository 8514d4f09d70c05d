"""The one function that moves the windows of editions."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Min

from content.bulk import create
from content.instants import EPOCH, FAR, STEP, micros
from content.models import Edition
from content.showings.timeline import Window, effective_ends

WINDOW = ["live_from", "asked_until", "live_until", "cancelled_at", "published_at"]
BATCH = 200


def settle_windows(standing: Iterable[Edition]) -> None:
    """Gives each edition its effective window, and saves it.

    ``standing`` are all editions of the assets and locales concerned that had not ended when the verb began,
    changed in memory as it wants them (a new start, an earlier end, cancelled), and the new ones, not yet
    saved. What has ended stays out, so nothing moves before the verb's own instant. Four statements a batch.
    """
    groups: dict[tuple[int, int], list[Edition]] = {}
    for edition in standing:
        groups.setdefault((edition.asset_id, edition.locale_id), []).append(edition)
    ended = _first_starts(groups)
    for pair, group in groups.items():
        _place(group)
        _date(group, ended.get(pair))
    editions = [edition for group in groups.values() for edition in group]
    # Example: edition 1 is live without an end, and 2 is published for day 10 to 20.
    #
    #     asked for    1: 0 … ∞     2: 10 … 20
    #     effective    1: 0 … 10    2: 10 … 20    from 20 on nothing: 1 does not come back
    #
    # Withdraw 2 while it lies ahead (``cancelled_at``), and 1 is settled to 0 … ∞ again, since what it asked for is
    # kept beside what it got.
    saved = [edition for edition in editions if edition.pk]
    if saved:
        # The database checks that windows do not overlap after each row (``content/migrations/0002_triggers.py``), and
        # rows of one UPDATE come in any order.
        # First every window becomes empty, then each gets its place: so no two overlap in between.
        Edition.objects.filter(pk__in=[edition.pk for edition in saved]).update(live_until=F("live_from"))
        Edition.objects.bulk_update(saved, WINDOW, batch_size=BATCH)
    create([edition for edition in editions if not edition.pk], batch_size=BATCH)


def _first_starts(groups: dict[tuple[int, int], list[Edition]]) -> dict[tuple[int, int], datetime]:
    """When each asset first went live in its locale, by the editions that have ended."""
    moving = [edition.pk for group in groups.values() for edition in group if edition.pk]
    ended = Edition.objects.filter(asset__in={asset for asset, _ in groups}, cancelled_at=None).exclude(pk__in=moving)
    firsts = ended.order_by().values_list("asset_id", "locale_id").annotate(first=Min("live_from"))
    return {(asset, locale): first for asset, locale, first in firsts}


def _date(group: list[Edition], ended: datetime | None) -> None:
    """Editions whose editor gave no date carry the asset's first start in the locale."""
    starts = [edition.live_from for edition in group if edition.cancelled_at is None]
    for edition in group:
        if not edition.dated and edition.cancelled_at is None:
            edition.published_at = min([*starts, *([ended] if ended else [])])


def _place(group: list[Edition]) -> None:
    ends = effective_ends(
        Window(edition.number, micros(edition.live_from), micros(edition.asked_until))
        for edition in group
        if edition.cancelled_at is None
    )
    for edition in group:
        end = ends.get(edition.number, micros(edition.live_from))  # a cancelled one has no time
        edition.live_until = None if end >= FAR else EPOCH + end * STEP
