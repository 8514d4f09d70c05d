"""Django's SQLite backend, with deadlines on every wait. (Django looks for a module of this name.)"""

import os
import sqlite3
from contextlib import suppress
from math import ceil
from pathlib import Path
from time import monotonic
from typing import Any

from django.db.backends.sqlite3 import base

from content.databases.deadlines import CIRCUIT, GRACE, WORK, seconds_left

OWNER_ONLY = 0o600
STEPS = 50_000  # instructions of SQLite's virtual machine between two looks at the clock: a few milliseconds
PRIMARY = 0xFF  # the part of an error's code that says what it is; the rest says where


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that tells a file which another process has locked even for readers from a long queue of writers."""

    wrapper: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        try:
            return super().execute(query, params)
        except sqlite3.OperationalError as error:
            self.wrapper.look_closer(error)
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    busy_timeout: int | None = None  # how long this connection waits for a lock, in milliseconds
    began = 0.0  # when the last cursor was made, by the monotonic clock
    file: tuple[int, int] | None = None  # device and inode of the open file

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._refuse_if_away()
        self.file, seconds = None, seconds_left()
        if not self.is_in_memory_db():
            path = Path(conn_params["database"])
            # A service never creates the file: a path that is written wrongly would be an empty service, and no error.
            if seconds is None:  # a command, which may create the file
                with suppress(OSError):  # it exists, or SQLite says why it cannot be created
                    path.touch(OWNER_ONLY, exist_ok=False)  # SQLite gives its files beside it the same mode
            self.file = _identity(path)
            if self.file is None:  # SQLite would create an empty one, and the service would be empty from then on
                raise sqlite3.OperationalError("unable to open database file")
        if seconds is not None:
            conn_params = {**conn_params, "timeout": min(seconds, conn_params.get("timeout", seconds))}
        self.busy_timeout = None
        try:
            connection = super().get_new_connection(conn_params)
        except sqlite3.OperationalError as error:
            self.look_closer(error)
            raise
        # SQLite computes in this very thread, so nobody could stop it from outside: the handler looks at the clock
        # instead.
        connection.set_progress_handler(self._is_late, STEPS)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        self._refuse_if_away()
        seconds, most = seconds_left(), float(self.settings_dict["OPTIONS"].get("timeout", 5))
        # In half seconds, so that one request sets it about once.
        busy_timeout = int(1000 * (most if seconds is None else min(most, ceil(seconds * 2) / 2)))
        if busy_timeout != self.busy_timeout:
            self.connection.execute(f"PRAGMA busy_timeout = {busy_timeout}")
            self.busy_timeout = busy_timeout
        self.began = monotonic()
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    def is_usable(self) -> bool:
        """Whether the open file is still the one at its path: a restored copy is another file."""
        return self.file is None or self.file == _identity(Path(self.settings_dict["NAME"]))

    def is_read_only(self) -> bool:
        path = Path(self.settings_dict["NAME"])
        return not self.is_in_memory_db() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))

    def close_if_unusable_or_obsolete(self) -> None:
        if self.errors_occurred and not self.in_atomic_block:
            self.close()
        super().close_if_unusable_or_obsolete()

    def look_closer(self, error: sqlite3.OperationalError) -> None:
        """Opens the circuit if nobody can read: else each reader would wait until its own deadline."""
        if WORK.until is not None and _is_busy(error) and not self._answers():
            CIRCUIT.open(self._answers)

    def _answers(self) -> bool:
        try:
            # With no time to wait: in WAL mode readers never wait for a writer, so a lock that is met here is one for
            # all, as while a backup is put back.
            look = sqlite3.connect(self.settings_dict["NAME"], timeout=0, uri=True)
        except sqlite3.Error:
            return True
        try:
            look.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.Error as error:
            return not _is_busy(error)
        finally:
            look.close()
        return True

    def _refuse_if_away(self) -> None:
        if WORK.until is not None and CIRCUIT.is_open:
            raise sqlite3.OperationalError("database is locked")

    def _is_late(self) -> bool:
        """SQLite's progress handler: ends the running statement where it returns true."""
        until = WORK.until
        return until is not None and monotonic() > max(until, self.began + GRACE)


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & PRIMARY == sqlite3.SQLITE_BUSY


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
