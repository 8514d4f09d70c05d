from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from content.accounts.roles import ROLES, load_roles
from content.presets.load import OUTCOMES


class Command(BaseCommand):
    help = _("Creates the roles that ship, as groups: %(names)s. Groups that exist already stay as they are.") % {
        "names": ", ".join(ROLES)
    }

    def handle(self, *args: Any, **options: Any) -> None:
        for name, outcome in load_roles().items():
            self.stdout.write(f"{name}: {OUTCOMES[outcome]}")
