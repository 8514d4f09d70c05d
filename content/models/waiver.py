from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy


class WaiverQuerySet(models.QuerySet["Waiver"]):
    def active(self, at: datetime) -> "WaiverQuerySet":
        return self.filter(until__gt=at)


class Waiver(models.Model):
    """A finding of a gate or of the audit, by its key, accepted by a named user with a reason and an end."""

    key = models.CharField(_lazy("finding"), max_length=300, db_index=True)
    reason = models.CharField(_lazy("reason"), max_length=500)
    until = models.DateTimeField(_lazy("until"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="waivers",
        verbose_name=_lazy("accepted by"),
    )
    created_at = models.DateTimeField(_lazy("accepted"), auto_now_add=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("waiver")
        verbose_name_plural = _lazy("waivers")
        ordering = ["-created_at"]
        permissions = [("waive_finding", "Can accept what a publishing gate refuses")]

    def __str__(self) -> str:
        return self.key
