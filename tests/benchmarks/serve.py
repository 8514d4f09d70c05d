"""The real server, as the README runs it in production, but with one worker on a port of its own."""

import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from content.management.serve import server_command
from tests.benchmarks.failed import Failed

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60  # seconds
OURS = ("DJANGO_", "REDIS_", "DATABASE_", "MEDIA_", "RESPONSE_", "GRANIAN_", "HTTPS", "BEHIND_", "DEBUG")


@dataclass(frozen=True)
class Server:
    """``leader`` is the process whose group the server is."""

    address: str
    leader: int


def surroundings(home: Path, database: str, **more: str) -> dict[str, str]:
    """The environment of production on this machine, without TLS."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {
        **variables,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database,
        "MEDIA_ROOT": str(home / "media"),
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "false",
        "PYTHONWARNINGS": "ignore:No directory at",  # static files need not be collected for this
        **more,
    }


@contextmanager
def serving(application: str, environment: dict[str, str], log: Path, *, workers: int = 1) -> Iterator[Server]:
    """Runs the server until it is no longer needed. It is ended with all that it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = server_command("127.0.0.1", port, workers=workers, application=application)
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, server, log)
        yield Server(address, server.pid)
    finally:
        _end(server)


def _wait(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise Failed(f"The server did not start:\n{log.read_text()[-4000:]}")


def _end(server: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        server.wait(timeout=10)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)  # what did not hear, its workers too
    server.wait()
