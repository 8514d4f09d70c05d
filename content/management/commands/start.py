import os
import secrets
from io import StringIO
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from content.management.one_at_a_time import on_port, setting_up
from content.management.serve import serve
from content.models import Kind, Locale
from journeys.models import Journey

HELP = """Makes the service ready for content of your own and serves it until Ctrl-C: tables, the journeys, kinds and
roles that ship, a language, somebody who may sign in. What is there already stays as it is, what you have deleted
stays away, and several may start at once."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--workers", type=int, default=1 if settings.LOCAL else 4, help="processes that serve (%(default)s)"
        )
        parser.add_argument(
            "--locales",
            default="en",
            metavar="CODES",
            help="the languages of a service that has none, such as nb,en: the others fall back to the first",
        )
        parser.add_argument("--no-serve", action="store_true", help="make it ready only")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if not options["no_serve"]:
            on_port(host, port)
        with setting_up(self.stdout.write):
            call_command("migrate", verbosity=0)
            if not settings.LOCAL:
                call_command("collectstatic", interactive=False, verbosity=0)
            with transaction.atomic():
                self._fill(options["locales"])
                self._first_user()
        if not options["no_serve"]:
            self.stdout.write(f"Serving http://{host}:{port}/admin/ and /api/v1/. Ctrl-C ends it.")
            self.stdout.flush()
            serve(host, port, workers=options["workers"])

    def _fill(self, codes: str) -> None:
        """Loads what ships, each sort of it only where there is none yet: what was deleted must not come back."""
        for model, command, words in (
            (Journey, "load_journeys", "the journeys"),
            (Kind, "load_kinds", "the kinds"),
            (Group, "load_roles", "the roles"),
        ):
            if not model._default_manager.exists():
                call_command(command, stdout=StringIO())
                self.stdout.write(f"Loaded {words} that ship.")
        if not Locale.objects.exists():
            self._languages([code.strip() for code in codes.split(",") if code.strip()])

    def _languages(self, codes: list[str]) -> None:
        first: Locale | None = None
        for code in codes:
            locale = Locale(code=code, title=_title(code), is_default=first is None, fallback=first)
            try:
                locale.full_clean()
            except ValidationError as error:
                raise CommandError(f"--locales {code}: {' '.join(error.messages)}") from error
            locale.save()
            first = first or locale
        self.stdout.write(f"Made the languages {', '.join(codes)}; the first is the default.")

    def _first_user(self) -> None:
        """A superuser where there is none: as the environment says, else, on a laptop, with a password shown once."""
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        name = os.environ.get("DJANGO_SUPERUSER_USERNAME", "admin")
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
        if users.filter(username=name).exists() or (password is None and not settings.LOCAL):
            self.stdout.write(
                "Nobody may sign in yet. Run uv run manage.py createsuperuser, or start with DJANGO_SUPERUSER_PASSWORD "
                "(and DJANGO_SUPERUSER_USERNAME) set."
            )
            return
        shown, password = password is None, password or secrets.token_urlsafe(12)
        users.create_superuser(name, email=os.environ.get("DJANGO_SUPERUSER_EMAIL", ""), password=password)
        told = f"the password {password}, which is not shown again" if shown else "the password of the environment"
        self.stdout.write(f"Made the administrator {name} with {told}.")


def _title(code: str) -> str:
    """What a language calls itself; its code where Django does not know."""
    return str(LANG_INFO.get(code.lower(), {}).get("name_local", code)).capitalize()
