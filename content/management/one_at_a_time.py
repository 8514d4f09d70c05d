"""Locks: one process at a time sets a database up, and one server has a port."""

import fcntl
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext as _

LOOK_EVERY = 0.3  # seconds
KEY = 0x57_41_59_4D  # of the advisory lock: WAYM
_held = 0  # how often this process holds it


@contextmanager
def setting_up(say: Callable[[str], object]) -> Iterator[None]:
    """Holds the lock for setting this database up; waits for another process that holds it, after saying so once.

    May be nested. The lock is the database's own on PostgreSQL, and of a file beside SQLite's; both end with the
    process.
    """
    global _held  # one per process: locks are a process's, too
    if _held == 0:
        take, give_back = _advisory_lock() if connection.vendor == "postgresql" else _file_lock()
        if not take():
            say(_("Another process is setting this database up; waiting for it …"))
            while not take():
                time.sleep(LOOK_EVERY)
    _held += 1
    try:
        yield
    finally:
        _held -= 1
        if _held == 0:
            give_back()


def _advisory_lock() -> tuple[Callable[[], bool], Callable[[], None]]:
    """How to try to take the lock, and how to give it back.

    It is tried again and again: a session that waits in the database for a lock has a snapshot, and so holds up an
    index that is made there concurrently.
    """

    def call(function: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}({KEY})")
            return bool(cursor.fetchone()[0])

    def give_back() -> None:
        if connection.connection is not None:  # else it has ended with its session
            call("pg_advisory_unlock")

    return lambda: call("pg_try_advisory_lock"), give_back


def _file_lock() -> tuple[Callable[[], bool], Callable[[], None]]:
    """The same for SQLite; a database in memory has only one process."""
    name: Any = connection.settings_dict["NAME"]
    if connection.creation.is_in_memory_db(name):  # type: ignore[attr-defined]
        return lambda: True, lambda: None
    file = _open(Path(f"{name}.lock"))
    return lambda: _try_lock(file), lambda: os.close(file)


def on_port(host: str, port: int) -> None:
    """Claims the port for this process, also once it has become the server. Refuses one that is in use already.

    Servers of this kind share a port (SO_REUSEPORT): a second one would start without a word, and each would answer
    some of the requests.
    """
    file = _open(Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}-port-{port}")
    os.set_inheritable(file, True)  # it is held as long as the server runs
    in_use = CommandError(_("Port %(port)d is in use already; choose another with --port.") % {"port": port})
    if not _try_lock(file):
        raise in_use
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(2)
        if probe.connect_ex((host, port)) == 0:
            raise in_use


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise CommandError(_("Cannot lock %(path)s: %(error)s.") % {"path": path, "error": error.strerror}) from error


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
