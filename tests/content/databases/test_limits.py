"""No request waits for the database beyond its time, and none that is refused for it is a fault of ours.

Limits are bounds: what is measured here is that they hold, with much to spare.
"""

import json
import logging
import os
import socket
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress

import psycopg
import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InternalError, OperationalError, ProgrammingError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.utils import timezone

from config.serving.unavailable import sort_of
from content.databases.deadlines import CIRCUIT, WORK, within
from content.databases.failures import AWAY, BUSY, EMPTY, FULL, READ_ONLY, Log, failure_of
from content.databases.sqlite3.base import DatabaseWrapper as SQLite
from content.models import Locale, Media
from tests.pictures import picture

SECRET = "su-Password-1"
only_postgresql = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs a PostgreSQL: set DATABASE_URL"
)


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.fixture
def circuit():
    """Closed before and after."""
    yield CIRCUIT
    end = time.monotonic() + 30
    while CIRCUIT.is_open and time.monotonic() < end:
        time.sleep(0.1)
    assert not CIRCUIT.is_open


@pytest.mark.parametrize(
    ("method", "path", "sort"),
    [
        ("GET", "/api/v1/content/", "read"),
        ("HEAD", "/healthz", "read"),
        ("GET", "/preview/x/", "read"),
        ("GET", "/admin/login/", "read"),
        ("POST", "/admin/login/", "read"),
        ("POST", "/admin/logout/", "read"),
        ("GET", "/admin/content/asset/", "page"),
        ("POST", "/admin/content/asset/add/", "write"),
        ("GET", "/api/v1/coverage/findings/", "audit"),
        ("GET", "/admin/content/coverage/?format=csv", "audit"),
        ("POST", "/admin/content/coverage/brief/", "audit"),
    ],
)
def test_each_sort_of_request_has_its_limit(method, path, sort, settings):
    assert sort_of(method, path) == sort
    assert sort in settings.DATABASE_SECONDS


def test_a_limit_within_another_is_never_longer_and_ends_with_its_block():
    with within(5):
        outer = WORK.until
        with within(50):
            assert WORK.until == outer
        with within(1):
            assert WORK.until < outer
        assert WORK.until == outer
    assert WORK.until is None


def of_sqlite(code, words="x", kind=OperationalError):
    cause = sqlite3.OperationalError(words)
    cause.sqlite_errorcode = code
    error = kind(words)
    error.__cause__ = cause
    return error


def of_postgresql(cause, kind=OperationalError):
    error = kind(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), BUSY),
        (of_sqlite(sqlite3.SQLITE_INTERRUPT), BUSY),
        (of_sqlite(sqlite3.SQLITE_FULL), FULL),
        (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), READ_ONLY),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN), AWAY),
        (of_sqlite(sqlite3.SQLITE_ERROR, "no such table: content_asset"), EMPTY),
        (of_sqlite(sqlite3.SQLITE_ERROR, "no such column: x"), None),
        (of_postgresql(psycopg.OperationalError("connection refused")), AWAY),
        (of_postgresql(psycopg.errors.AdminShutdown("x")), AWAY),
        (of_postgresql(psycopg.errors.TooManyConnections("x")), AWAY),
        (of_postgresql(psycopg.errors.DiskFull("x")), FULL),
        (of_postgresql(psycopg.errors.QueryCanceled("x")), BUSY),
        (of_postgresql(psycopg.errors.LockNotAvailable("x")), BUSY),
        (of_postgresql(psycopg.errors.DeadlockDetected("x")), BUSY),
        (of_postgresql(psycopg.errors.ReadOnlySqlTransaction("x"), InternalError), READ_ONLY),
        (of_postgresql(psycopg.errors.UndefinedTable("x"), ProgrammingError), EMPTY),
        (of_postgresql(psycopg.errors.UndefinedColumn("x"), ProgrammingError), None),
        (of_postgresql(psycopg.errors.NumericValueOutOfRange("x"), DatabaseError), None),
        (OSError(28, "No space left on device"), FULL),
        (FileNotFoundError(2, "x"), None),
        (ValidationError("x"), None),
        (None, None),
    ],
    ids=repr,
)
def test_what_an_error_means(error, failure):
    assert failure_of(error) is failure


