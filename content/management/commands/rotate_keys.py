from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.events.endpoints import encrypt_anew


class Command(BaseCommand):
    help = "Encrypts what is kept encrypted anew, with the first of ENCRYPTION_KEYS: then the others can be taken away."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = encrypt_anew()
        self.stdout.write(f"{done} webhook secrets are encrypted with the first key.")
        if lost:
            raise CommandError(
                f"{lost} cannot be read with the keys that are listed: put their key back and run this again, or "
                "rotate these secrets in the admin."
            )
