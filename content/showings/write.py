"""Writes the showings: which edition readers of each locale see, at which stage, for whom and when."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, Min, OuterRef

from content.bulk import insert
from content.catalogue import Catalogue, current_catalogue
from content.instants import EPOCH, HOUR, STEP, micros
from content.models import Asset, Edition, PublishedState, Showing
from content.models.placement import HIGHEST_PRIORITY
from content.models.showing import ALSO_ANY, ANYONE, ANYWHERE, EVERYONE
from content.showings.live_paths import mend_paths, put_paths
from content.showings.signature import signature
from content.showings.timeline import LiveSpan, spans, stretch

# A rank packs two numbers: 7 bits of 100 − priority above 56 bits of age, which hold 2,284 years of microseconds.
# Priority 100 comes before 99 whatever the dates; of equal priorities the newer date is the smaller number.
SHIFT = 56
BASE = datetime(1, 1, 1, tzinfo=UTC)
HIGHEST = (1 << SHIFT) - 1
BATCH = 500
COLUMNS = ("locale_id", "stage", "segment", "rank", "asset_id", "edition_id", "channels", "fallback", "kind_id")
KEY = (*COLUMNS, "signature", "live_from", "live_until")


class ShowingRow(NamedTuple):
    """A showing to be, as plain values."""

    locale_id: int
    stage: int
    segment: int
    rank: int
    asset_id: int
    edition_id: int
    channels: int
    fallback: int
    kind_id: int
    signature: int
    live_from: int
    live_until: int
    past: bool = False


def rank(priority: int, published_at: datetime) -> int:
    """Ascending by relevance: higher priority first, then the newer ``published_at``."""
    # Example with priority 60, one above the usual 50 by ten: 100 − 60 = 40 in the upper bits, so it comes before every
    # text of priority 50 whatever their dates; among those of 60 a text of today has a smaller age than one of last
    # year.
    age = max(0, HIGHEST - (published_at - BASE) // STEP)  # dates after 2285 are equally new
    return (HIGHEST_PRIORITY - priority) << SHIFT | age


def write_showings(asset_ids: Iterable[int], catalogue: Catalogue, *, at: datetime) -> dict[tuple[int, int], int]:
    """Rewrites the showings of these assets that end after ``at``; those that ended by then stay.

    Returns what it touched: the (locale, stage) of old and new rows, each with the earliest start. Seven statements a
    batch of assets, whatever their number of editions.
    """
    ids = list(asset_ids)
    edge = micros(at)
    # Found by ``showing_of_asset``; those that end exactly at ``edge`` too, since the verb itself may have ended them.
    old = Showing.objects.filter(asset__in=ids, live_until__gte=edge)
    starts = old.order_by().values_list("locale_id", "stage").annotate(start=Min("live_from"))
    touched = {(locale, stage): start for locale, stage, start in starts}
    # What ended before ``at`` stays for readers of the past; an hour later no snapshot needs it in the index.
    old.delete()
    Showing.objects.filter(asset__in=ids, live_until__lte=micros(at - HOUR), past=False).update(past=True)
    editions = editions_of(ids)
    put_paths(ids, all_of(editions), catalogue, at=at)
    rows = list(expected(editions, catalogue, after=edge))
    insert(Showing, ShowingRow._fields, rows)
    for row in rows:
        place = (row.locale_id, row.stage)
        touched[place] = min(row.live_from, touched.get(place, row.live_from))
    return touched


def editions_of(asset_ids: list[int]) -> dict[int, dict[int, Edition]]:
    """The editions of each asset that were not cancelled, by language and number, without their words. One query."""
    editions: dict[int, dict[int, Edition]] = {pk: {} for pk in asset_ids}
    light = Edition.objects.filter(asset__in=asset_ids, cancelled_at=None).defer(
        "document", "steps", "teasers", "warnings"
    )
    for edition in light.order_by("asset_id", "locale_id", "number"):
        editions[edition.asset_id][edition.pk] = edition
    return editions


def all_of(editions: dict[int, dict[int, Edition]]) -> list[Edition]:
    return [edition for own in editions.values() for edition in own.values()]


def expected(editions: dict[int, dict[int, Edition]], catalogue: Catalogue, *, after: int = -1) -> Iterator[ShowingRow]:
    """The showings of assets that end at ``after`` or later, as their editions say."""
    for own in editions.values():
        for reader, chain in catalogue.chains.items():
            for span in seen(own.values(), chain):
                if span.end >= after:
                    yield from _rows(reader, span, own[span.edition], catalogue)


def seen(editions: Collection[Edition], chain: Iterable[int]) -> list[LiveSpan]:
    """The spans that readers of a locale with this ``chain`` see of one asset with these editions."""
    windows = [
        [
            stretch(e.pk, e.live_from, e.live_until, market_bound=e.market_bound)
            for e in editions
            if e.locale_id == locale
        ]
        for locale in chain
    ]
    return spans(windows)


def _rows(reader: int, span: LiveSpan, edition: Edition, catalogue: Catalogue) -> Iterator[ShowingRow]:
    """One row per placement and segment, one per placement for no audience, and the same anywhere."""
    anywhere: dict[int, int] = {}
    placed = signature(edition.placements)
    for placement in edition.placements:
        mask = _mask(placement["channels"], catalogue)
        own_rank = rank(placement["priority"], edition.published_at)
        # Rows of an asset at Think for Families and Students, channels by their bits:
        #
        #     stage      segment     what it answers
        #     Think      ANYONE      “at Think”, with no word of an audience
        #     Think      Families    “at Think, for Families”
        #     Think      Students    “at Think, for Students”
        #     ANYWHERE   the same three, for questions that name no stage
        #
        # So a question is one range of ``showing_walk`` for each stage and segment.
        for segment in [ANYONE, *(placement["segments"] or [EVERYONE])]:
            anywhere[segment] = _either(anywhere.get(segment), mask)
            yield _row(reader, span, edition, placement["stage"], segment, mask, own_rank, placed)
    if not edition.placements:
        anywhere = {ANYONE: 0, EVERYONE: 0}
    for segment, mask in anywhere.items():
        own_rank = rank(HIGHEST_PRIORITY, edition.published_at)
        yield _row(reader, span, edition, ANYWHERE, segment, mask, own_rank, placed)


def _row(
    reader: int, span: LiveSpan, edition: Edition, stage: int, segment: int, mask: int, own_rank: int, placed: int
) -> ShowingRow:
    return ShowingRow(
        locale_id=reader,
        stage=stage,
        segment=segment,
        rank=own_rank,
        asset_id=edition.asset_id,
        edition_id=edition.pk,
        channels=mask,
        fallback=span.fallback,
        kind_id=edition.kind_id,
        signature=placed,
        live_from=span.start,
        live_until=span.end,
    )


def _mask(channel_ids: list[int], catalogue: Catalogue) -> int:
    mask = 0
    for pk in channel_ids:
        channel = catalogue.atlas.channels_by_id.get(pk)
        mask |= channel.mask if channel else 0
    return mask


def _either(mask: int | None, other: int) -> int:
    """The mask of channels that either of two placements fits; 0 is any channel, ``None`` no placement yet.

    Where only one of them is for any channel, the named ones stay: 0 and 0b101 give ``ALSO_ANY`` | 0b101, since
    ``channel_exact`` asks for named channels alone.
    """
    if mask is None or mask == other:
        return other
    return (mask or ALSO_ANY) | (other or ALSO_ANY)


def rebuild(asset_ids: list[int]) -> int:
    """Rebuilds the showings of these assets from their editions; returns how many rows were wrong.

    It holds the published state: readers are not blocked, publishers wait for one batch.
    """
    with transaction.atomic():
        state = PublishedState.hold()
        catalogue = current_catalogue()
        found: dict[tuple[int, ...], list[int]] = {}
        for pk, *key in Showing.objects.filter(asset__in=asset_ids).values_list("pk", *KEY):
            found.setdefault(tuple(key), []).append(pk)
        editions = editions_of(asset_ids)
        correct = {row[: len(KEY)]: row for row in expected(editions, catalogue)}
        stale = [pk for key, pks in found.items() for pk in (pks[1:] if key in correct else pks)]
        missing = [row for key, row in correct.items() if key not in found]
        Showing.objects.filter(pk__in=stale).delete()
        insert(Showing, ShowingRow._fields, missing)
        wrong = mend_paths(asset_ids, all_of(editions), catalogue, at=state.at or EPOCH)
        return len(stale) + len(missing) + wrong + _mark_past(asset_ids, state)


def _mark_past(asset_ids: list[int], state: PublishedState) -> int:
    """Sets ``past`` of the rows that ended an hour before the last publication or earlier; returns how many had it
    wrongly.

    A row that is past without the mark is no error: its asset was not published since.
    """
    own = Showing.objects.filter(asset__in=asset_ids)
    edge = micros(state.at - HOUR) if state.at else 0
    own.filter(live_until__lte=edge, past=False).update(past=True)
    return own.filter(live_until__gt=edge, past=True).update(past=False)


def rebuild_all() -> Iterator[tuple[int, int]]:
    """Rebuilds the showings of every asset, in batches; yields after each (assets done, rows that were wrong).

    Each batch is a transaction of its own, outside of another: readers see an asset's rows as they were or as they
    are to be, and publishers wait for one batch at most.
    """
    done = last = 0
    published = Asset.objects.filter(Exists(Edition.objects.filter(asset=OuterRef("pk")))).order_by("pk")
    while ids := list(published.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        wrong = rebuild(ids)
        last = ids[-1]
        done += len(ids)
        yield done, wrong
