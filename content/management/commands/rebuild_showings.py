from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.management.progress import bar
from content.models import Edition
from content.showings.write import rebuild_all


class Command(BaseCommand):
    help = _(
        "Rebuilds the showings, which readers read, from the editions. On a healthy database it changes nothing. "
        "Readers are not interrupted, and publishing waits for one batch at most."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = done = 0
        total = Edition.objects.order_by().values("asset").distinct().count()
        with bar(_("Rebuilding"), total) as advance:
            for assets, rows in rebuild_all():
                advance(assets - done)
                done, wrong = assets, wrong + rows
        message = ngettext(
            "%(count)d asset checked, wrong rows that were replaced: %(wrong)d",
            "%(count)d assets checked, wrong rows that were replaced: %(wrong)d",
            done,
        )
        self.stdout.write(message % {"count": done, "wrong": wrong})
