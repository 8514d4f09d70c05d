"""Deadlines for work that waits for the database, and a circuit breaker for a database that does not answer.

Server-side time-outs end a slow statement, but not the wait for a server that was frozen or cut off: so the client
counts. Only work inside ``within`` is bounded; commands wait as long as it takes.
"""

import logging
import os
from collections.abc import Callable
from threading import Lock, Thread, local
from time import monotonic, sleep

LOOK_EVERY = 0.5  # seconds between two attempts to reach a database that did not answer
# Seconds that a statement may take though the time is up: work is ended for its waiting, not for its computing.
GRACE = 0.5
logger = logging.getLogger(__name__)


class Work(local):
    """The work of this thread, which may wait ``until`` then by the monotonic clock; ``None`` is without a limit."""

    until: float | None = None


WORK = Work()


class within:  # noqa: N801 – it reads as a verb
    """Limits what this thread does inside to ``seconds`` in total. Of nested limits the shortest applies."""

    __slots__ = ("before", "until")

    def __init__(self, seconds: float) -> None:
        self.until = monotonic() + seconds

    def __enter__(self) -> None:
        self.before = WORK.until
        # In a request of 3.5 s ``within(0)`` allows no wait at all, and ``within(60)`` no more than what is left of the
        # 3.5.
        WORK.until = self.until if self.before is None else min(self.until, self.before)

    def __exit__(self, *failed: object) -> None:
        WORK.until = self.before


def seconds_left() -> float | None:
    """How much longer this thread may wait, zero where the time is up; ``None`` without a limit."""
    until = WORK.until
    return None if until is None else max(until - monotonic(), 0.0)


class Circuit:
    """A circuit breaker: open while the database does not answer in time, so that only one thread waits for it.

    A database that refuses at once needs none: every caller gets its error without waiting. One per process.
    """

    def __init__(self) -> None:
        self.is_open = False
        self.lock = Lock()

    def open(self, answers: Callable[[], bool]) -> None:
        """Opens until ``answers`` returns true; a thread calls it twice a second until then."""
        with self.lock:
            if self.is_open:
                return
            self.is_open = True
        # One thread asks for all. Without it every request waits its own three seconds for a server that is gone, and a
        # process has few threads: the whole service would answer in turns of three seconds.
        Thread(target=self._look, args=(answers,), name="database-look", daemon=True).start()

    def _look(self, answers: Callable[[], bool]) -> None:
        try:
            while not answers():
                sleep(LOOK_EVERY)
            logger.warning("The database answers again")
        finally:
            self.is_open = False

    def reset(self) -> None:
        """Closes it in a process that was forked off, to which threads and the state of locks do not come along."""
        self.is_open, self.lock = False, Lock()


CIRCUIT = Circuit()
os.register_at_fork(after_in_child=CIRCUIT.reset)
