from django.db import models

from content.models.asset import Asset
from journeys.models import Touchpoint


class Pin(models.Model):
    """An asset put first at a touchpoint."""

    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.CASCADE, related_name="pins")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="pins")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["touchpoint", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["touchpoint", "asset"], name="pin_unique_at_touchpoint")]

    def __str__(self) -> str:
        return f"{self.asset} at {self.touchpoint}"
