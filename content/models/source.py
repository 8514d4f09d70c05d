from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from content.models.asset import Asset


class Source(models.Model):
    """Where an imported asset came from, so that a second run touches only what changed.

    ``hashes`` holds, per locale and under ``""`` for the asset's own part, the hash of what was read last
    (``read``) and of the draft it made (``draft``): a draft that differs from the latter was edited since.
    """

    key = models.CharField(_lazy("key"), max_length=300, unique=True)
    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="source", verbose_name=_lazy("asset"))
    hashes = models.JSONField(default=dict)

    class Meta:
        verbose_name = _lazy("source")
        verbose_name_plural = _lazy("sources")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
