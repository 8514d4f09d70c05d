"""Django's PostgreSQL backend, with deadlines on every wait. (Django looks for a module of this name.)"""

import select
from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import CancellationTimeout, ConnectionTimeout, _WaitTimeout

from content.databases.deadlines import CIRCUIT, GRACE, WORK

SUSPICIOUS = 1.0  # seconds of silence after which a second connection tries whether the server is there at all
LOOK_AGAIN = 5.0  # seconds until it is tried again
CONNECT_WITHIN = 2  # seconds, the least that libpq takes
CANCEL_WITHIN = 1.0  # seconds
# On the server, should this process end while it waits; longer than any work that is bounded.
SERVER_SIDE = "-c statement_timeout=150s -c idle_in_transaction_session_timeout=150s"
SILENT = "The database does not answer."


class Connection(psycopg.Connection[Any]):
    """A connection whose waits have deadlines: statements, transactions, copying and pings all go through ``wait``."""

    answers: Callable[[], bool]

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        until = WORK.until
        if until is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        if CIRCUIT.is_open:
            raise psycopg.OperationalError(SILENT)
        try:
            # Nearly every statement ends within its first second, and costs no more than this. Only one that is silent
            # for so long has the server looked at: a slow server is waited for, a dead one is given up at once.
            return super().wait(gen, interval, min(max(until - monotonic(), GRACE), SUSPICIOUS))
        except _WaitTimeout:
            return self._wait_on(gen, interval, until)

    def _wait_on(self, gen: Any, interval: float, until: float) -> Any:
        """Waits for a slow server until the deadline, then cancels its statement; gives up on a dead one at once."""
        while (remaining := until - monotonic()) > 0:
            if not self.answers():
                return self._give_up()
            try:
                return super().wait(gen, interval, min(remaining, LOOK_AGAIN))
            except _WaitTimeout:
                continue
        try:
            self.cancel_safe(timeout=CANCEL_WITHIN)
            return super().wait(gen, interval, CANCEL_WITHIN)  # raises QueryCanceled, unless it was done just then
        except (CancellationTimeout, _WaitTimeout):
            return self._give_up()

    def _give_up(self) -> Any:
        self.pgconn.finish()
        CIRCUIT.open(self.answers)
        raise psycopg.OperationalError(SILENT)


class DatabaseWrapper(base.DatabaseWrapper):
    # Django takes ``Database.connect``: the driver with our connection instead of its own.
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
        """Closes a connection that failed, or that the server has ended, so that the next query opens another.

        Django would query the database before and after every request; this only looks at the socket, in microseconds.
        """
        # A server that restarts sends the end of the connection, which lies in the socket until somebody reads it.
        # Reading it before a statement is sent turns an error for a reader into a new connection.
        if not self.in_atomic_block and (self.errors_occurred or self._has_been_dropped()):
            self.close()
        super().close_if_unusable_or_obsolete()

    def _has_been_dropped(self) -> bool:
        """Whether the socket has something to read: between requests that can only be the end of the connection."""
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))


def answers_to(params: dict[str, Any]) -> bool:
    """Whether a server answers, be it with a refusal. Takes two seconds for each address at most."""
    try:
        psycopg.connect(**params).close()
    except ConnectionTimeout:
        return False
    except psycopg.Error:
        return True
    return True
