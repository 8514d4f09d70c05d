from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from content.models.access_token import Scope
from content.tokens import issue_token


class Command(BaseCommand):
    help = _("Creates an access token for the API, and prints it alone on its last line. It is never shown again.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help=_("who uses it, for what"))
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            metavar="SCOPE",
            help=_("any of %(scopes)s; repeatable") % {"scopes": ", ".join(Scope.values)},
        )
        parser.add_argument(
            "--expires",
            metavar="YYYY-MM-DD",
            help=_("the last day on which it works, in TIME_ZONE; by default until it is revoked"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["scope"]:
            message = _("Choose what it is for: --scope and any of %(scopes)s.")
            raise CommandError(message % {"scopes": ", ".join(Scope.values)})
        expires_at = _end_of(options["expires"]) if options["expires"] is not None else None
        try:
            token, text = issue_token(options["name"], scopes=options["scope"], expires_at=expires_at)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        message = (
            _("Token “%(name)s” for %(scopes)s, valid until %(end)s. It is not shown again:")
            if expires_at
            else _("Token “%(name)s” for %(scopes)s, valid until it is revoked. It is not shown again:")
        )
        end = f"{timezone.localtime(expires_at):%Y-%m-%d %H:%M %Z}" if expires_at else ""
        # Only the token goes to stdout, so that a script can take it from there.
        self.stderr.write(message % {"name": token.name, "scopes": ", ".join(token.scopes), "end": end})
        self.stdout.write(text)


def _end_of(day: str) -> datetime:
    """The midnight that ends ``day`` in the service's zone."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(day) + timedelta(days=1), time.min))
    except (ValueError, OverflowError) as error:
        raise CommandError(_("“%(day)s” is not a date; write one like 2027-01-01.") % {"day": day}) from error
