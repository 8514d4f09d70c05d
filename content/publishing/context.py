"""One call of a publishing verb, from the lock on the published state to the event that tells others."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from content.catalogue import Catalogue, current_catalogue
from content.events.announce import Before, announce
from content.events.elapsed import announce_time
from content.models import Edition, Publication, PublishedState
from content.models.publication import Action
from content.permissions import PUBLISH_ASSET
from content.publishing.windows import settle_windows
from content.showings.write import write_showings
from journeys.storable import cleaned

# Shorter than PostgreSQL waits before it looks for a deadlock (1 s): a trial gives way, never a publisher.
TRIAL_WAITS = "300ms"
HIGH = 1 << 61  # numbers of publications that are only tried, far above those of any real one


class PublicationContext:
    """What a publishing verb works with: the state it holds, its instant, and the steps that every verb takes.

    In this order: ``remember`` what was live, change editions in memory, ``record`` the publication, ``settle`` the
    windows of the editions, ``show`` their assets. A trial takes the same steps and tells nobody.
    """

    def __init__(self, state: PublishedState, action: Action, by: User | None, note: str, *, trial: bool = False):
        self.state = state
        self.action = action
        self.by = by
        self.note = note
        self.trial = trial
        self._before = Before.of([], state)
        self._editions: list[Edition] = []

    @property
    def at(self) -> datetime:
        """When the publication takes effect."""
        return self.state.instant

    @cached_property
    def catalogue(self) -> Catalogue:
        return current_catalogue()

    def remember(self, editions: Iterable[Edition]) -> None:
        """Notes what of ``editions`` is live before the verb changes them in memory."""
        self._before = Before.of(editions, self.state)

    def record(self) -> Publication:
        """Writes the publication down, and first what time has changed since the last: events keep their order."""
        number, note = self.state.number, cleaned(self.note)
        if self.trial:
            # At random, so that two trials at once do not wait for each other at the unique number. 2**61 to 2**62
            # still fits the column of 63 bits.
            number = HIGH + secrets.randbelow(HIGH)
        elif self.state.unswept:
            announce_time(*self.state.unswept, number - 1)
        return Publication.objects.create(number=number, at=self.at, action=self.action, by=self.by, note=note)

    def refuse_snapshots_before(self) -> None:
        """From this publication on no snapshot of an earlier state is read any longer."""
        self.state.recalled = self.state.number
        self.state.save()

    def settle(self, editions: Iterable[Edition]) -> None:
        """Saves ``editions``, old and new, each with its effective window."""
        self._editions = list(editions)
        settle_windows(self._editions)

    def show(self, asset_ids: Iterable[int]) -> None:
        """Rewrites the showings of these assets, and writes the event that tells others of the change."""
        touched = write_showings(asset_ids, self.catalogue, at=self.at)
        if not self.trial:
            announce(self.state, self._before, self._editions, touched, self.catalogue)


@contextmanager
def publication(
    action: Action, *, by: User | None = None, at: datetime | None = None, note: str = ""
) -> Iterator[PublicationContext]:
    """A publication under the write lock, in a transaction of its own. ``at`` left out is now.

    Refuses whoever may not publish, ``at_not_increasing`` and ``out_of_range``.
    """
    require_publish_right(by)
    with transaction.atomic():
        # The lock order of all that changes what readers see: first the one row of ``PublishedState``, then editions,
        # then showings. Languages, kinds and the sweep of events take the same row first (``hold``), so no two wait in
        # a circle; only a trial holds rows without it, and gives way (``TRIAL_WAITS``).
        yield PublicationContext(PublishedState.claim(at), action, by, note)


@contextmanager
def trial(*, at: datetime | None = None) -> Iterator[PublicationContext]:
    """What a publication would do, all of it rolled back: no lock on the published state, and nobody is told.

    It writes within its transaction, since the gates ask the database what readers would see: SQLite lets one
    transaction write at a time; on PostgreSQL it waits for rows that a publisher holds, ``TRIAL_WAITS`` at most.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{TRIAL_WAITS}'")
        yield PublicationContext(PublishedState.foreseen(at), Action.PUBLISH, None, "", trial=True)
        transaction.set_rollback(True)


def require_publish_right(by: User | None) -> None:
    """Publishing is its own permission. ``None`` is the system itself: a command or an import."""
    if by is not None and not by.has_perm(PUBLISH_ASSET):
        raise PermissionDenied(_("You may not publish."))


def open_editions(condition: Q, *, at: datetime) -> list[Edition]:
    """The editions that had not ended or been cancelled at ``at``; one query."""
    return list(Edition.objects.filter(condition).ending_after(at).select_related("asset", "locale", "kind"))
