"""What a process costs, as the kernel counts it: CPU time and memory, from /proc."""

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

import psycopg

from tests.benchmarks.database import Database

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
BACKENDS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type IN ('client backend', 'parallel worker')"
)


def cpu_seconds(pid: int) -> float | None:
    """User and system time of a process with all its threads so far; ``None`` if it is gone."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else None


def group(leader: int) -> list[int]:
    """The processes of a process group."""
    pids = [int(path.name) for path in PROC.iterdir() if path.name.isdigit()]
    return [pid for pid in pids if (fields := _stat(pid)) and int(fields[2]) == leader]


def worker_mib(leader: int) -> float:
    """The resident memory of the largest process that the leader of the group has started: its worker."""
    return max((_resident(pid) for pid in group(leader) if pid != leader), default=0.0) / 1024


def _stat(pid: int) -> list[str]:
    """What stands after the name in ``stat``: state, parent, group …"""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _resident(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Rss:")), 0)


class Backends:
    """The processes of PostgreSQL that serve one database, if they run on this machine."""

    def __init__(self, database: Database) -> None:
        self.name = database.name
        self.connection = psycopg.connect(database.server, autocommit=True) if database.server else None
        pid = self.connection.info.backend_pid if self.connection else 0
        self.visible = bool(pid) and _is_postgres(pid)

    def __call__(self) -> list[int]:
        if not self.connection or not self.visible:
            return []
        return [pid for (pid,) in self.connection.execute(BACKENDS, [self.name])]

    def close(self) -> None:
        if self.connection:
            self.connection.close()


def _is_postgres(pid: int) -> bool:
    try:
        return (PROC / str(pid) / "comm").read_text().startswith("postgres")
    except OSError:
        return False


class Meter:
    """CPU seconds that processes used between ``start`` and ``stop``; those that come and go in between count too."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self.pids = pids
        self.first: dict[int, float] = {}
        self.last: dict[int, float] = {}
        self.started = False
        self.done = threading.Event()
        self.watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Meter":
        self._look()
        self.started = True
        self.watcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.done.set()
        self.watcher.join()
        self._look()

    @property
    def seconds(self) -> float:
        return sum(self.last[pid] - self.first[pid] for pid in self.last)

    def _watch(self) -> None:
        while not self.done.wait(0.5):
            self._look()

    def _look(self) -> None:
        for pid in self.pids():
            if (used := cpu_seconds(pid)) is not None:
                self.first.setdefault(pid, 0.0 if self.started else used)  # a newcomer began at nothing
                self.last[pid] = used
