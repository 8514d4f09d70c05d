"""The only ways in which what readers see changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from content.catalogue import Catalogue, current_catalogue
from content.drafts.freeze import Draft, freeze, thaw
from content.drafts.gather import gather
from content.events.announce import Before, announce
from content.fields import window
from content.models import Asset, Edition, Locale, PublishedState, Translation
from content.models.publication import Action
from content.publishing.address_clashes import refuse_taken
from content.publishing.gate_findings import GateFinding, PublishRefused
from content.publishing.issue import bounded_window, issue, open_editions, record, require_publish_right
from content.publishing.windows import settle_windows
from content.sharing.share import end_links, open_links
from content.showings.write import write_showings
from journeys.storable import refuse_far_instants

KEEP: Any = object()  # an edge that stays where it is
Pair = tuple[int, int]  # an asset and a locale
Window = tuple[datetime | None, datetime | None]


def publish(
    assets: Asset | Iterable[Asset],
    *,
    locales: Iterable[Locale] | None = None,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    by: User | None = None,
    at: datetime | None = None,
    note: str = "",
) -> list[Edition]:
    """Publishes the drafts of one or many assets, or none of them: the new editions, by asset and locale code.

    ``locales`` left out are all that an asset is written in; ``live_from`` left out is ``at``; ``live_until``
    left out is no end; ``at`` left out is now. ``by`` needs the right to publish; without it the system does.
    What is live or scheduled already with these very words and this window is answered as it stands, ``unchanged``:
    no edition and no event comes of it, and of nothing else no publication. A new window is a change.
    The gates judge the state after the whole call. Refuses with ``PublishRefused`` and all findings,
    with ``nothing_to_publish``, ``at_not_increasing`` and ``out_of_range`` (before 1900, after 9998). About thirty
    statements a batch, whatever the number of assets.
    """
    only = None if locales is None else {locale.pk for locale in locales}
    wanted = dict.fromkeys(_ids(assets), only)
    return _publish(wanted, live_from, live_until, by=by, at=at, note=note)


def publish_translations(
    translations: Iterable[Translation],
    *,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    windows: Mapping[Pair, Window] | None = None,
    by: User | None = None,
    at: datetime | None = None,
    note: str = "",
) -> list[Edition]:
    """``publish`` for texts that are chosen one by one, each asset in its own languages.

    ``windows``, by asset and locale, go before ``live_from`` and ``live_until``.
    """
    return _publish(_wanted(translations), live_from, live_until, windows=windows, by=by, at=at, note=note)


def _wanted(translations: Iterable[Translation]) -> dict[int, set[int] | None]:
    """By asset the locales of its texts."""
    wanted: dict[int, set[int]] = {}
    for translation in translations:
        wanted.setdefault(translation.asset_id, set()).add(translation.locale_id)
    return {**wanted}


def _publish(
    wanted: Mapping[int, set[int] | None],
    live_from: datetime | None,
    live_until: datetime | None,
    *,
    windows: Mapping[Pair, Window] | None = None,
    by: User | None,
    at: datetime | None,
    note: str,
    again: bool = False,
) -> list[Edition]:
    """Publishes each asset in the locales named for it, ``None`` for all it is written in."""
    require_publish_right(by)

    def drafts_of(catalogue: Catalogue) -> list[Draft]:
        drafts = [freeze(gathered) for gathered in gather(wanted, catalogue)]
        for draft in drafts:
            draft.window = (windows or {}).get(draft.key)
        return drafts

    return issue(drafts_of, live_from, live_until, Action.PUBLISH, by=by, at=at, note=note, again=again)


def _ids(assets: Asset | Iterable[Asset]) -> list[int]:
    return [asset.pk for asset in ([assets] if isinstance(assets, Asset) else assets)]


def restore(
    edition: Edition,
    *,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    by: User | None = None,
    at: datetime | None = None,
    note: str = "",
) -> Edition:
    """Publishes the words of an old ``edition`` again, through today's gates: the new edition.

    The draft is left alone. Refuses as ``publish`` does.
    """
    require_publish_right(by)
    return issue(lambda catalogue: [thaw(edition)], live_from, live_until, Action.RESTORE, by=by, at=at, note=note)[0]


def withdraw(
    assets: Asset | Iterable[Asset],
    *,
    locales: Iterable[Locale] | None = None,
    recall: bool = False,
    by: User | None = None,
    at: datetime | None = None,
    note: str = "",
) -> list[Edition]:
    """Ends what is live and cancels what is scheduled, in all locales unless some are named: the editions it met.

    Readers fall back to what else the chain holds, market-bound texts apart. With ``recall`` (law, consent) also
    no snapshot of an earlier state is read any longer, and the share links to those texts end, whether or not anything
    was live. Refuses (``at_not_increasing``). Nothing to withdraw is no fault: the answer is empty.
    """
    require_publish_right(by)
    only = None if locales is None else {locale.pk for locale in locales}
    ids = _ids(assets)
    with transaction.atomic():
        state = PublishedState.claim(at)
        now = state.instant
        standing = open_editions(Q(asset__in=ids), at=now)
        before = Before.of(standing, state)
        met = [edition for edition in standing if only is None or edition.locale_id in only]
        for edition in met:
            if edition.live_from > now:
                edition.cancelled_at = now
            else:
                edition.asked_until = min(filter(None, (edition.asked_until, now)))
        record(state, Action.RECALL if recall else Action.WITHDRAW, by, note)
        if recall:
            state.recalled = state.number
            state.save()
            end_links(open_links(ids, only, at=now), by=by, at=now)
        settle_windows(standing)
        catalogue = current_catalogue()
        announce(state, before, standing, write_showings(ids, catalogue, at=now), catalogue)
    return met


def reschedule(
    edition: Edition,
    *,
    live_from: datetime = KEEP,
    live_until: datetime | None = KEEP,
    by: User | None = None,
    at: datetime | None = None,
    note: str = "",
) -> Edition:
    """Moves the window of an edition that is live or scheduled: the edition, with its new effective end.

    A start moves only while it lies ahead. Refuses ``window_in_past`` (a start that has passed, or a new edge
    before ``at``), ``window_invalid`` (an end that is not after the start, or outside what the kind's own dates
    allow), ``address_taken`` (another text is shown at its path then), ``window_ended`` (it has ended or was
    cancelled: publish or restore it instead) and ``out_of_range`` (an edge before 1900 or after 9998).
    """
    require_publish_right(by)
    with transaction.atomic():
        state = PublishedState.claim(at)
        now = state.instant
        standing = open_editions(Q(asset=edition.asset_id, locale=edition.locale_id), at=now)
        before = Before.of(standing, state)
        moved = next((e for e in standing if e.pk == edition.pk), None)
        if moved is None:
            raise ValidationError("This edition has ended; publish or restore it instead.", code="window_ended")
        start, until = _moved_window(moved, live_from, live_until, now=now)
        moved.live_from, moved.asked_until = start, until
        record(state, Action.RESCHEDULE, by, note)
        settle_windows(standing)
        catalogue = current_catalogue()
        announce(state, before, standing, write_showings([edition.asset_id], catalogue, at=now), catalogue)
        refuse_taken(moved, catalogue, at=now)
    return moved


def _moved_window(
    edition: Edition, live_from: Any, live_until: Any, *, now: datetime
) -> tuple[datetime, datetime | None]:
    """The window that ``edition`` is to ask for; refuses as ``reschedule`` does."""
    refuse_far_instants(*(edge for edge in (live_from, live_until) if edge is not KEEP))
    start = edition.live_from if live_from is KEEP else live_from
    until = edition.asked_until if live_until is KEEP else live_until
    if start != edition.live_from and (edition.live_from <= now or start < now):
        raise ValidationError("A start can only move from the future to the future.", code="window_in_past")
    if until and until != edition.asked_until and until < now:
        raise ValidationError("The new end has passed already; withdraw it instead.", code="window_in_past")
    earliest, latest = window(edition.kind.schema, thaw(edition).fields)
    start, until = bounded_window(start, until, (None if start == edition.live_from else earliest, latest))
    if until and until <= start:
        raise ValidationError("The end must be after the start.", code="window_invalid")
    return start, until


def check(
    assets: Asset | Iterable[Asset],
    *,
    locales: Iterable[Locale] | None = None,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    at: datetime | None = None,
) -> list[GateFinding]:
    """All that the gates would say to ``publish`` with these arguments, unchanged or not. Changes nothing."""
    wanted = dict.fromkeys(_ids(assets), None if locales is None else {locale.pk for locale in locales})
    return _tried(wanted, live_from, live_until, at=at)


def check_translations(translations: Iterable[Translation], *, at: datetime | None = None) -> list[GateFinding]:
    """The same for ``publish_translations``, from ``at`` on without an end."""
    return _tried(_wanted(translations), None, None, at=at)


def _tried(
    wanted: Mapping[int, set[int] | None],
    live_from: datetime | None,
    live_until: datetime | None,
    *,
    at: datetime | None,
) -> list[GateFinding]:
    try:
        with transaction.atomic():
            editions = _publish(wanted, live_from, live_until, by=None, at=at, note="", again=True)
            transaction.set_rollback(True)
    except PublishRefused as refused:
        return [*refused.findings, *refused.warnings]
    return [GateFinding(**{k: v for k, v in data.items() if k != "key"}) for e in editions for data in e.warnings]
