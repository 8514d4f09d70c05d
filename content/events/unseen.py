"""Keeps the state's token after a publication that changes nothing readers see yet."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F, Q

from content.models import Edition, Publication, PublishedState

OnShow = Mapping[tuple[int, int], tuple[Edition, datetime | None]]  # by asset and locale, with the end it has


def note_unseen(state: PublishedState, before: OnShow, after: OnShow) -> None:
    """Restores the fields that ``state.claim`` advanced, if the same editions are live before and after.

    Where only an end has moved, which items contain, ETags change but the state's token does not. A recall is always
    visible: it ends older snapshots. No statement where there is a change, else three.
    """
    if state.recalled == state.number or state.before is None or _editions(before) != _editions(after):
        return
    # Example: publication 8 schedules something for noon, and 7 is the last of which readers see anything. 8 keeps its
    # number in the record, and the state keeps 7's token, so that no snapshot and no cache is renewed for nothing.
    former = state.before
    if former.at is not None and _changed_by_itself(former.at, state.instant):
        state.shown_number, state.shown_at = former.number, former.at
    else:
        state.shown_number, state.shown_at = former.shown_number, former.shown_at
    if _ends(before) == _ends(after):
        state.answered_number = former.answered_number
    state.save(update_fields=["shown_number", "shown_at", "answered_number"])
    Publication.objects.filter(number=state.number).update(visible=False)


def _editions(live: OnShow) -> dict[tuple[int, int], int]:
    return {pair: edition.pk for pair, (edition, _) in live.items()}


def _ends(live: OnShow) -> dict[tuple[int, int], datetime | None]:
    return {pair: end for pair, (_, end) in live.items()}


def _changed_by_itself(since: datetime, until: datetime) -> bool:
    """Whether anything began or ended after ``since`` and up to ``until``: the state has been that of the number
    before since then (``content/delivery/snapshot.py``). One query."""
    real = Edition.objects.filter(cancelled_at=None).exclude(live_until=F("live_from"))
    edges = Q(live_from__gt=since, live_from__lte=until) | Q(live_until__gt=since, live_until__lte=until)
    return real.filter(edges).exists()
