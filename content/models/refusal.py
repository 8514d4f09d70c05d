from django.conf import settings
from django.db import models

from content.models.asset import Asset


class Refusal(models.Model):
    """What the gates last said to whoever tried to publish an asset; gone once it is published."""

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="refusal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    findings = models.JSONField()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.asset} {self.at:%Y-%m-%d %H:%M}"
