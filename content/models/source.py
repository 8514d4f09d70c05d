from django.db import models

from content.models.asset import Asset


class Source(models.Model):
    """Where an imported asset came from, so that a second run touches only what changed.

    ``hashes`` holds, per locale and under ``""`` for the asset's own part, the hash of what was read last
    (``read``) and of the draft it made (``draft``): a draft that differs from the latter was edited since.
    """

    key = models.CharField(max_length=300, unique=True)
    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="source")
    hashes = models.JSONField(default=dict)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