def test_a_failure_is_told_once_a_minute_with_how_many_there_were(caplog, monkeypatch):
    log, clock = Log(), iter([0.0, 1.0, 2.0, 61.0, 62.0, 130.0])
    monkeypatch.setattr("content.databases.failures.monotonic", lambda: next(clock))
    with caplog.at_level(logging.ERROR):
        for _ in range(6):
            log.tell(AWAY, OperationalError("refused\nand more"))
    assert [record.getMessage() for record in caplog.records] == [
        "Database away: refused",
        "Database away: refused (2 more since the last such line)",
        "Database away: refused (1 more since the last such line)",
    ]
    assert [record.exc_info for record in caplog.records] == [None] * 3


# What is answered, by every door.


@contextmanager
def failing(error):
    def refuse(*args, **kwargs):
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "_cursor", refuse)
        yield


ERRORS = {
    503: of_postgresql(psycopg.OperationalError("server closed the connection at 10.1.2.3")),
    507: of_sqlite(sqlite3.SQLITE_FULL, "database or disk is full"),
}
DOORS = {
    "/api/v1/content/": "application/problem+json",
    "/api/v1/journeys/": "application/problem+json",
    "/api/v1/openapi.json": "application/problem+json",
    "/api/v1/coverage/": "application/problem+json",
    "/media/" + "0" * 32 + ".pdf": "application/problem+json",
    "/admin/": "text/html; charset=utf-8",
    "/preview/abc/": "text/html; charset=utf-8",
}


@pytest.mark.parametrize("status", ERRORS)
@pytest.mark.parametrize("path", DOORS)
def test_every_door_says_so_in_its_own_shape_and_tells_nothing_internal(db, visitor, path, status, caplog):
    visitor.cookies["sessionid"] = "a" * 32
    headers = {"Authorization": "Bearer wmk_" + "0" * 12 + "_" + "0" * 64} if "coverage" in path else {}
    with failing(ERRORS[status]):
        answer = visitor.get(path, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (status, DOORS[path])
    assert int(answer["Retry-After"]) > 0
    assert "no-store" in answer["Cache-Control"]
    assert b"10.1.2.3" not in answer.content
    assert b"Traceback" not in answer.content
    assert not [record for record in caplog.records if record.exc_info]
    if path.startswith("/api/"):
        assert answer["Access-Control-Allow-Origin"] == "*"
        data = json.loads(answer.content)
        assert (data["status"], data["instance"]) == (status, path)
        assert data["type"] == {503: "urn:waymark:problem:unavailable", 507: "urn:waymark:problem:storage-full"}[status]


def test_signing_in_is_refused_in_words_and_health_asks_nobody(db, visitor):
    with failing(ERRORS[503]):
        signed = visitor.post("/admin/login/", {"username": "su", "password": SECRET})
        alive, ready = visitor.get("/healthz"), visitor.get("/readyz")
    assert (signed.status_code, b"The database does not answer just now" in signed.content) == (503, True)
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (503, {"status": "unavailable", "database": "does not answer"})
    assert ready["Retry-After"]


def test_an_upload_that_does_not_fit_the_disk_is_507(db, visitor, monkeypatch):
    visitor.force_login(User.objects.create_superuser("su", password=SECRET))

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)
    answer = visitor.post("/admin/content/media/add/", {"files": SimpleUploadedFile("grill.png", picture())})
    assert (answer.status_code, b"no space left on the disk" in answer.content) == (507, True)
    assert not Media.objects.exists()


def test_other_faults_stay_faults(db, visitor):
    with failing(of_postgresql(psycopg.errors.UndefinedColumn("x"), ProgrammingError)):
        assert visitor.get("/api/v1/content/").status_code == 500


# The databases themselves.


