import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.models import Edition
from content.words import Unreadable, parse_words

BATCH = 500


class Command(BaseCommand):
    help = _("Checks that the words of every edition can be read. Lists those that cannot, and ends with 1 if any are.")

    def handle(self, *args: Any, **options: Any) -> None:
        checked = broken = 0
        columns = ("pk", "number", "asset__uid", "asset__name", "locale__code", "document")
        for pk, number, uid, name, code, document in (
            Edition.objects.order_by("pk").values_list(*columns).iterator(chunk_size=BATCH)
        ):
            checked += 1
            try:
                parse_words(bytes(document))
            except Unreadable:
                broken += 1
                message = _("edition %(pk)d (number %(number)d) of “%(name)s” (%(id)s) in %(locale)s cannot be read")
                words = {"pk": pk, "number": number, "name": name, "id": uid.hex, "locale": code}
                self.stdout.write(message % words)
        message = ngettext(
            "%(count)d edition checked, %(broken)d cannot be read",
            "%(count)d editions checked, %(broken)d cannot be read",
            checked,
        )
        self.stdout.write(message % {"count": checked, "broken": broken})
        if broken:
            advice = _("Readers are not shown these. Publish their drafts again, or restore an earlier edition.")
            self.stdout.write(advice)
            sys.exit(1)
