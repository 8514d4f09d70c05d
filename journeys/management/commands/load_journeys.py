from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.presets.load import NAMES, load_journeys

CREATED = _lazy("%(name)s: created (%(stages)d stages, %(transitions)d transitions)")
KEPT = _lazy("%(name)s: kept (%(stages)d stages, %(transitions)d transitions)")


class Command(BaseCommand):
    help = _("Loads the journeys that ship. Those that are there already stay as editors have them.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help=_("any of %(names)s; all by default") % {"names": ", ".join(NAMES)}
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_journeys(options["names"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for preset in loaded:
            message = CREATED if preset.outcome == "created" else KEPT
            self.stdout.write(message % vars(preset))
