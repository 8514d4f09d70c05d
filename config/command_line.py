"""Runs commands, and prints one line with what to do about wrong settings, or a missing database or full disk."""

import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error
from django.utils.translation import gettext as _

from content.databases.failures import EMPTY, failure_of


def run(arguments: list[str]) -> None:
    """Runs a command of Django's or ours. Ends with 1 and a line if it cannot; ``--traceback`` shows all."""
    try:
        execute_from_command_line(arguments)
    except (ImproperlyConfigured, Error, OSError) as error:
        message = _message(error)
        if message is None or "--traceback" in arguments:
            raise
        sys.exit(message)


def _message(error: Exception) -> str | None:
    """The line to print; ``None`` for a fault of ours, whose traceback is wanted."""
    if isinstance(error, ImproperlyConfigured):  # Django is not set up, and cannot translate
        return str(error)
    failure = failure_of(error)
    if failure is EMPTY:
        return _(
            "The database has no tables yet, or not all of them. Run uv run manage.py migrate, or "
            "uv run manage.py start, which sets an empty service up and serves it."
        )
    detail = next(iter(str(error).splitlines()), "")
    return f"{failure.sentence} ({detail})" if failure else None
