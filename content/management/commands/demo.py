import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from content import clock
from content.demo.load import load_demo
from content.management.one_at_a_time import on_port, setting_up
from content.management.serve import serve
from content.media.files import forget_files
from content.models import Edition, Kind, Media

ADMIN = "admin"


class Command(BaseCommand):
    help = "Sets up a demo in the checkout and serves it until Ctrl-C. A second run keeps the data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reset", action="store_true", help="throw the data away and begin again")
        parser.add_argument("--no-serve", action="store_true", help="set up only")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("ALLOWED_HOSTS is set: this looks like production, and a demo does not belong there.")
        if not options["no_serve"]:
            on_port(options["host"], options["port"])
        with setting_up(self.stdout.write):
            password = self._set_up(reset=options["reset"])
        self._greet(f"http://{options['host']}:{options['port']}", password)
        if not options["no_serve"]:
            self.stdout.write("  Ctrl-C ends it.\n")
            self.stdout.flush()
            serve(options["host"], options["port"])

    def _set_up(self, *, reset: bool) -> str | None:
        if reset:
            self._reset()
        call_command("migrate", verbosity=0)
        if Kind.objects.exists():
            self.stdout.write("The data is there already and is kept (--reset begins again).")
        else:
            self.stdout.write("Loading the journeys, the kinds and the demo content …")
            report = load_demo(now=clock.now().replace(microsecond=0))
            self.stdout.write(f"{report.totals.get('created', 0)} pages read, {Edition.objects.count()} published.")
        return self._admin()

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

    def _admin(self) -> str | None:
        """The password of a new administrator; ``None`` where there is one already."""
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return None
        password = secrets.token_urlsafe(12)
        users.create_superuser(ADMIN, password=password)
        return password

    def _greet(self, address: str, password: str | None) -> None:
        secret = password or "the password of the first run; uv run manage.py changepassword admin sets a new one"
        asks = (
            "content/?stage=think&segment=families&locale=nb&include=next_steps",
            "content/?journey=aida-loyalty&stage=desire",
            "content/?stage=thnk",
        )
        lines = [
            "",
            f"  Admin    {address}/admin/",
            f"  Login    {ADMIN} / {secret}",
            f"  API      {address}/api/v1/",
            f"  Docs     {address}/docs/",
            "",
            "  Worth trying:",
            *(f"    curl -s '{address}/api/v1/{ask}'" for ask in asks),
            "",
        ]
        self.stdout.write("\n".join(lines))
