"""SQLite as Django knows it, but no bounded work waits for its file beyond its time. (Django asks for this name.)"""

import os
import sqlite3
from contextlib import suppress
from math import ceil
from pathlib import Path
from time import monotonic
from typing import Any

from django.db.backends.sqlite3 import base

from content.databases.deadlines import CIRCUIT, GRACE, WORK, seconds_left

OWN = 0o600
STEPS = 50_000  # of SQLite's machine between two looks at the clock: a few milliseconds
PRIMARY = 0xFF  # the part of an error's code that says what it is; the rest says where


class Cursor(base.SQLiteCursorWrapper):
    """Tells a file that another process keeps to itself, so that nobody can read, from a turn to write not come."""

    wrapper: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        try:
            return super().execute(query, params)
        except sqlite3.OperationalError as error:
            self.wrapper.look_closer(error)
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    patience: int | None = None  # what this connection waits for a lock, in milliseconds
    began = 0.0
    file: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._refuse_if_away()
        self.file, left = None, seconds_left()
        if not self.is_in_memory_db():
            path = Path(conn_params["database"])
            if left is None:
                with suppress(OSError):  # it is there, or SQLite says why it cannot be
                    path.touch(OWN, exist_ok=False)  # nobody else reads it, nor what SQLite puts beside it
            self.file = _identity(path)
            if self.file is None:  # SQLite would make an empty one, and the service would be empty from then on
                raise sqlite3.OperationalError("unable to open database file")
        if left is not None:
            conn_params = {**conn_params, "timeout": min(left, conn_params.get("timeout", left))}
        self.patience = None
        try:
            connection = super().get_new_connection(conn_params)
        except sqlite3.OperationalError as error:
            self.look_closer(error)
            raise
        connection.set_progress_handler(self._is_late, STEPS)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        self._refuse_if_away()
        left, most = seconds_left(), float(self.settings_dict["OPTIONS"].get("timeout", 5))
        # In half seconds, so that one request sets it about once.
        patience = int(1000 * (most if left is None else min(most, ceil(left * 2) / 2)))
        if patience != self.patience:
            self.connection.execute(f"PRAGMA busy_timeout = {patience}")
            self.patience = patience
        self.began = monotonic()
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    def is_usable(self) -> bool:
        """Whether the file it has opened is still the one that is there."""
        return self.file is None or self.file == _identity(Path(self.settings_dict["NAME"]))

    def is_read_only(self) -> bool:
        path = Path(self.settings_dict["NAME"])
        return not self.is_in_memory_db() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))

    def close_if_unusable_or_obsolete(self) -> None:
        if self.errors_occurred and not self.in_atomic_block:
            self.close()
        super().close_if_unusable_or_obsolete()

    def look_closer(self, error: sqlite3.OperationalError) -> None:
        """Opens the circuit if nobody can read: then each reader would wait for its whole time."""
        if WORK.until is not None and _is_busy(error) and not self._answers():
            CIRCUIT.open(self._answers)

    def _answers(self) -> bool:
        try:
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
        """Ends a statement that is under way."""
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
