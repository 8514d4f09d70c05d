"""The published state as it stands, asked for only when something may have changed."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock, local
from time import monotonic

from django.db import connection

from content import clock
from content.change_signal import current_signal, renew, reopen
from content.delivery.snapshot import PresentState, present

# Changes by another machine, or by a process that died before it could tell, are seen after so many seconds.
CHECK_EVERY = 1.0


@dataclass(frozen=True)
class HeldState:
    """A state, the word it was read under, and until when it is good without a look."""

    word: bytes
    state: PresentState
    check_at: float


_held: HeldState | None = None
LOOKING = Lock()
MENDED = local()


def current_state(*, now: datetime) -> PresentState:
    """The state as it stands at ``now`` (``clock.now``): the very same object while nothing has changed.

    No query while nobody published on this machine, no instant passed at which something changes by itself, and
    the last look is less than a second old; else one (``present``).
    """
    if good := known_state(now=now):
        return good
    with LOOKING:  # whoever waited for another's look may have no need of one
        return known_state(now=now) or _look(now)


def known_state(*, now: datetime) -> PresentState | None:
    """The state, if it is known without a look; never a query."""
    held = _held
    if held is None or held.word != current_signal() or monotonic() >= held.check_at:
        return None
    state = held.state
    return state if state.at <= now and (state.until is None or now < state.until) else None


def look_again() -> None:
    """Looks whether this process changed anything, the map say, and if so tells all others at once. One query."""
    with LOOKING:
        held = _held
        state = _look(clock.now())
    if held is None or state is not held.state:
        renew()


def mend_connection() -> None:
    """Closes this thread's connection if the database has dropped it, so that a new one is made.

    Looks once a second; Django's own check asks the database before every request.
    """
    if monotonic() < getattr(MENDED, "until", 0.0):
        return
    MENDED.until = monotonic() + CHECK_EVERY
    if connection.connection is not None and not connection.in_atomic_block and not connection.is_usable():
        connection.close()


def _look(now: datetime) -> PresentState:
    """Reads the state. The word is read before it, so a change in between ends what is held here."""
    global _held  # one per process, replaced whole
    reopen()
    # In this order: a change between the two lines leaves an old word with a new state, which costs one more look. The
    # other way round an old state would be held under the new word, and nothing would end it for a second.
    word = current_signal()
    mend_connection()
    held, state = _held, present(now=now)
    # The very object that is known already, since the cache of answers compares by identity (``response_cache.py``): an
    # equal state that is another object would empty it every second.
    if held and held.state.catalogue is state.catalogue and held.state == state:
        state = held.state
    _held = HeldState(word, state, monotonic() + CHECK_EVERY) if word and state.catalogue.token else None
    return state
