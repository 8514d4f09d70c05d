"""The demo as its users meet it: the real server, on a database and a port of its own."""

import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 120  # seconds, on a machine that is busy with other tests


@dataclass(frozen=True)
class Served:
    """Where the demo answers, and a token that may read drafts there."""

    address: str
    token: str


@pytest.fixture(scope="session")
def served(tmp_path_factory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "REDIS_"))},
        "DATABASE_URL": f"sqlite:///{home / 'demo.sqlite3'}",
        "MEDIA_ROOT": str(home / "media"),
        "SECRET_KEY": secrets.token_urlsafe(60),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    manage = [sys.executable, str(ROOT / "manage.py")]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [*manage, "demo", "--port", str(port)], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, server, home / "log")
        made = subprocess.run(
            [*manage, "create_token", "Tests", "--scope", "preview"],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        token = made.stdout.strip().splitlines()[-1]
        assert re.fullmatch(r"wmk_\w+", token)
        yield Served(address, token)
    finally:
        server.kill()
        server.wait()


def _wait(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.2)
    pytest.fail(f"The demo did not start:\n{log.read_text()}")
