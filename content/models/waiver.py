from datetime import datetime

from django.conf import settings
from django.db import models


class WaiverQuerySet(models.QuerySet["Waiver"]):
    def standing(self, at: datetime) -> "WaiverQuerySet":
        return self.filter(until__gt=at)


class Waiver(models.Model):
    """A finding of a gate or of the audit accepted by a named user, with a reason and an end. Hangs on its key."""

    key = models.CharField(max_length=300, db_index=True)
    reason = models.CharField(max_length=500)
    until = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="waivers")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        permissions = [("waive_finding", "Can accept what a publishing gate refuses")]

    def __str__(self) -> str:
        return self.key
