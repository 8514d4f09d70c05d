from typing import Any

from django.core.management.base import BaseCommand

from content.accounts.roles import ROLES, load_roles


class Command(BaseCommand):
    help = f"Makes the roles that ship, as groups: {', '.join(ROLES)}. Groups that are there stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, outcome in load_roles().items():
            self.stdout.write(f"{name}: {outcome}")
