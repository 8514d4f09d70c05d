from typing import Any

from django.core.management.commands import migrate

from content.management.one_at_a_time import setting_up


class Command(migrate.Command):
    """Django's own; a second one at the same time waits for the first."""

    def handle(self, *args: Any, **options: Any) -> None:
        with setting_up(self.stderr.write):
            super().handle(*args, **options)
