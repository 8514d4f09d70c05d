"""A random word in memory shared by all processes of the machine; every change of what readers see renews it.

A cache that still holds the word it was filled under is fresh, without a look at the database.
"""

import hashlib
import mmap
import os
import stat
import tempfile
from functools import lru_cache
from pathlib import Path

from django.db import connection, transaction

# Eight random bytes and no counter: two processes that renew at once need no lock, since any other word will do. A word
# that is read half old and half new equals neither, and costs one look.
SIZE = 8
OWN = 0o600
_open: dict[Path, tuple[int, mmap.mmap]] = {}  # per process: the file's inode and its memory


def current_signal() -> bytes | None:
    """The current word; ``None`` where no memory can be shared: then caches have to ask the database."""
    memory = _memory(_path())
    return memory[:SIZE] if memory else None


def renew() -> None:
    """Renews the word now and, inside a transaction, again once it is committed.

    Whoever reads between the two sees the old state under a word that the second renewal ends.
    """
    _renew()
    if connection.in_atomic_block:
        transaction.on_commit(_renew)


def reopen() -> None:
    """Opens the memory again if its file has been taken away: temporary folders are swept."""
    path = _path()
    entry = _open.get(path)
    # The memory of a deleted file goes on working for whoever has it open, and nobody else hears of its changes.
    if entry and entry[0] != _inode(path):
        del _open[path]


def _renew() -> None:
    if memory := _memory(_path()):
        memory[:SIZE] = os.urandom(SIZE)


def neighbour_path(suffix: str) -> Path:
    """A path beside the shared word, of the same database and user, for other files that processes share."""
    path = _path()
    return path.with_name(f"{path.name}{suffix}")


def _path() -> Path:
    settings = connection.settings_dict
    return _file(settings["ENGINE"], settings["HOST"], str(settings["PORT"]), str(settings["NAME"]))


@lru_cache(maxsize=16)
def _file(*database: str) -> Path:
    """One file for each database and user."""
    digest = hashlib.sha256("|".join(database).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}-{digest}"


def _memory(path: Path) -> mmap.mmap | None:
    if entry := _open.get(path):
        return entry[1]
    try:
        # In a folder that everybody may write to: not through a link (O_NOFOLLOW), for its owner alone, and looked at
        # after it is open, when nobody can swap it any more.
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, OWN)
    except OSError:
        return None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.getuid():
            return None  # somebody else put it there
        # A new file reads as zeros, the same word for every process, which is right until the first change.
        if status.st_size < SIZE:
            os.ftruncate(file, SIZE)
        memory = mmap.mmap(file, SIZE)
        _open[path] = (status.st_ino, memory)
        return memory
    finally:
        os.close(file)


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None