@pytest.mark.django_db(transaction=True)
def test_a_database_that_can_only_be_read_serves_readers_and_is_not_ready(visitor):
    User.objects.create_superuser("su", password=SECRET)
    reading = {
        "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    }[connection.vendor]
    try:
        with connection.cursor() as cursor:
            cursor.execute(reading[0])
        read = visitor.get("/api/v1/journeys/")
        signed = visitor.post("/admin/login/", {"username": "su", "password": SECRET})
        ready = visitor.get("/readyz")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(reading[1])
    assert read.status_code == 200
    assert (signed.status_code, b"can only be read just now" in signed.content) == (503, True)
    if connection.vendor == "postgresql":  # a file shows it by its rights, below
        assert ready.json() == {"status": "unavailable", "database": "can only be read"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="SQLite's own")
def test_sqlite_that_has_no_room_left_is_507(visitor):
    User.objects.create_superuser("su", password=SECRET)
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    try:
        with suppress(OperationalError):
            for number in range(10_000):
                Session.objects.create(session_key=f"{number:032}", session_data="x" * 50, expire_date=timezone.now())
        read = visitor.get("/api/v1/journeys/")
        signed = visitor.post("/admin/login/", {"username": "su", "password": SECRET})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert read.status_code == 200
    assert (signed.status_code, b"no space left on the disk" in signed.content) == (507, True)


@pytest.fixture
def file(db, tmp_path):
    """A wrapper of its own around a file, with one table."""
    path = tmp_path / "own.sqlite3"
    made = {**connection.settings_dict, "NAME": str(path), "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"}}
    wrapper = SQLite(made, alias="own")
    with wrapper.cursor() as cursor:
        cursor.execute("CREATE TABLE one (a INTEGER)")
    yield wrapper
    wrapper.close()


def test_a_new_file_is_its_owners_alone(file, tmp_path):
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_file_that_was_taken_away_is_missed_and_never_made_anew(file, tmp_path):
    path = tmp_path / "own.sqlite3"
    assert file.is_usable()
    path.rename(tmp_path / "away")
    assert not file.is_usable()
    file.close()
    with within(5), pytest.raises(OperationalError) as refused:
        file.cursor()
    assert failure_of(refused.value) is AWAY
    assert not path.exists()
    (tmp_path / "away").rename(path)
    with within(5), file.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM one").fetchone() == (0,)


