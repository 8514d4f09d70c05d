"""The command line says in a line what is wrong with settings, database or disk, and what to do about it."""

import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error

from content.databases.failures import EMPTY, failure_of

READY = "uv run manage.py migrate, or uv run manage.py start, which makes an empty service ready and serves it"


def run(arguments: list[str]) -> None:
    """Runs a command of Django's or ours. Ends with 1 and a line where it cannot; ``--traceback`` tells all."""
    try:
        execute_from_command_line(arguments)
    except (ImproperlyConfigured, Error, OSError) as error:
        said = _said(error)
        if said is None or "--traceback" in arguments:
            raise
        sys.exit(said)


def _said(error: Exception) -> str | None:
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    failure = failure_of(error)
    if failure is EMPTY:
        return f"The database has no tables yet, or not all of them. Run {READY}."
    detail = next(iter(str(error).splitlines()), "")
    return f"{failure.sentence} ({detail})" if failure else None
