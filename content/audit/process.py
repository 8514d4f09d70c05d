"""The audit of a journey in a process of its own, one at a time, so that readers go on reading.

An audit keeps a processor busy for seconds or minutes, and a thread that computes leaves the others of its process no
time. So the service starts ``manage.py answer_audit`` at low priority, and looks into a folder for the answer. Whoever
computes holds a lock that the system lets go when the process ends, however it ends.
"""

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from threading import BoundedSemaphore, Thread
from time import monotonic, sleep
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone

from content import clock
from content.audit.finding import Finding, FindingContext, Subject
from content.audit.run import findings, with_people
from content.audit.worklist import is_recorded, record
from content.catalogue import current_catalogue
from content.change_signal import neighbour_path
from content.delivery.current_state import current_state
from journeys.models import Journey

NAMES = ("journey", "segment", "locale", "channel", "most_steps", "least_ways")  # what an audit is asked by
PATIENCE = 5.0  # seconds that somebody waits for an answer
RETRY_AFTER = 10  # seconds after which one asks again
LOOK_EVERY = 0.05
GRACE = 1.5  # seconds in which a process that has answered something else may come to its end
GOOD_FOR = timedelta(seconds=5)  # at least; an answer that took long is good for twice as long as it took
KEPT, KEPT_FOR = 20, timedelta(days=1)
BY_COMMAND = "by a command"
OTHER = "Another audit is being computed, and one is at a time; ask again in a few seconds."
SAME = "This audit is being computed and takes longer than an answer may; ask again in a few seconds."
FAILED = "The audit ended without an answer, and the log says why; ask again."
WAITING = BoundedSemaphore(1)  # threads of a process that wait: there are few


class AuditBusy(Exception):
    """There is no answer yet: this or another audit is being computed. Ask again after ``RETRY_AFTER`` seconds."""

    def __init__(self, words: str = OTHER) -> None:
        super().__init__(words)


