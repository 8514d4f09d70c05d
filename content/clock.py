"""The database's clock, which decides what is live; on SQLite that of the machine its file lies on.

It is read together with the state, once a second; between two looks this process counts on by itself, and whatever
its own clock says does not matter. A verb reads it under the write lock, so instants increase across processes.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection
from django.utils import timezone

from content.instants import instant

# The clock as it stands when the statement looks, not when the transaction began. SQLite's is that of the machine, cut
# to the millisecond, and written as its instants are.
SOURCES = {
    "postgresql": "clock_timestamp()",
    # “%%”, since it is run with parameters; the three zeros make microseconds of SQLite's milliseconds: instants are
    # text there, and are compared letter by letter.
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now') || '000'",
}
GOOD_FOR = 10.0  # seconds that a process counts on by itself, where nobody looks at the state
MOST_OFF = timedelta(seconds=2)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Look:
    """One reading of the database's clock, our own counter at that moment, and how far ahead our own clock was."""

    at: datetime
    counter: float
    ahead: timedelta


_look: Look | None = None  # one per process, replaced whole
_warned = False


def now() -> datetime:
    """The current instant by the database's clock, in UTC. One statement if the last reading is ten seconds old."""
    return counted() or read()


def counted() -> datetime | None:
    """``now()`` without a statement, counted on from the last reading; ``None`` where it would take one."""
    look, counter = _look, monotonic()
    if look is None or counter - look.counter >= GOOD_FOR:
        return None if source() else timezone.now()
    # The monotonic counter cannot be set, so a clock of this machine that jumps does not reach readers.
    return look.at + timedelta(seconds=counter - look.counter)


def read() -> datetime:
    """The database's clock itself. One statement."""
    if (expression := source()) is None:
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}", [])
        [value] = cursor.fetchone()
    return learn(value)


def source() -> str | None:
    """The expression for the clock in a statement of the database in use."""
    return SOURCES.get(connection.vendor)


def learn(value: datetime | str | None) -> datetime:
    """The clock as a statement has just read it, to count on from."""
    global _look, _warned
    at = instant(value)
    if at is None:
        raise RuntimeError("The database returned no time.")
    _look = Look(at, monotonic(), timezone.now() - at)
    is_off = abs(_look.ahead) > MOST_OFF
    if is_off and not _warned:
        logger.warning("The clock of this process is %s; that of the database decides.", offset_text(_look.ahead))
    _warned = is_off
    return at


def clock_offset() -> str | None:
    """How far the clock of this process is off, as text; ``None`` for up to two seconds."""
    look = _look
    return offset_text(look.ahead) if source() and look and abs(look.ahead) > MOST_OFF else None


def offset_text(ahead: timedelta) -> str:
    """``fast by 5 s`` or ``slow by 5 s``: English for logs and the health check."""
    return f"{'fast' if ahead > timedelta(0) else 'slow'} by {abs(ahead).total_seconds():.0f} s"
