"""serve() – becomes the server: Ctrl-C ends it as it would end any."""

import os
import sys
from typing import NoReturn

from django.conf import settings
from django.db import connection


def serve(host: str, port: int, *, workers: int = 1) -> NoReturn:
    """Never comes back. One worker has four threads; of several, each has one."""
    connection.close()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4" if workers == 1 else "1", "--backpressure", "64"]
    environment = {**os.environ, "SECRET_KEY": settings.SECRET_KEY}
    os.execve(sys.executable, [*command, "--log-level", "warning", "config.wsgi:application"], environment)
