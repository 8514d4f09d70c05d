"""One process at a time makes a database ready, and one server stands on a port."""

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

LOOK_EVERY = 0.3  # seconds
KEY = 0x57_41_59_4D  # of the advisory lock: WAYM
_held = 0  # how often this process holds it


@contextmanager
def setting_up(say: Callable[[str], Any]) -> Iterator[None]:
    """Waits for any other process that makes this database ready, telling so once, and keeps others waiting.

    Within itself it waits for nobody. The lock is the database's own on PostgreSQL, and of a file beside SQLite's;
    both end with the process.
    """
    global _held  # one per process: locks are a process's, too
    if _held == 0:
        take, give_back = _advisory() if connection.vendor == "postgresql" else _beside()
        told = False
        while not take():
            if not told:
                say("Another process is setting this database up; waiting for it …")
                told = True
            time.sleep(LOOK_EVERY)
    _held += 1
    try:
        yield
    finally:
        _held -= 1
        if _held == 0:
            give_back()


def _advisory() -> tuple[Callable[[], bool], Callable[[], None]]:
    """Tried again and again: whoever waits in the database holds up an index that is made there concurrently."""

    def ask(function: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}({KEY})")
            return bool(cursor.fetchone()[0])

    def give_back() -> None:
        if connection.connection is not None:  # else it has ended with its session
            ask("pg_advisory_unlock")

    return lambda: ask("pg_try_advisory_lock"), give_back


def _beside() -> tuple[Callable[[], bool], Callable[[], None]]:
    name: Any = connection.settings_dict["NAME"]
    if connection.creation.is_in_memory_db(name):  # type: ignore[attr-defined]
        return lambda: True, lambda: None
    file = _open(Path(f"{name}.lock"))
    return lambda: _locked(file), lambda: os.close(file)


def on_port(host: str, port: int) -> None:
    """Takes the port for this process and for what it becomes. Refuses one on which something answers already.

    Servers that know each other share a port without a word, and each answers some of its requests.
    """
    file = _open(Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}-port-{port}")
    os.set_inheritable(file, True)  # it is held as long as the server runs
    taken = CommandError(f"Something answers on port {port} already; choose another with --port.")
    if not _locked(file):
        raise taken
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(2)
        if probe.connect_ex((host, port)) == 0:
            raise taken


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise CommandError(f"{path} cannot be locked: {error.strerror}.") from error


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