def test_a_turn_to_write_is_waited_for_within_the_limit_and_shuts_no_reader_out(file, tmp_path):
    other = sqlite3.connect(tmp_path / "own.sqlite3", isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with within(0.5), pytest.raises(OperationalError) as refused, file.cursor() as cursor:
        cursor.execute("INSERT INTO one VALUES (1)")
    assert (failure_of(refused.value), time.monotonic() - began < 5) == (BUSY, True)
    assert not CIRCUIT.is_open
    with within(0.5), file.cursor() as cursor:
        cursor.execute("SELECT * FROM one")
    other.close()


def test_a_file_that_nobody_can_read_is_waited_for_by_one_and_found_again(file, tmp_path, circuit):
    other = sqlite3.connect(tmp_path / "own.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with within(0.5), pytest.raises(OperationalError), file.cursor() as cursor:
        cursor.execute("SELECT * FROM one")
    assert CIRCUIT.is_open
    with within(600), pytest.raises(OperationalError) as refused, file.cursor() as cursor:
        cursor.execute("SELECT * FROM one")  # at once, though it has ten minutes
    assert failure_of(refused.value) is BUSY
    other.close()


def test_a_statement_that_takes_too_long_is_stopped(file):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with within(0.1), pytest.raises(OperationalError) as refused, file.cursor() as cursor:
        cursor.execute(endless)
    assert failure_of(refused.value) is BUSY


class Proxy:
    """Stands before PostgreSQL, and can freeze: what is sent is taken and never answered; or refuse."""

    def __init__(self, host, port):
        self.server, self.frozen, self.open = (host, port), threading.Event(), []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            self.open.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        self._wait()
        server = socket.create_connection(self.server)
        self.open.append(server)
        for source, other in ((client, server), (server, client)):
            threading.Thread(target=self._pass, args=(source, other), daemon=True).start()

    def _pass(self, source, other):
        try:
            while data := source.recv(65536):
                self._wait()
                other.sendall(data)
        except OSError:
            pass
        finally:
            with suppress(OSError):
                other.shutdown(socket.SHUT_RDWR)

    def _wait(self):
        while self.frozen.is_set():
            time.sleep(0.05)

    def stop(self):
        """As a server that was stopped: nobody listens, and every connection is cut."""
        for end in [self.listening, *self.open]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def proxied(db, circuit):
    """A connection to the tests' PostgreSQL by way of a proxy, and the proxy."""
    at = connection.settings_dict
    proxy = Proxy(at["HOST"] or "127.0.0.1", int(at["PORT"] or 5432))
    wrapper = type(connections_wrapper())({**at, "HOST": "127.0.0.1", "PORT": proxy.port}, alias="proxied")
    with within(60), wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield wrapper, proxy
    proxy.frozen.clear()
    wrapper.close()
    end = time.monotonic() + 30
    while CIRCUIT.is_open and time.monotonic() < end:
        time.sleep(0.1)
    proxy.stop()


def connections_wrapper():
    return connection._connections[connection._alias]


@only_postgresql
@pytest.mark.parametrize("limit", [3.5, 600])
def test_a_frozen_server_is_left_within_seconds_whatever_the_limit_and_found_again(proxied, limit):
    wrapper, proxy = proxied
    proxy.frozen.set()
    began = time.monotonic()
    with within(limit), pytest.raises(OperationalError) as refused, wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert (failure_of(refused.value), time.monotonic() - began < 5) == (AWAY, True)
    wrapper.close_if_unusable_or_obsolete()
    assert CIRCUIT.is_open
    began = time.monotonic()
    for _ in range(20):  # nobody else waits
        with within(limit), pytest.raises(OperationalError):
            wrapper.cursor()
    assert time.monotonic() - began < 1
    proxy.frozen.clear()
    end = time.monotonic() + 30
    while CIRCUIT.is_open and time.monotonic() < end:
        time.sleep(0.1)
    with within(60), wrapper.cursor() as cursor:
        assert cursor.execute("SELECT 1").fetchone() == (1,)


@only_postgresql
def test_a_transaction_that_is_frozen_ends_too(proxied):
    wrapper, proxy = proxied
    wrapper.set_autocommit(False)
    with within(600), wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
        proxy.frozen.set()
        began = time.monotonic()
        with pytest.raises(OperationalError):
            wrapper.commit()
    assert time.monotonic() - began < 5


@only_postgresql
def test_a_stopped_server_refuses_at_once_and_needs_no_circuit(proxied):
    wrapper, proxy = proxied
    proxy.stop()
    for _ in range(3):
        with within(600), pytest.raises(DatabaseError) as refused, wrapper.cursor() as cursor:
            cursor.execute("SELECT 1")
        assert failure_of(refused.value) is AWAY
        wrapper.close_if_unusable_or_obsolete()
    assert not CIRCUIT.is_open


@only_postgresql
def test_a_slow_statement_is_stopped_on_the_server_and_its_connection_is_kept(proxied):
    wrapper, _ = proxied
    before = wrapper.connection
    began = time.monotonic()
    with within(1.5), pytest.raises(OperationalError) as refused, wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
    assert (failure_of(refused.value), time.monotonic() - began < 10) == (BUSY, True)
    assert not CIRCUIT.is_open
    with within(60), wrapper.cursor() as cursor:
        assert cursor.execute("SELECT 1").fetchone() == (1,)
    assert wrapper.connection is before


@only_postgresql
def test_work_without_a_limit_waits_until_it_is_answered(proxied):
    wrapper, proxy = proxied
    proxy.frozen.set()
    threading.Timer(2.5, proxy.frozen.clear).start()
    with wrapper.cursor() as cursor:
        assert cursor.execute("SELECT 1").fetchone() == (1,)


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_readers_do_not_wait_for_a_lock_beyond_their_time(visitor, settings):
    settings.DATABASE_SECONDS = {**settings.DATABASE_SECONDS, "read": 1.5}
    Locale.objects.create(code="en", title="English")
    at = connection.settings_dict
    with psycopg.connect(host=at["HOST"], port=at["PORT"], user=at["USER"], dbname=at["NAME"]) as other:
        other.execute("LOCK TABLE content_locale, journeys_mapversion IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        answer = visitor.get("/api/v1/locales/")
        assert (answer.status_code, time.monotonic() - began < 10) == (503, True)
        other.rollback()
    assert visitor.get("/api/v1/locales/").status_code == 200
