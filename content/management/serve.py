"""Becomes the server, with the options that this service needs. The one place that knows them."""

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
    """Replaces this process by the server on ``host`` and ``port``: Ctrl-C ends it as it would end any."""
    connections.close_all()
    sys.stdout.flush()
    os.execv(sys.executable, server_command(host, port, workers=workers))


def server_command(host: str, port: int, *, workers: int = 1, application: str = APPLICATION) -> list[str]:
    """The command line of the server, its program first. It inherits the limit of open files, raised here."""
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
    """How many files a process may have open, made as many as it may ask for: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + SPARE_FILES if most == resource.RLIM_INFINITY else min(most, CONNECTIONS + SPARE_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return wanted
