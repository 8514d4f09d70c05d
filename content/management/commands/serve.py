from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from content.management.serve import serve


class Command(BaseCommand):
    help = _("Serves until Ctrl-C or SIGTERM, with the limits on slow and large requests that this service needs.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, choices=range(1, 65), metavar="1-64")

    def handle(self, *args: Any, **options: Any) -> None:
        serve(options["host"], options["port"], workers=options["workers"])