@dataclass(frozen=True)
class Question:
    """An audit as it is asked for by the words of the API, at an instant or (``None``) as it is now; and what these
    words mean: the journey, and the readers as ``findings`` takes them."""

    asked: Mapping[str, Any]
    at: datetime | None
    journey: Journey = field(compare=False)
    readers: Mapping[str, Any] = field(compare=False)

    @property
    def words(self) -> dict[str, Any]:
        """All of it as JSON, from which ``answer_audit`` makes the same question."""
        asked = {name: self.asked[name] for name in NAMES if self.asked.get(name)}
        asked["journey"] = self.journey.slug
        return {"asked": asked, "at": self.at.isoformat() if self.at else None}

    @property
    def key(self) -> str:
        return blake2b(orjson.dumps(self.words, option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()

    @property
    def is_whole(self) -> bool:
        """Whether it asks for all that the daily record is of: all readers, now."""
        return self.at is None and set(self.words["asked"]) <= {"journey"}


@dataclass(frozen=True)
class Audited:
    """What was found at an instant. ``is_fresh`` as long as it says how things stand now."""

    at: datetime
    findings: list[Finding]
    is_fresh: bool


def audit_answer(question: Question, *, patience: float = PATIENCE, keep_day: bool = False) -> Audited:
    """The answer to ``question``: computed now, or the one that somebody who asked the same has just had.

    Waits ``patience`` seconds for it. ``AuditBusy`` where it takes longer, where another question is being answered,
    or where as many threads of this process wait as may. ``keep_day`` also writes the day down, as ``record`` does,
    if nobody has yet.
    """
    if not settings.AUDIT_PROCESS:
        told = _compute(question, keep_day=keep_day)
        _keep_day(question, keep_day=keep_day)
        return _answer(told, is_fresh=True)
    if (found := latest(question)) and found.is_fresh:
        return found
    if not WAITING.acquire(blocking=False):
        raise AuditBusy
    try:
        _start(question, keep_day=keep_day)
        return _await(question, monotonic() + patience)
    finally:
        WAITING.release()


def latest(question: Question) -> Audited | None:
    """The last answer to ``question`` that is kept, however old."""
    try:
        told = orjson.loads(_file(question).read_bytes())
    except (OSError, ValueError):
        return None
    took = timedelta(seconds=told["seconds"])
    age = timezone.now() - datetime.fromisoformat(told["done"])
    return _answer(told, is_fresh=told["state"] == _state() and age <= max(GOOD_FOR, 2 * took))


def answer(question: Question, *, keep_day: bool) -> None:
    """Computes the answer and keeps it for ``latest``: what the process that was started does."""
    state, start = _state(), monotonic()
    told = _compute(question, keep_day=keep_day)
    kept = {**told, "state": state, "seconds": monotonic() - start, "done": timezone.now().isoformat()}
    path = _file(question)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(orjson.dumps(kept))
    Path(file.name).replace(path)
    _prune(path.parent)
    _keep_day(question, keep_day=keep_day)  # which nobody waits for


@contextmanager
def alone() -> Iterator[None]:
    """Waits until no audit is computed on this machine, and lets none begin meanwhile."""
    lock = _open_lock()
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _write(lock, BY_COMMAND)
        yield
    finally:
        os.close(lock)


def _compute(question: Question, *, keep_day: bool) -> dict[str, Any]:
    """What was found, and when; it is also written down where it is the whole of a day that is not yet."""
    at, catalogue = question.at or clock.now(), current_catalogue()
    found = findings(question.journey, at=at, catalogue=catalogue, **question.readers)
    if keep_day and question.is_whole and not is_recorded(question.journey, at=at):
        record(question.journey, found, at=at, catalogue=catalogue)
    return {"at": at.isoformat(), "findings": [asdict(one) for one in found]}


def _keep_day(question: Question, *, keep_day: bool) -> None:
    """Looks at the whole of the journey as well, where that was asked for in part and the day is not written down."""
    if keep_day and not question.is_whole and not is_recorded(question.journey, at=clock.now()):
        _compute(Question({}, None, question.journey, {}), keep_day=True)


def _answer(told: Mapping[str, Any], *, is_fresh: bool) -> Audited:
    at = datetime.fromisoformat(told["at"])
    return Audited(at, with_people(map(_finding, told["findings"]), at=at), is_fresh)


def _finding(told: Mapping[str, Any]) -> Finding:
    """Without those who accepted it or have it: they are asked for anew."""
    own = {name: told[name] for name in ("code", "message", "remedy", "evidence", "detail")}
    return Finding(subject=Subject(**told["subject"]), context=FindingContext(**told["context"]), **own)


def _start(question: Question, *, keep_day: bool) -> None:
    """Starts the process that answers, unless it runs already. ``AuditBusy`` where one answers something else."""
    lock = _open_lock()
    try:
        if not _take(lock, question):
            return
        if (found := latest(question)) and found.is_fresh:
            return
        _write(lock, question.key)
        command = [sys.executable, str(settings.ROOT / "manage.py"), "answer_audit"]
        # The process has the lock with the file, and so holds it until it ends.
        process = subprocess.Popen(  # noqa: S603
            [*command, *(["--keep-day"] if keep_day else [])],
            stdin=subprocess.PIPE,
            pass_fds=(lock,),
            cwd=settings.ROOT,
        )
    finally:
        os.close(lock)
    # In a thread, since a process that nobody waits for stays as a zombie.
    Thread(target=process.communicate, args=(orjson.dumps(question.words),), daemon=True).start()


def _take(lock: int, question: Question) -> bool:
    """Takes the lock: whether it could. Not where the same is answered; ``AuditBusy`` where something else still is."""
    until = monotonic() + GRACE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            if _running(lock) == question.key:
                return False
            if monotonic() >= until:
                raise AuditBusy from held
            sleep(LOOK_EVERY)
        else:
            return True


def _await(question: Question, until: float) -> Audited:
    while True:
        if (found := latest(question)) and found.is_fresh:
            return found
        if monotonic() >= until:
            raise AuditBusy(SAME)
        if not _is_running(question):
            if (found := latest(question)) and found.is_fresh:
                return found
            raise AuditBusy(FAILED)
        sleep(LOOK_EVERY)


def _is_running(question: Question) -> bool:
    lock = _open_lock()
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return _running(lock) == question.key
    else:
        return False
    finally:
        os.close(lock)


def _folder() -> Path:
    """Where answers lie: of this user alone, since they name what is not public."""
    folder = neighbour_path("-audits")
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or not folder.is_dir() or folder.is_symlink():
        raise PermissionError(f"{folder} is somebody else's; take it away.")
    return folder


def _file(question: Question) -> Path:
    return _folder() / f"{question.key}.json"


def _open_lock() -> int:
    return os.open(_folder() / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _write(lock: int, key: str) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, key.encode(), 0)


def _running(lock: int) -> str:
    return os.pread(lock, 100, 0).decode()


def _prune(folder: Path) -> None:
    """Takes away what is old, or more than is kept."""
    files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    oldest = (timezone.now() - KEPT_FOR).timestamp()
    for place, path in enumerate(files):
        if place >= KEPT or path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _state() -> str:
    """What names the published state and the map, which an answer is of."""
    state = current_state(now=clock.now())
    return f"{state.catalogue.token}|{state.token}|{state.recalled}"
