"""The audit of a journey in a process of its own, one at a time, so that readers go on reading.

An audit keeps a processor busy for seconds or minutes, and a thread that computes leaves the others of its process no
time. So the service starts ``manage.py answer_audit`` at low priority, and looks into a folder for the answer. Whoever
computes holds a lock that the system releases when the process ends, however it ends.
"""

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from threading import BoundedSemaphore, Thread
from time import monotonic, sleep
from typing import TypedDict

import orjson
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from content import clock
from content.audit.finding import Finding, FindingContext, Subject
from content.audit.report import FindingJSON, finding_json
from content.audit.run import AuditChoice, findings, with_people
from content.audit.worklist import is_recorded, record
from content.catalogue import current_catalogue
from content.change_signal import neighbour_path
from content.delivery.current_state import current_state
from journeys.models import Journey

NAMES = ("journey", "segment", "locale", "channel", "most_steps", "least_ways")  # what an audit is asked by
PATIENCE = 5.0  # seconds that a request waits for an answer
RETRY_AFTER = 10  # seconds after which one asks again
LOOK_EVERY = 0.05  # seconds
GRACE = 1.5  # seconds in which a process that has answered something else may come to its end
GOOD_FOR = timedelta(seconds=5)  # at least; an answer that took long is good for twice as long as it took
MOST_ANSWERS, KEEP_FOR = 20, timedelta(days=1)  # of the files in the folder
BY_COMMAND = "by a command"
OTHER = _lazy("Another audit is being computed, and only one runs at a time; ask again in a few seconds.")
SAME = _lazy("This audit is being computed and takes longer than an answer may; ask again in a few seconds.")
FAILED = _lazy("The audit ended without an answer, and the log says why; ask again.")
WAITING = BoundedSemaphore(1)  # threads of a process that wait: there are few


class AuditBusy(Exception):
    """There is no answer yet: this or another audit is being computed. Ask again after ``RETRY_AFTER`` seconds."""

    def __init__(self, message: Promise = OTHER) -> None:
        super().__init__(str(message))


class StoredFinding(FindingJSON):
    """A finding in a file. Who accepted it or has it is looked up anew when the file is read."""

    detail: str


class Answer(TypedDict):
    """What was found, and when."""

    at: str
    findings: list[StoredFinding]


class StoredAnswer(Answer):
    """An answer in a file, with the published state that it is of, how long it took and when it was there."""

    state: str
    seconds: float
    done: str


@dataclass(frozen=True)
class Question:
    """An audit as it is asked for by the words of the API, at an instant or (``None``) as it is now; and what these
    words mean: the journey, and the readers as ``findings`` takes them."""

    asked: Mapping[str, object]
    at: datetime | None
    journey: Journey = field(compare=False)
    readers: AuditChoice = field(compare=False)

    @property
    def words(self) -> dict[str, object]:
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
        return self.at is None and not any(self.asked.get(name) for name in NAMES if name != "journey")


@dataclass(frozen=True)
class AuditResult:
    """What was found at an instant. ``is_fresh`` as long as it is what an audit would find now."""

    at: datetime
    findings: list[Finding]
    is_fresh: bool


def audit_answer(question: Question, *, patience: float = PATIENCE, keep_day: bool = False) -> AuditResult:
    """Returns the answer to ``question``: computed now, or what somebody who asked the same has just got.

    Waits ``patience`` seconds for it. ``AuditBusy`` where it takes longer, where another question is being answered,
    or where as many threads of this process wait as may. ``keep_day`` also stores the day, as ``record`` does, if
    nobody has yet.
    """
    if not settings.AUDIT_PROCESS:
        computed = _compute(question, keep_day=keep_day)
        _keep_day(question, keep_day=keep_day)
        return _result(computed, is_fresh=True)
    if (result := latest(question)) and result.is_fresh:
        return result
    if not WAITING.acquire(blocking=False):
        raise AuditBusy
    try:
        _start(question, keep_day=keep_day)
        return _await(question, monotonic() + patience)
    finally:
        WAITING.release()


def latest(question: Question) -> AuditResult | None:
    """Returns the last answer to ``question`` that is stored, however old."""
    try:
        stored: StoredAnswer = orjson.loads(_file(question).read_bytes())
    except (OSError, ValueError):
        return None
    took = timedelta(seconds=stored["seconds"])
    age = timezone.now() - datetime.fromisoformat(stored["done"])
    return _result(stored, is_fresh=stored["state"] == _state() and age <= max(GOOD_FOR, 2 * took))


