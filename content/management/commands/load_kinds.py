from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.presets.load import NAMES, load_kinds
from content.presets.load_purposes import load_purposes
from content.presets.load_steps import load_steps
from content.presets.load_targets import load_targets


class Command(BaseCommand):
    help = (
        "Loads the kinds of content that ship, the vocabulary of purposes, both as targets where the journeys that are "
        "there recommend them, and which steps texts should offer at their stages. "
        "What is there already stays as editors have it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; all by default")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_kinds(options["names"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for one in [*loaded, load_purposes()]:
            self.stdout.write(f"{one.name}: {one.outcome}")
        for targets in load_targets():
            self.stdout.write(f"targets of {targets.name}: {targets.count} {targets.outcome}")
        for steps in load_steps():
            self.stdout.write(f"expected steps of {steps.name}: {steps.count} {steps.outcome}")
