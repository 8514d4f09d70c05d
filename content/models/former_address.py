from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from content.models.asset import Asset
from content.models.locale import Locale


class FormerAddress(models.Model):
    """A path an asset had before it was imported, in one language or in all of them."""

    path = models.CharField(max_length=500, unique=True)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="former_addresses")
    locale = models.ForeignKey(Locale, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["path"]
        verbose_name = _lazy("former address")
        verbose_name_plural = _lazy("former addresses")

    def __str__(self) -> str:
        return self.path
