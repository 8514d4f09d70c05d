"""What an error of a database or a disk means to whoever asked, and its log: a line a minute."""

import errno
import logging
import sqlite3
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from time import monotonic

from django.db import Error, InterfaceError, OperationalError

TOLD_EVERY = 60.0
PRIMARY = 0xFF
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """No fault of the request and none of ours: what is said of it, and after how many seconds to ask again."""

    name: str
    sentence: str
    retry_after: int
    status: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE


AWAY = Failure("away", "The database does not answer just now. Try again in a few seconds.", 5)
BUSY = Failure("busy", "The database is busy just now. Try again in a few seconds.", 2)
READ_ONLY = Failure("read-only", "The database can only be read just now: nothing was saved. Try again later.", 30)
EMPTY = Failure("empty", "This service is not set up yet: its database has no tables.", 30)
FULL = Failure(
    "full",
    "There is no space left on the disk: nothing was saved. Make room and try again.",
    60,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_INTERRUPT: BUSY,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_PROTOCOL: BUSY,
}
# By the state that PostgreSQL gives, the nearest first.
POSTGRESQL = (
    ("53100", FULL),
    ("25006", READ_ONLY),
    ("42P01", EMPTY),
    ("57014", BUSY),  # stopped because its time was up
    ("55P03", BUSY),  # a lock
    ("40001", BUSY),
    ("40P01", BUSY),  # a deadlock
    ("53", AWAY),
    ("57P", AWAY),
    ("58", AWAY),
    ("08", AWAY),
)
FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


def failure_of(error: BaseException | None) -> Failure | None:
    """What ``error`` means; ``None`` for any that is not of a database that is away, locked, full, read-only or empty,
    nor of a full disk."""
    if isinstance(error, Error):
        return _of_database(error)
    return FULL if isinstance(error, OSError) and error.errno in FULL_DISK else None


def _of_database(error: Error) -> Failure | None:
    cause = error.__cause__ or error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return EMPTY if str(cause).startswith("no such table") else SQLITE.get(code & PRIMARY)
    if state := getattr(cause, "sqlstate", None):
        return next((failure for prefix, failure in POSTGRESQL if state.startswith(prefix)), None)
    if str(cause) == "database is locked":  # said by the wrapper itself
        return BUSY
    return AWAY if isinstance(error, OperationalError | InterfaceError) else None


class Log:
    """One line for each sort of failure, and from then on one a minute, with how many there were."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.told: dict[str, tuple[float, int]] = {}

    def tell(self, failure: Failure, error: BaseException) -> None:
        now = monotonic()
        with self.lock:
            last, count = self.told.get(failure.name, (None, 0))
            if last is not None and now - last < TOLD_EVERY:
                self.told[failure.name] = last, count + 1
                return
            self.told[failure.name] = now, 0
        since = f" ({count} more since the last such line)" if count else ""
        words = next(iter(str(error).splitlines()), "") or type(error).__name__
        logger.error("Database %s: %s%s", failure.name, words, since)


LOG = Log()
