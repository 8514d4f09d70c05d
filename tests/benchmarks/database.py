"""A database of its own for a run: made, filled and taken away again, whatever happens."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.benchmarks.failed import Failed


@dataclass(frozen=True)
class Database:
    """``address`` is what ``DATABASE_URL`` takes; ``server`` that of the database it was made from, on PostgreSQL."""

    address: str
    name: str
    server: str | None = None

    def tidy(self) -> None:
        """What a database does to itself in a quiet hour."""
        if self.server:
            with psycopg.connect(self.address, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
            return
        connection = sqlite3.connect(self.name, isolation_level=None)
        connection.execute("VACUUM")
        connection.execute("ANALYZE")
        connection.close()

    def version(self) -> str:
        if not self.server:
            return f"SQLite {sqlite3.sqlite_version}"
        with psycopg.connect(self.server) as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return f"PostgreSQL {row[0].split()[0] if row else '?'}"

    def megabytes(self) -> float:
        if not self.server:
            return Path(self.name).stat().st_size / 1e6
        with psycopg.connect(self.server) as connection:
            row = connection.execute("SELECT pg_database_size(%s)", [self.name]).fetchone()
        return row[0] / 1e6 if row else 0.0


@contextmanager
def fresh_database(server: str | None, home: Path) -> Iterator[Database]:
    """A new database: a file in ``home``, or on the PostgreSQL that ``server`` is the address of."""
    if server is None:
        yield Database(f"sqlite:///{home / 'benchmark.sqlite3'}", str(home / "benchmark.sqlite3"))
        return
    if not server.startswith(("postgres://", "postgresql://")):
        raise Failed("--database is postgres://…; without it, a SQLite file is made and thrown away.")
    name = f"waymark_benchmark_{secrets.token_hex(6)}"
    _on(server, f"CREATE DATABASE {name}")
    try:
        yield Database(urlsplit(server)._replace(path=f"/{name}").geturl(), name, server)
    finally:
        _on(server, f"DROP DATABASE {name} WITH (FORCE)")


def _on(server: str, sql: str) -> None:
    try:
        with psycopg.connect(server, autocommit=True, connect_timeout=10) as connection:
            connection.execute(sql)
    except psycopg.OperationalError as error:
        raise Failed(f"{sql.partition(' ')[0]} DATABASE: {error}") from error
