"""The only ways in which what readers see changes: publish, restore, withdraw and reschedule; and a look at what
they would say."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.db.models import Q
from django.utils.translation import gettext as _

from content.catalogue import Catalogue
from content.drafts.freeze import Draft, freeze, thaw
from content.drafts.gather import gather
from content.fields import window
from content.models import Asset, Edition, Locale, Translation
from content.models.publication import Action
from content.publishing.address_clashes import refuse_taken
from content.publishing.context import open_editions, publication, trial
from content.publishing.gate_findings import GateFinding, PublishRefused
from content.publishing.issue import bounded_window, issue, leave_unchanged
from content.sharing.share import end_links, open_links
from journeys.storable import refuse_far_instants


class Unmoved(Enum):
    """An edge of a window that stays where it is."""

    KEEP = "keep"


KEEP = Unmoved.KEEP
BUSY = {"55P03", "40P01"}  # PostgreSQL: a lock was not free in time, a deadlock
TRIES = 3
Pair = tuple[int, int]  # an asset and a locale
Window = tuple[datetime | None, datetime | None]
Wanted = Mapping[int, set[int] | None]  # assets, each with the locales named for it; None: all it is written in


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
    return _publish(_in_locales(assets, locales), live_from, live_until, by=by, at=at, note=note)


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
    return _publish(_in_own_locales(translations), live_from, live_until, windows=windows, by=by, at=at, note=note)


def _publish(
    wanted: Wanted,
    live_from: datetime | None,
    live_until: datetime | None,
    *,
    windows: Mapping[Pair, Window] | None = None,
    by: User | None,
    at: datetime | None,
    note: str,
) -> list[Edition]:
    with publication(Action.PUBLISH, by=by, at=at, note=note) as current:
        drafts = _drafts(wanted, current.catalogue, windows or {})
        issued = issue(current, drafts, live_from, live_until)
    leave_unchanged(issued)
    return issued.editions


def _drafts(wanted: Wanted, catalogue: Catalogue, windows: Mapping[Pair, Window]) -> list[Draft]:
    """The drafts as they are now, each with its own window if it has one."""
    drafts = [freeze(gathered) for gathered in gather(wanted, catalogue)]
    for draft in drafts:
        draft.window = windows.get(draft.key)
    return drafts


def _in_locales(assets: Asset | Iterable[Asset], locales: Iterable[Locale] | None) -> Wanted:
    return dict.fromkeys(_ids(assets), None if locales is None else {locale.pk for locale in locales})


def _in_own_locales(translations: Iterable[Translation]) -> Wanted:
    """By asset the locales of these texts."""
    wanted: dict[int, set[int]] = {}
    for translation in translations:
        wanted.setdefault(translation.asset_id, set()).add(translation.locale_id)
    return {**wanted}


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
    with publication(Action.RESTORE, by=by, at=at, note=note) as current:
        issued = issue(current, [thaw(edition)], live_from, live_until)
    return issued.editions[0]


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
    only = None if locales is None else {locale.pk for locale in locales}
    ids = _ids(assets)
    with publication(Action.RECALL if recall else Action.WITHDRAW, by=by, at=at, note=note) as current:
        now = current.at
        # Of all languages, though only some may end: showings are written for whole assets, and readers of one language
        # may fall back to another.
        editions = open_editions(Q(asset__in=ids), at=now)
        current.remember(editions)
        ended = [edition for edition in editions if only is None or edition.locale_id in only]
        for edition in ended:
            # Cancelled and ended differ for what stood before: what is cancelled gives its time back to the edition
            # that it would have replaced; what has begun keeps the time it had, and only asks for less.
            if edition.live_from > now:
                edition.cancelled_at = now
            else:
                edition.asked_until = min(filter(None, (edition.asked_until, now)))
        current.record()
        if recall:
            current.refuse_snapshots_before()
            end_links(open_links(ids, only, at=now), by=by, at=now)
        current.settle(editions)
        current.show(ids)
    return ended


def reschedule(
    edition: Edition,
    *,
    live_from: datetime | Unmoved = KEEP,
    live_until: datetime | Unmoved | None = KEEP,
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
    with publication(Action.RESCHEDULE, by=by, at=at, note=note) as current:
        editions = open_editions(Q(asset=edition.asset_id, locale=edition.locale_id), at=current.at)
        current.remember(editions)
        moved = next((e for e in editions if e.pk == edition.pk), None)
        if moved is None:
            raise ValidationError(_("This edition has ended; publish or restore it instead."), code="window_ended")
        moved.live_from, moved.asked_until = _moved_window(moved, live_from, live_until, now=current.at)
        current.record()
        current.settle(editions)
        current.show([edition.asset_id])
        refuse_taken(moved, current.catalogue, at=current.at)
    return moved


def _moved_window(
    edition: Edition, live_from: datetime | Unmoved, live_until: datetime | Unmoved | None, *, now: datetime
) -> tuple[datetime, datetime | None]:
    """The window that ``edition`` is to ask for; refuses as ``reschedule`` does."""
    start = edition.live_from if live_from is KEEP else live_from
    until = edition.asked_until if live_until is KEEP else live_until
    refuse_far_instants(start if live_from is not KEEP else None, until if live_until is not KEEP else None)
    if start != edition.live_from and (edition.live_from <= now or start < now):
        raise ValidationError(_("A start can only move from the future to the future."), code="window_in_past")
    if until and until != edition.asked_until and until < now:
        raise ValidationError(_("The new end has passed already; withdraw it instead."), code="window_in_past")
    # The kind's own first date bounds a start only where it moves: what is live has begun, whatever its fields say.
    earliest, latest = window(edition.kind.schema, thaw(edition).fields)
    start, until = bounded_window(start, until, (None if start == edition.live_from else earliest, latest))
    if until and until <= start:
        raise ValidationError(_("The end must be after the start."), code="window_invalid")
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
    return _try(_in_locales(assets, locales), live_from, live_until, at=at)


def check_translations(translations: Iterable[Translation], *, at: datetime | None = None) -> list[GateFinding]:
    """The same for ``publish_translations``, from ``at`` on without an end."""
    return _try(_in_own_locales(translations), None, None, at=at)


def _try(
    wanted: Wanted, live_from: datetime | None, live_until: datetime | None, *, at: datetime | None
) -> list[GateFinding]:
    """Tries again where a publisher was quicker, whose rows a trial does not wait for."""
    # A trial writes rows and takes them back, without the lock that publishers queue for. So it may meet a row that a
    # publisher is writing: the same number of an edition or the same address (IntegrityError), or a lock that is not
    # free within ``TRIAL_WAITS``. By the next attempt the publisher is done, and the trial sees what it has written.
    for _attempt in range(TRIES - 1):
        try:
            return _tried(wanted, live_from, live_until, at=at)
        except (IntegrityError, OperationalError) as error:
            if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) not in BUSY:
                raise
    return _tried(wanted, live_from, live_until, at=at)


def _tried(
    wanted: Wanted, live_from: datetime | None, live_until: datetime | None, *, at: datetime | None
) -> list[GateFinding]:
    try:
        with trial(at=at) as current:
            issued = issue(current, _drafts(wanted, current.catalogue, {}), live_from, live_until, again=True)
    except PublishRefused as refused:
        return [*refused.findings, *refused.warnings]
    return [GateFinding.from_data(data) for edition in issued.editions for data in edition.warnings]
