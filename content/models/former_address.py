from django.db import models

from content.models.asset import Asset
from content.models.locale import Locale


class FormerAddress(models.Model):
    """A path at which an asset stood before it came here, as an import told it; in one language, or in all of them."""

    path = models.CharField(max_length=500, unique=True)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="former_addresses")
    locale = models.ForeignKey(Locale, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["path"]
        verbose_name_plural = "former addresses"

    def __str__(self) -> str:
        return self.path
