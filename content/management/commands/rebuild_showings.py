from typing import Any

from django.core.management.base import BaseCommand

from content.management.progress import bar
from content.models import Edition
from content.showings.write import rebuild_all


class Command(BaseCommand):
    help = (
        "Makes what readers see again from the editions. On a healthy database it changes nothing. "
        "Readers read on meanwhile, and publishers wait for a batch at most."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = done = 0
        total = Edition.objects.order_by().values("asset").distinct().count()
        with bar("Rebuilding", total) as advance:
            for assets, rows in rebuild_all():
                advance(assets - done)
                done, wrong = assets, wrong + rows
        self.stdout.write(f"{done} assets looked at, {wrong} rows were wrong and are mended")
