"""Hashes passwords one at a time on the machine, at low priority.

A hash is slow on purpose. Without a queue a few threads of sign-ins take every core, and readers wait for them.
"""

import fcntl
import os
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from django.contrib.auth.hashers import PBKDF2PasswordHasher

PATIENCE = 5.0  # seconds within which the turn comes, or it is refused
LOOK_EVERY = 0.01  # seconds
NICENESS = 10  # of the thread that hashes: whoever reads goes first
OWN = 0o600
# Two queues, one behind the other. In the process: one place, and whoever finds it taken is refused at once (429), so
# that of the few threads for people only one can ever wait. On the machine: a lock on a file, for which the first of
# each process waits its turn, ``PATIENCE`` at most. Without them a dozen sign-ins at once would hold every thread and
# every core (``tests/benchmarks/sign_ins.py``).
_place = threading.Semaphore()  # each process has one: the rest of its threads never wait for a hash
_mine: ContextVar["QueuePlace | None"] = ContextVar("turn", default=None)


class PasswordsBusy(Exception):
    """Other passwords are being checked just now. Nothing was hashed, and nothing is counted."""


class QueuePlace:
    """The place of a request or command in the queue; it is released when its stack ends."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.has_place = self.has_come = False

    def line_up(self) -> None:
        """Takes the place that this process has in the queue. Refuses (``PasswordsBusy``) at once if it is taken."""
        if self.has_place:
            return
        if not _place.acquire(blocking=False):
            raise PasswordsBusy
        self.stack.callback(_place.release)
        self.has_place = True

    def wait(self) -> bool:
        """Returns once it is its turn on this machine: whether others came before it. Refuses after ``PATIENCE``."""
        if self.has_come:
            return False
        self.line_up()
        waited = self.stack.enter_context(_machine())
        self.has_come = True
        return waited


@contextmanager
def queue() -> Iterator[QueuePlace]:
    """The place of the current request in the queue, not yet taken; a nested ``queue()`` shares the outer one."""
    if turn := _mine.get():
        yield turn
        return
    with ExitStack() as stack:
        turn = QueuePlace(stack)
        stack.callback(_mine.reset, _mine.set(turn))
        yield turn


class Passwords(PBKDF2PasswordHasher):
    """Django's own, so that what is stored stays good, but each hash waits for its turn.

    Here, since every door leads through here: whoever signs in, is unknown, sets or is given a password.
    """

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with queue() as turn:
            turn.wait()
            # In the thread of low priority; the caller waits for it, and holds the turn meanwhile.
            return _worker().submit(super().encode, password, salt, iterations).result()


@lru_cache
def _worker() -> ThreadPoolExecutor:
    """The one thread that hashes. While OpenSSL is at it, it holds no lock of Python's."""
    return ThreadPoolExecutor(1, "passwords", _step_back)


# Threads do not come along into a forked process: its first hash makes a thread of its own.
os.register_at_fork(after_in_child=_worker.cache_clear)


def _step_back() -> None:
    """Gives this thread a low priority. Only Linux has priorities of threads; elsewhere it stays as it is."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


@contextmanager
def _machine() -> Iterator[bool]:
    """The turn among all processes of this user: whether it had to be waited for.

    Where no file can be shared, each process has a turn of its own. The system ends a turn with its process.
    """
    file = _opened()
    if file is None:
        yield False
        return
    try:
        yield _locked(file)
    finally:
        os.close(file)


def _locked(file: int) -> bool:
    end = time.monotonic() + PATIENCE
    waited = False
    while True:
        try:
            # Asked again and again instead of once with a wait: flock knows no deadline, and a signal would be needed
            # to end it.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise PasswordsBusy from None
            waited = True
            time.sleep(LOOK_EVERY)
        else:
            return waited


def _path() -> Path:
    return Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}-passwords"


def _opened() -> int | None:
    try:
        file = os.open(_path(), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, OWN)
    except OSError:
        return None
    status = os.fstat(file)
    if stat.S_ISREG(status.st_mode) and status.st_uid == os.getuid():
        return file
    os.close(file)  # somebody else put it there
    return None
