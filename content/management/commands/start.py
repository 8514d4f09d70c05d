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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.management.one_at_a_time import on_port, setting_up
from content.management.serve import serve
from content.management.written import split_words
from content.models import Kind, Locale
from journeys.models import Journey

# What ships, each loaded only where there is none yet: what was deleted must not come back.
SHIPPED = (
    (Journey, "load_journeys", _lazy("Loaded the journeys that ship.")),
    (Kind, "load_kinds", _lazy("Loaded the kinds that ship.")),
    (Group, "load_roles", _lazy("Loaded the roles that ship.")),
)
HELP = _("""Sets the service up for content of your own and serves it until Ctrl-C: tables, the journeys, kinds and
roles that ship, a language, an administrator. What exists already stays as it is, what you have deleted is not
created again, and several may start at once.""")


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--workers", type=int, default=1 if settings.LOCAL else 4, help=_("processes that serve (%(default)s)")
        )
        parser.add_argument(
            "--locales",
            default="en",
            metavar="CODES",
            help=_("the languages of a service that has none, such as nb,en: the others fall back to the first"),
        )
        parser.add_argument("--no-serve", action="store_true", help=_("set up only"))

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
            message = _("Serving http://%(host)s:%(port)d/admin/ and /api/v1/. Ctrl-C ends it.")
            self.stdout.write(message % {"host": host, "port": port})
            self.stdout.flush()
            serve(host, port, workers=options["workers"])

    def _fill(self, codes: str) -> None:
        """Loads what ships, and creates the languages, where there is none yet."""
        for model, command, message in SHIPPED:
            if not model._default_manager.exists():
                call_command(command, stdout=StringIO())
                self.stdout.write(str(message))
        if not Locale.objects.exists():
            self._create_languages(split_words(codes))

    def _create_languages(self, codes: list[str]) -> None:
        first: Locale | None = None
        for code in codes:
            locale = Locale(code=code, title=_title(code), is_default=first is None, fallback=first)
            try:
                locale.full_clean()
            except ValidationError as error:
                raise CommandError(f"--locales {code}: {' '.join(error.messages)}") from error
            locale.save()
            first = first or locale
        message = _("Created the languages %(codes)s; the first is the default.")
        self.stdout.write(message % {"codes": ", ".join(codes)})

    def _first_user(self) -> None:
        """Creates a superuser where there is none.

        With the environment's password; without one only on a laptop, where a new password is printed once.
        """
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        name = os.environ.get("DJANGO_SUPERUSER_USERNAME", "admin")
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
        if users.filter(username=name).exists() or (password is None and not settings.LOCAL):
            message = _(
                "Nobody can sign in yet. Run uv run manage.py createsuperuser, or start with DJANGO_SUPERUSER_PASSWORD "
                "(and DJANGO_SUPERUSER_USERNAME) set."
            )
            self.stdout.write(message)
            return
        message = (
            _("Created the administrator %(name)s with the password of the environment.")
            if password
            else _("Created the administrator %(name)s with the password %(password)s, which is not shown again.")
        )
        password = password or secrets.token_urlsafe(12)
        users.create_superuser(name, email=os.environ.get("DJANGO_SUPERUSER_EMAIL", ""), password=password)
        self.stdout.write(message % {"name": name, "password": password})


def _title(code: str) -> str:
    """The name of a language in that language; its code if Django does not know it."""
    return str(LANG_INFO.get(code.lower(), {}).get("name_local", code)).capitalize()
