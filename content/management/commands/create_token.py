from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from content.models.access_token import Scope
from content.tokens import issue_token


class Command(BaseCommand):
    help = "Creates an access token for the API, and prints it alone on its last line. It is never shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="who uses it, for what")
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            metavar="SCOPE",
            help=f"any of {', '.join(Scope.values)}; repeatable",
        )
        parser.add_argument(
            "--expires",
            metavar="YYYY-MM-DD",
            help="the last day on which it is of use, in TIME_ZONE; without it, until it is revoked",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["scope"]:
            raise CommandError(f"Say what it is for: --scope and any of {', '.join(Scope.values)}.")
        expires_at = _end_of(options["expires"]) if options["expires"] is not None else None
        try:
            token, text = issue_token(options["name"], scopes=options["scope"], expires_at=expires_at)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        end = f"until {timezone.localtime(expires_at):%Y-%m-%d %H:%M %Z}" if expires_at else "until it is revoked"
        # Only the token goes to stdout, so that a script can take it from there.
        self.stderr.write(f"Token “{token.name}” for {', '.join(token.scopes)}, {end}. It is not shown again:")
        self.stdout.write(text)


def _end_of(day: str) -> datetime:
    """The midnight that ends ``day`` in the service's zone."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(day) + timedelta(days=1), time.min))
    except (ValueError, OverflowError) as error:
        raise CommandError(f"“{day}” is no day; write one like 2027-01-01.") from error
