import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content import clock
from content.demo.load import load_demo
from content.management.one_at_a_time import on_port, setting_up
from content.management.serve import serve
from content.media.files import forget_files
from content.models import Edition, Kind, Media

ADMIN = "admin"


class Command(BaseCommand):
    help = _("Sets up a demo in the checkout and serves it until Ctrl-C. A second run keeps the data.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reset", action="store_true", help=_("delete the data and begin again"))
        parser.add_argument("--no-serve", action="store_true", help=_("set up only"))

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError(_("ALLOWED_HOSTS is set: this looks like production, where no demo belongs."))
        if not options["no_serve"]:
            on_port(options["host"], options["port"])
        with setting_up(self.stdout.write):
            password = self._set_up(reset=options["reset"])
        self._greet(f"http://{options['host']}:{options['port']}", password)
        if not options["no_serve"]:
            self.stdout.write(f"  {_('Ctrl-C ends it.')}\n")
            self.stdout.flush()
            serve(options["host"], options["port"])

    def _set_up(self, *, reset: bool) -> str | None:
        if reset:
            self._reset()
        call_command("migrate", verbosity=0)
        if Kind.objects.exists():
            self.stdout.write(_("The data is there already and is kept (--reset begins again)."))
        else:
            self.stdout.write(_("Loading the journeys, the kinds and the demo content …"))
            created = load_demo(now=clock.now().replace(microsecond=0)).totals.get("created", 0)
            message = ngettext(
                "%(count)d page read, %(published)d published.",
                "%(count)d pages read, %(published)d published.",
                created,
            )
            self.stdout.write(message % {"count": created, "published": Edition.objects.count()})
        return self._create_admin()

    def _reset(self) -> None:
        if Media._meta.db_table in connection.introspection.table_names():
            forget_files(name for media in Media.objects.all() for name in media.files)
        if connection.vendor != "sqlite":
            call_command("migrate", verbosity=0)
            call_command("flush", interactive=False, verbosity=0)
            return
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{suffix}").unlink(missing_ok=True)

    def _create_admin(self) -> str | None:
        """Creates an administrator, and returns the password; ``None`` where there is one already."""
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return None
        password = secrets.token_urlsafe(12)
        users.create_superuser(ADMIN, password=password)
        return password

    def _greet(self, address: str, password: str | None) -> None:
        secret = password or _("the password of the first run; uv run manage.py changepassword admin sets a new one")
        requests = (
            "content/?stage=think&segment=families&locale=nb&include=next_steps",
            "content/?journey=aida-loyalty&stage=desire",
            "content/?stage=thnk",
        )
        lines = [
            "",
            f"  {_('Admin'):8} {address}/admin/",
            f"  {_('Login'):8} {ADMIN} / {secret}",
            f"  {_('API'):8} {address}/api/v1/",
            f"  {_('Docs'):8} {address}/docs/",
            "",
            f"  {_('Worth trying:')}",
            *(f"    curl -s '{address}/api/v1/{request}'" for request in requests),
            "",
        ]
        self.stdout.write("\n".join(lines))
