"""PostgreSQL as Django knows it, but no bounded work waits for it beyond its time. (Django asks for this name.)"""

import select
from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import CancellationTimeout, ConnectionTimeout, _WaitTimeout

from content.databases.deadlines import CIRCUIT, GRACE, WORK

SUSPICIOUS = 1.0  # seconds of silence after which somebody else asks whether it is there at all
LOOK_AGAIN = 5.0
CONNECT_WITHIN = 2  # seconds, the least that there is
CANCEL_WITHIN = 1.0
# On the server, should this process end while it waits; longer than any work that is bounded.
SERVER_SIDE = "-c statement_timeout=150s -c idle_in_transaction_session_timeout=150s"
SILENT = "The database does not answer."


class Connection(psycopg.Connection[Any]):
    """Every way of waiting for the server leads through ``wait``: statements, transactions, copying, pings."""

    answers: Callable[[], bool]

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        until = WORK.until
        if until is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        if CIRCUIT.is_open:
            raise psycopg.OperationalError(SILENT)
        try:
            return super().wait(gen, interval, min(max(until - monotonic(), GRACE), SUSPICIOUS))
        except _WaitTimeout:
            return self._wait_on(gen, interval, until)

    def _wait_on(self, gen: Any, interval: float, until: float) -> Any:
        """Waits for a slow server to the end of the time and then stops its statement; a dead one is left at once."""
        while (left := until - monotonic()) > 0:
            if not self.answers():
                return self._give_up()
            try:
                return super().wait(gen, interval, min(left, LOOK_AGAIN))
            except _WaitTimeout:
                continue
        try:
            self.cancel_safe(timeout=CANCEL_WITHIN)
            return super().wait(gen, interval, CANCEL_WITHIN)  # raises QueryCanceled, or it was done just now
        except (CancellationTimeout, _WaitTimeout):
            return self._give_up()

    def _give_up(self) -> Any:
        self.pgconn.finish()
        CIRCUIT.open(self.answers)
        raise psycopg.OperationalError(SILENT)


class DatabaseWrapper(base.DatabaseWrapper):
    # The driver, but for what it connects by.
    Database = SimpleNamespace(**{**vars(psycopg), "connect": Connection.connect})  # type: ignore[assignment]

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if WORK.until is not None:
            params["connect_timeout"] = CONNECT_WITHIN
            params["options"] = f"{params.get('options', '')} {SERVER_SIDE}".strip()
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        def answers() -> bool:
            return answers_to({**conn_params, "connect_timeout": CONNECT_WITHIN})

        if WORK.until is not None and CIRCUIT.is_open:
            raise psycopg.OperationalError(SILENT)
        try:
            connection: Any = super().get_new_connection(conn_params)
        except ConnectionTimeout:
            if WORK.until is not None:
                CIRCUIT.open(answers)
            raise
        connection.answers = answers
        return connection

    def is_read_only(self) -> bool:
        with self.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            return bool(cursor.fetchone() == ("on",))

    def close_if_unusable_or_obsolete(self) -> None:
        """A connection that failed, or that the server has ended, is made anew. Django would ask the database, before
        and after every request; here only the socket is looked at, which takes microseconds."""
        if not self.in_atomic_block and (self.errors_occurred or self._has_been_dropped()):
            self.close()
        super().close_if_unusable_or_obsolete()

    def _has_been_dropped(self) -> bool:
        """Whether the server has said something that nobody asked for: between requests that is its farewell."""
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))


def answers_to(params: dict[str, Any]) -> bool:
    """Whether anybody answers there, be it with a refusal. Two seconds for each address at most."""
    try:
        psycopg.connect(**params).close()
    except ConnectionTimeout:
        return False
    except psycopg.Error:
        return True
    return True
