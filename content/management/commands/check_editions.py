import sys
from typing import Any

from django.core.management.base import BaseCommand

from content.models import Edition
from content.words import Unreadable, parse_words

BATCH = 500


class Command(BaseCommand):
    help = "Looks whether the words of every edition can be read. Names those that cannot, and ends with 1 if any are."

    def handle(self, *args: Any, **options: Any) -> None:
        looked_at = broken = 0
        columns = ("pk", "number", "asset__uid", "asset__name", "locale__code", "document")
        for pk, number, uid, name, code, document in (
            Edition.objects.order_by("pk").values_list(*columns).iterator(chunk_size=BATCH)
        ):
            looked_at += 1
            try:
                parse_words(bytes(document))
            except Unreadable:
                broken += 1
                self.stdout.write(f"edition {pk} (number {number}) of “{name}” ({uid.hex}) in {code} cannot be read")
        self.stdout.write(f"{looked_at} editions looked at, {broken} cannot be read")
        if broken:
            self.stdout.write("Readers do not meet these. Publish their drafts again, or restore an earlier edition.")
            sys.exit(1)
