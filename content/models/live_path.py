from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from content.models.asset import Asset
from content.models.edition import Edition
from content.models.locale import Locale


class LivePath(models.Model):
    """Where your site shows a text and when: one row for each edition that is live or scheduled.

    Written along with showings, and anew for a kind whose templates change; what has ended goes with the asset's next
    publication. Two different texts never have one path at a common instant: whoever writes here holds the published
    state and judges before the transaction ends (``content/showings/live_paths.py``). Instants are microseconds.
    """

    path = models.TextField()
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    locale = models.ForeignKey(Locale, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    live_from = models.BigIntegerField()
    live_until = models.BigIntegerField()

    class Meta:
        verbose_name = _lazy("live path")
        verbose_name_plural = _lazy("live paths")
        indexes = [
            models.Index(fields=["path"], name="live_path_by_path"),
            models.Index(fields=["asset"], name="live_path_by_asset"),
        ]

    def __str__(self) -> str:
        return self.path
