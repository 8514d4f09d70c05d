from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.models.channel import Channel
from journeys.models.stage import Stage


class Recommendation(models.Model):
    """This channel is recommended at this stage, for this role. One channel may serve several stages (S0, S4)."""

    stage = models.ForeignKey(
        Stage, on_delete=models.CASCADE, related_name="recommendations", verbose_name=_lazy("stage")
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="recommendations", verbose_name=_lazy("channel")
    )
    role = models.CharField(
        _lazy("role"), max_length=300, blank=True, help_text=_lazy("What the channel is for at this stage.")
    )

    class Meta:
        verbose_name = _lazy("recommendation")
        verbose_name_plural = _lazy("recommendations")
        ordering = ["stage", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "channel"], name="recommendation_unique_for_stage_and_channel")
        ]

    def __str__(self) -> str:
        return _("%(channel)s at %(stage)s") % {"channel": self.channel, "stage": self.stage}
