from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext_lazy as _lazy

from content.management.migrations import SchemaAutodetector
from content.management.one_at_a_time import setting_up

# The second migrations of a database made before the first release, for which all were written again.
OLD_MIGRATIONS = {("journeys", "0002_watch_the_map"), ("content", "0002_guard_editions")}
REFUSAL = _lazy(
    "This database was made before the first release, by migrations that no longer exist, and stays as it is: name a "
    "new one in DATABASE_URL, run migrate, and bring the content with load_content."
)


class Command(migrate.Command):
    """Django's own command; waits for another at the same time. Refuses a database made before the first release."""

    autodetector = SchemaAutodetector

    def handle(self, *args: Any, **options: Any) -> None:
        with setting_up(self.stderr.write):
            if OLD_MIGRATIONS & MigrationRecorder(connections[options["database"]]).applied_migrations().keys():
                raise CommandError(str(REFUSAL))
            super().handle(*args, **options)
