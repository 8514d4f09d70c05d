"""The demo as its users meet it: the real server, on a database and a port of its own."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 120  # seconds, on a machine that is busy with other tests


@dataclass(frozen=True)
class Served:
    """Where the demo answers, a token that may read drafts there, and the environment of its processes."""

    address: str
    token: str
    environment: dict[str, str]


@pytest.fixture(scope="session")
def database(tmp_path_factory) -> Iterator[str]:
    """The address of an empty database, on the server that the tests use."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'demo.sqlite3'}"
        return
    name = f"waymark_served_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def served(database, tmp_path_factory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "REDIS_"))},
        "DATABASE_URL": database,
        "MEDIA_ROOT": str(home / "media"),
        "SECRET_KEY": secrets.token_urlsafe(60),
    }
    port = free_port()
    manage = [sys.executable, str(ROOT / "manage.py")]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [*manage, "demo", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, server, home / "log")
        made = subprocess.run(
            [*manage, "create_token", "Tests", "--scope", "preview", "--scope", "audit"],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        token = made.stdout.strip().splitlines()[-1]
        assert re.fullmatch(r"wmk_\w+", token)
        yield Served(address, token, environment)
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # and its workers
        server.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.2)
    pytest.fail(f"It did not start:\n{log.read_text()}")
