from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from content.presets.load import NAMES, OUTCOMES, load_kinds
from content.presets.load_purposes import load_purposes
from content.presets.load_steps import load_steps
from content.presets.load_targets import load_targets


class Command(BaseCommand):
    help = _(
        "Loads the kinds of content that ship, the vocabulary of purposes, targets for both where the loaded journeys "
        "recommend them, and the steps that texts should offer at their stages. "
        "What exists already stays as editors have it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        text = _("any of %(names)s; all by default") % {"names": ", ".join(NAMES)}
        parser.add_argument("names", nargs="*", metavar="NAME", help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_kinds(options["names"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for preset in [*loaded, load_purposes()]:
            self.stdout.write(f"{preset.name}: {OUTCOMES[preset.outcome]}")
        for targets in load_targets():
            words = {"name": targets.name, "count": targets.count, "outcome": OUTCOMES[targets.outcome]}
            self.stdout.write(_("targets of %(name)s: %(count)d %(outcome)s") % words)
        for steps in load_steps():
            words = {"name": steps.name, "count": steps.count, "outcome": OUTCOMES[steps.outcome]}
            self.stdout.write(_("expected steps of %(name)s: %(count)d %(outcome)s") % words)
