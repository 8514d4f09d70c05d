from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from journeys.presets.load import NAMES, load_journeys


class Command(BaseCommand):
    help = "Loads the journeys that ship. Those that are there already stay as editors have them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; all by default")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_journeys(options["names"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for one in loaded:
            self.stdout.write(f"{one.name}: {one.outcome} ({one.stages} stages, {one.transitions} transitions)")
