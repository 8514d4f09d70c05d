"""serve() – becomes the server, with the options that this service needs. The one place that knows them."""

import os
import sys
from typing import NoReturn

from django.conf import settings
from django.db import connections

APPLICATION = "config.wsgi:application"


def serve(host: str, port: int, *, workers: int = 1) -> NoReturn:
    """Replaces this process by the server on ``host`` and ``port``: Ctrl-C ends it as it would end any.

    Its processes share the secret key of this one, which may have been made at its start.
    """
    connections.close_all()
    sys.stdout.flush()
    environment = {**os.environ, "SECRET_KEY": settings.SECRET_KEY}
    os.execve(sys.executable, server_command(host, port, workers=workers), environment)  # noqa: S606


def server_command(host: str, port: int, *, workers: int = 1, application: str = APPLICATION) -> list[str]:
    """The command line of the server, its program first."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--backpressure", "64"]
    return [*command, "--log-level", "warning", application]
