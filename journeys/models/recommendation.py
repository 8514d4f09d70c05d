from django.db import models

from journeys.models.channel import Channel
from journeys.models.stage import Stage


class Recommendation(models.Model):
    """This channel is recommended at this stage, for this role. One channel may serve several stages (S0, S4)."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="recommendations")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="recommendations")
    role = models.CharField(max_length=300, blank=True, help_text="What the channel is for at this stage.")

    class Meta:
        ordering = ["stage", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "channel"], name="recommendation_unique_for_stage_and_channel")
        ]

    def __str__(self) -> str:
        return f"{self.channel} at {self.stage}"
