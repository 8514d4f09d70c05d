"""Starts the server with the options that this service needs; no other place knows them."""

import os
import resource
import sys
from typing import NoReturn

from django.db import connections

APPLICATION = "config.asgi:application"
HEAD_SECONDS = 10
HEAD_BYTES = 65_536
CONNECTIONS = 4096  # a process; one that is slow or idle holds a file number and a few kilobytes
SPARE_FILES = 256


def serve(host: str, port: int, *, workers: int = 1) -> NoReturn:
    """Replaces this process by the server on ``host`` and ``port``, so that signals reach that directly."""
    connections.close_all()
    sys.stdout.flush()
    os.execv(sys.executable, server_command(host, port, workers=workers))


def server_command(host: str, port: int, *, workers: int = 1, application: str = APPLICATION) -> list[str]:
    """The command line of the server, its program first. Raises the limit of open files, which the server inherits."""
    options = {
        "interface": "asginl",
        "host": host,
        "port": str(port),
        "workers": str(workers),
        "http": "1",
        "http1-header-read-timeout": str(HEAD_SECONDS * 1000),
        "http1-buffer-size": str(HEAD_BYTES),
        "backpressure": str(max(1, min(CONNECTIONS, open_files() - SPARE_FILES))),
        "workers-kill-timeout": "10",
        "log-level": "warning",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [sys.executable, "-m", "granian", *words, "--no-ws", application]


def open_files() -> int:
    """How many files this process may have open, after raising the limit as far as needed: each connection is one."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = CONNECTIONS + SPARE_FILES if hard == resource.RLIM_INFINITY else min(hard, CONNECTIONS + SPARE_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return limit
