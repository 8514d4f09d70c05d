from django.conf import settings
from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _lazy

from content.models.asset import Asset


class Refusal(models.Model):
    """The findings of the last refused attempt to publish an asset; deleted once it is published."""

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="refusal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    findings = models.JSONField()

    class Meta:
        verbose_name = _lazy("refusal")
        verbose_name_plural = _lazy("refusals")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.asset} {formats.date_format(timezone.localtime(self.at), 'SHORT_DATETIME_FORMAT')}"
