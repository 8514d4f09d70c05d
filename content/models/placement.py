from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from content.models.asset import Asset
from journeys.models import Channel, Segment, Stage

PRIORITY = 50
HIGHEST_PRIORITY = 100


class Placement(models.Model):
    """The tag: this asset serves this stage, for these segments, on these channels."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="placements", verbose_name=_lazy("asset"))
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="placements", verbose_name=_lazy("stage"))
    segments = models.ManyToManyField(
        Segment,
        blank=True,
        related_name="placements",
        verbose_name=_lazy("segments"),
        help_text=_lazy("None: for everyone."),
    )
    channels = models.ManyToManyField(
        Channel,
        blank=True,
        related_name="placements",
        verbose_name=_lazy("channels"),
        help_text=_lazy("None: any channel."),
    )
    priority = models.PositiveSmallIntegerField(
        _lazy("priority"),
        default=PRIORITY,
        validators=[MaxValueValidator(HIGHEST_PRIORITY)],
        help_text=_lazy("0–100; higher comes first."),
    )

    class Meta:
        verbose_name = _lazy("placement")
        verbose_name_plural = _lazy("placements")
        ordering = ["stage__journey__slug", "stage__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["asset", "stage"], name="placement_unique_for_asset_and_stage"),
            models.CheckConstraint(
                condition=models.Q(priority__lte=HIGHEST_PRIORITY), name="placement_priority_at_most_100"
            ),
        ]

    def __str__(self) -> str:
        return str(self.stage)
