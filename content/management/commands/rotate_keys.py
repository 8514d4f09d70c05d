from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.events.endpoints import encrypt_anew


class Command(BaseCommand):
    help = _("Encrypts the webhooks' secrets again, with the first of ENCRYPTION_KEYS: then the others can be removed.")

    def handle(self, *args: Any, **options: Any) -> None:
        done, unreadable = encrypt_anew()
        message = ngettext(
            "%(count)d webhook secret is encrypted with the first key.",
            "%(count)d webhook secrets are encrypted with the first key.",
            done,
        )
        self.stdout.write(message % {"count": done})
        if unreadable:
            message = ngettext(
                "%(count)d secret cannot be decrypted with the listed keys: put its key back and run this again, or "
                "rotate the secret in the admin.",
                "%(count)d secrets cannot be decrypted with the listed keys: put their key back and run this again, or "
                "rotate the secrets in the admin.",
                unreadable,
            )
            raise CommandError(message % {"count": unreadable})
