from django.core.validators import MaxValueValidator
from django.db import models

from content.models.asset import Asset
from journeys.models import Channel, Segment, Stage

PRIORITY = 50
HIGHEST_PRIORITY = 100


class Placement(models.Model):
    """The tag: this asset serves this stage, for these segments, on these channels."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="placements")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="placements")
    segments = models.ManyToManyField(Segment, blank=True, related_name="placements", help_text="None: for everyone.")
    channels = models.ManyToManyField(Channel, blank=True, related_name="placements", help_text="None: any channel.")
    priority = models.PositiveSmallIntegerField(
        default=PRIORITY, validators=[MaxValueValidator(HIGHEST_PRIORITY)], help_text="0–100; higher stands first."
    )

    class Meta:
        ordering = ["stage__journey__slug", "stage__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["asset", "stage"], name="placement_unique_for_asset_and_stage"),
            models.CheckConstraint(
                condition=models.Q(priority__lte=HIGHEST_PRIORITY), name="placement_priority_at_most_100"
            ),
        ]

    def __str__(self) -> str:
        return str(self.stage)
