"""A pool of a few threads for calls that may wait for a database, with a bounded queue, for the event loop."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from time import monotonic
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")
Discard = Callable[[Result], None]
Done = Callable[[], None]


def ignore(result: object) -> None:
    """The default for a result that came too late."""


def nothing() -> None:
    """The default for the end of a call."""


class PoolBusy(Exception):
    """No thread will be free in time: the queue is full, or every thread has been held for too long."""


class TooLate(Exception):
    """The deadline has passed. A call that has begun goes on, and its thread is not free until it ends."""


class Job(Generic[Result]):
    """One call and the future of its result. ``done`` is called once, when the call has ended or is dropped.

    A result that nobody waits for any more goes to ``discard``, to close what it may have open.
    """

    def __init__(self, call: Callable[[], Result], patient: bool, discard: Discard[Result], done: Done) -> None:
        self.call, self.patient, self.discard, self.done = call, patient, discard, done
        self.is_begun = False
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Result] = self.loop.create_future()

    def run(self) -> None:
        """Makes the call, in a thread of the pool, and hands the result to the event loop."""
        self.is_begun = True
        result, error = None, None
        try:
            # A call that was given up while it waited in the queue is not made: behind a jam that would be most of
            # them.
            if not self.future.done():  # else nobody waits for it any more
                result = self.call()
        except BaseException as raised:
            error = raised
        with suppress(RuntimeError):  # the loop has ended meanwhile, and the process with it
            self.loop.call_soon_threadsafe(self._finish, result, error)

    def expire(self) -> None:
        """Raises ``TooLate`` for whoever waits, except a patient caller whose call has begun."""
        if not (self.future.done() or (self.patient and self.is_begun)):
            self.future.set_exception(TooLate())

    def _finish(self, result: Any, error: BaseException | None) -> None:
        """Ends the job, in the event loop: futures are not safe to set in a thread."""
        self.done()
        if self.future.done():
            if result is not None:
                self.discard(result)
        elif error is not None:
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class WorkerPool:
    """Threads of one name. ``queue`` calls may wait for them, but none if all have been busy for ``held`` seconds.

    The threads are daemons: a process can end while one waits for a database that does not answer.
    """

    def __init__(self, name: str, *, threads: int, queue: int, held: float) -> None:
        self.queue, self.held = queue, held
        self.jobs: SimpleQueue[Job[Any]] = SimpleQueue()
        self.begun: dict[int, float] = {}  # by the number of each busy thread: when its call began
        self.size = threads
        for number in range(threads):
            threading.Thread(target=self._work, args=(number,), name=f"{name}-{number}", daemon=True).start()

    async def run(
        self,
        call: Callable[[], Result],
        *,
        within: float,
        patient: bool = False,
        discard: Discard[Result] = ignore,
        done: Done = nothing,
    ) -> Result:
        """Returns or raises what ``call`` does. Raises ``PoolBusy`` at once, or ``TooLate`` after ``within`` seconds.

        For a ``patient`` caller only the beginning of the call has that deadline.
        """
        # Where every thread hangs on a database that is away, new requests are not worth queuing: they would wait their
        # whole time for nothing. The first thread to return opens the pool again.
        if self.jobs.qsize() >= self.queue or self.is_stuck():
            done()
            raise PoolBusy
        job = Job(call, patient, discard, done)
        self.jobs.put(job)
        timer = job.loop.call_later(within, job.expire)
        try:
            return await job.future
        finally:
            timer.cancel()

    def is_stuck(self) -> bool:
        """Whether every thread has been busy with one call for too long."""
        if len(self.begun) < self.size:
            return False
        latest = monotonic() - self.held
        # A copy: the threads take themselves out of the dictionary while this is read in the event loop.
        return all(begun < latest for begun in list(self.begun.values()))

    def _work(self, number: int) -> None:
        while True:
            job = self.jobs.get()
            self.begun[number] = monotonic()
            job.run()
            self.begun.pop(number)
