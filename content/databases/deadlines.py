"""How long a piece of work may wait for the database, and whether the database is known to be away.

Server-side time-outs end a slow statement, but not the wait for a server that was frozen or cut off: so the client
counts. Only work inside ``within`` is bounded; commands wait as long as it takes.
"""

import logging
import os
from collections.abc import Callable
from threading import Lock, Thread, local
from time import monotonic, sleep

LOOK_EVERY = 0.5  # seconds between two looks whether a database that was away answers again
# What a statement may take though the time is up: work is ended for what it waits for, not for what it computed.
GRACE = 0.5
logger = logging.getLogger(__name__)


class Work(local):
    """What this thread does; ``until`` it may wait, by the monotonic clock. ``None`` waits as long as it takes."""

    until: float | None = None


WORK = Work()


class within:  # noqa: N801 – it reads as a verb
    """Bounds what this thread does by ``seconds`` in total. Within a shorter limit the shorter one holds."""

    __slots__ = ("before", "until")

    def __init__(self, seconds: float) -> None:
        self.until = monotonic() + seconds

    def __enter__(self) -> None:
        self.before = WORK.until
        WORK.until = self.until if self.before is None else min(self.until, self.before)

    def __exit__(self, *failed: object) -> None:
        WORK.until = self.before


def seconds_left() -> float | None:
    """How long this thread may wait still, zero where the time is up; ``None`` as long as it takes."""
    until = WORK.until
    return None if until is None else max(until - monotonic(), 0.0)


class Circuit:
    """Open while the database does not answer in time: then nobody waits for it, and one thread looks for it.

    A database that refuses at once needs none: whoever asks is told at once. One per process.
    """

    def __init__(self) -> None:
        self.is_open = False
        self.lock = Lock()

    def open(self, answers: Callable[[], bool]) -> None:
        """Opens until ``answers`` says yes, asked twice a second by a thread that ends with it."""
        with self.lock:
            if self.is_open:
                return
            self.is_open = True
        Thread(target=self._look, args=(answers,), name="database-look", daemon=True).start()

    def _look(self, answers: Callable[[], bool]) -> None:
        try:
            while not answers():
                sleep(LOOK_EVERY)
            logger.warning("The database answers again")
        finally:
            self.is_open = False

    def reset(self) -> None:
        """In a process that was forked off: the thread that looks is not in it."""
        self.is_open, self.lock = False, Lock()


CIRCUIT = Circuit()
os.register_at_fork(after_in_child=CIRCUIT.reset)
