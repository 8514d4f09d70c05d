"""Failures of a database or a disk: what an error means to whoever made the request, and a log of a line a minute."""

import errno
import logging
import sqlite3
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from time import monotonic

from django.db import Error, InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LOG_EVERY = 60.0  # seconds
PRIMARY = 0xFF  # the part of an SQLite error's code that says what it is; the rest says where
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A fault of neither the request nor our code: its message, and after how many seconds to try again."""

    name: str
    message: Promise
    retry_after: int
    status: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE

    @property
    def sentence(self) -> str:
        """The message in the language of this request; English in the API, which activates none."""
        return str(self.message)


AWAY = Failure("away", _("The database does not answer just now. Try again in a few seconds."), 5)
BUSY = Failure("busy", _("The database is busy just now. Try again in a few seconds."), 2)
READ_ONLY = Failure("read-only", _("The database can only be read just now: nothing was saved. Try again later."), 30)
EMPTY = Failure("empty", _("This service is not set up yet: its database has no tables."), 30)
FULL = Failure(
    "full",
    _("There is no space left on the disk: nothing was saved. Make room and try again."),
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
# By the beginning of the SQLSTATE that PostgreSQL gives; the first that matches counts.
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
    """The failure behind ``error``; ``None`` for an error that does not mean that the database is away, locked, full,
    read-only or empty, nor that the disk is full."""
    if isinstance(error, Error):
        return _of_database(error)
    return FULL if isinstance(error, OSError) and error.errno in FULL_DISK else None


def _of_database(error: Error) -> Failure | None:
    # Django raises its own exception from the driver's, which alone knows the code. SQLite's extended codes hold the
    # primary one in their lowest byte: 261 (SQLITE_BUSY_RECOVERY) & 0xFF is 5 (SQLITE_BUSY).
    cause = error.__cause__ or error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return EMPTY if str(cause).startswith("no such table") else SQLITE.get(code & PRIMARY)
    if state := getattr(cause, "sqlstate", None):
        return next((failure for prefix, failure in POSTGRESQL if state.startswith(prefix)), None)
    if str(cause) == "database is locked":  # raised by our own wrapper, without a code
        return BUSY
    return AWAY if isinstance(error, OperationalError | InterfaceError) else None


class Log:
    """Logs the first failure of each name, and from then on one a minute, with the number of those in between."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.lines: dict[str, tuple[float, int]] = {}  # by name: when the last was written, and how many came since

    def tell(self, failure: Failure, error: BaseException) -> None:
        now = monotonic()
        with self.lock:
            last, count = self.lines.get(failure.name, (None, 0))
            if last is not None and now - last < LOG_EVERY:
                self.lines[failure.name] = last, count + 1
                return
            self.lines[failure.name] = now, 0
        since = f" ({count} more since the last such line)" if count else ""
        words = next(iter(str(error).splitlines()), "") or type(error).__name__
        logger.error("Database %s: %s%s", failure.name, words, since)


LOG = Log()