def answer(question: Question, *, keep_day: bool) -> None:
    """Computes the answer and stores it for ``latest``: what the process that was started does."""
    state, start = _state(), monotonic()
    computed = _compute(question, keep_day=keep_day)
    seconds, done = monotonic() - start, timezone.now().isoformat()
    stored: StoredAnswer = {**computed, "state": state, "seconds": seconds, "done": done}
    path = _file(question)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(orjson.dumps(stored))
    # A rename is atomic: whoever looks meanwhile reads the old answer or the new one, never half of it.
    Path(file.name).replace(path)
    _prune(path.parent)
    _keep_day(question, keep_day=keep_day)  # which nobody waits for


@contextmanager
def audit_lock() -> Iterator[None]:
    """Waits until no audit is computed on this machine, and lets none begin meanwhile."""
    lock = _open_lock()
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _write(lock, BY_COMMAND)
        yield
    finally:
        os.close(lock)


def _compute(question: Question, *, keep_day: bool) -> Answer:
    """What is found; it is also stored as the day's record where it is the whole and the day has none yet."""
    at, catalogue = question.at or clock.now(), current_catalogue()
    found = findings(question.journey, at=at, catalogue=catalogue, **question.readers)
    if keep_day and question.is_whole and not is_recorded(question.journey, at=at):
        record(question.journey, found, at=at, catalogue=catalogue)
    stored: list[StoredFinding] = [{**finding_json(finding), "detail": finding.detail} for finding in found]
    return {"at": at.isoformat(), "findings": stored}


def _keep_day(question: Question, *, keep_day: bool) -> None:
    """Looks at the whole of the journey as well, where a part was asked for and the day is not stored."""
    if keep_day and not question.is_whole and not is_recorded(question.journey, at=clock.now()):
        _compute(Question({}, None, question.journey, {}), keep_day=True)


def _result(answer: Answer, *, is_fresh: bool) -> AuditResult:
    at = datetime.fromisoformat(answer["at"])
    return AuditResult(at, with_people(map(_finding, answer["findings"]), at=at), is_fresh)


def _finding(stored: StoredFinding) -> Finding:
    return Finding(
        code=stored["code"],
        subject=Subject(**stored["subject"]),
        context=FindingContext(**stored["context"]),
        message=stored["message"],
        remedy=stored["remedy"],
        evidence=stored["evidence"],
        detail=stored["detail"],
    )


def _start(question: Question, *, keep_day: bool) -> None:
    """Starts the process that answers, unless it runs already. ``AuditBusy`` where one answers something else."""
    lock = _open_lock()
    try:
        if not _take(lock, question):
            return
        if (result := latest(question)) and result.is_fresh:
            return
        # Whose the lock is stands in its own file: whoever cannot take it reads there whether to wait for the same
        # answer or to say that another is being computed.
        _write(lock, question.key)
        command = [sys.executable, str(settings.ROOT / "manage.py"), "answer_audit"]
        # The lock belongs to the open file, which the process inherits: it holds the lock until it ends.
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
    """Takes the lock, and returns whether it could. Not where the same question is being answered; ``AuditBusy`` where
    another still is."""
    until = monotonic() + GRACE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if _running(lock) == question.key:
                return False
            if monotonic() >= until:
                raise AuditBusy from error
            sleep(LOOK_EVERY)
        else:
            return True


def _await(question: Question, until: float) -> AuditResult:
    while True:
        if (result := latest(question)) and result.is_fresh:
            return result
        if monotonic() >= until:
            raise AuditBusy(SAME)
        # The process has ended. Its answer may have come between the look above and this one, so once more.
        if not _is_running(question):
            if (result := latest(question)) and result.is_fresh:
                return result
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
        raise PermissionError(f"{folder} belongs to somebody else; remove it.")
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
    """Removes what is old, and all but the newest ``MOST_ANSWERS``."""
    files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    oldest = (timezone.now() - KEEP_FOR).timestamp()
    for number, path in enumerate(files):
        if number >= MOST_ANSWERS or path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _state() -> str:
    """The published state and the map, of which an answer is, in a word."""
    state = current_state(now=clock.now())
    return f"{state.catalogue.token}|{state.token}|{state.recalled}"
