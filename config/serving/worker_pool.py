"""A few threads that do, for an event loop, what may wait for a database; with a queue that has an end."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from time import monotonic
from typing import Any

Result = Callable[[Any], None]
Done = Callable[[], None]


def ignored(result: Any) -> None:
    """What becomes of a result by default."""


def nothing() -> None:
    """What is to be done at the end by default."""


class PoolBusy(Exception):
    """Nobody will answer in time: the queue is full, or every thread has been held for too long."""


class TooLate(Exception):
    """The time for an answer is over. What was begun goes on, and its thread stays taken until it ends."""


class Job:
    """One call and the future of its result. ``done`` is called once, when the call has ended or is dropped.

    A result that nobody waits for any more goes to ``spoiled``.
    """

    def __init__(self, call: Callable[[], Any], patient: bool, spoiled: Result, done: Done) -> None:
        self.call, self.patient, self.spoiled, self.done = call, patient, spoiled, done
        self.is_begun = False
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()

    def run(self) -> None:
        """In a thread of the pool."""
        self.is_begun = True
        result, error = None, None
        try:
            if not self.future.done():  # else nobody waits for it any more
                result = self.call()
        except BaseException as raised:
            error = raised
        with suppress(RuntimeError):  # the loop has ended meanwhile, and the process with it
            self.loop.call_soon_threadsafe(self._tell, result, error)

    def expire(self) -> None:
        if not (self.future.done() or (self.patient and self.is_begun)):
            self.future.set_exception(TooLate())

    def _tell(self, result: Any, error: BaseException | None) -> None:
        self.done()
        if self.future.done():
            if result is not None:
                self.spoiled(result)
        elif error is not None:
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class WorkerPool:
    """Threads of one name. ``queue`` calls may wait for them; none may where all have been held for ``held`` seconds.

    The threads are daemons: a process that is told to end does not wait for a database that does not answer.
    """

    def __init__(self, name: str, *, threads: int, queue: int, held: float) -> None:
        self.queue, self.held = queue, held
        self.jobs: SimpleQueue[Job] = SimpleQueue()
        self.begun: dict[int, float] = {}  # when each thread that works now began, by its number
        self.size = threads
        for number in range(threads):
            threading.Thread(target=self._work, args=(number,), name=f"{name}-{number}", daemon=True).start()

    async def run(
        self,
        call: Callable[[], Any],
        *,
        within: float,
        patient: bool = False,
        spoiled: Result = ignored,
        done: Done = nothing,
    ) -> Any:
        """What ``call`` returns or raises. Refuses with ``PoolBusy`` at once, ``TooLate`` after ``within`` seconds.

        A ``patient`` caller only wants it to be begun by then.
        """
        if self.jobs.qsize() >= self.queue or self.is_stuck():
            done()
            raise PoolBusy
        job = Job(call, patient, spoiled, done)
        self.jobs.put(job)
        timer = job.loop.call_later(within, job.expire)
        try:
            return await job.future
        finally:
            timer.cancel()

    def is_stuck(self) -> bool:
        """Whether every thread has been at the same call for too long."""
        if len(self.begun) < self.size:
            return False
        latest = monotonic() - self.held
        return all(begun < latest for begun in list(self.begun.values()))

    def _work(self, number: int) -> None:
        while True:
            job = self.jobs.get()
            self.begun[number] = monotonic()
            job.run()
            self.begun.pop(number)
