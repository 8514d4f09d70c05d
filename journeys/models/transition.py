from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.models.segment import Segment
from journeys.models.stage import Stage


class Transition(models.Model):
    """A directed edge between two stages of one journey, for everyone or for certain segments only.

    Back edges, skips and cycles are normal: customers move back and forth (S1, S4).
    """

    from_stage = models.ForeignKey(
        Stage, on_delete=models.CASCADE, related_name="ways_out", verbose_name=_lazy("from stage")
    )
    to_stage = models.ForeignKey(
        Stage, on_delete=models.CASCADE, related_name="ways_in", verbose_name=_lazy("to stage")
    )
    segments = models.ManyToManyField(
        Segment,
        blank=True,
        related_name="transitions",
        verbose_name=_lazy("segments"),
        help_text=_lazy("None: for everyone. A segment includes its children."),
    )

    class Meta:
        verbose_name = _lazy("transition")
        verbose_name_plural = _lazy("transitions")
        ordering = ["from_stage__journey__slug", "from_stage__position", "to_stage__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["from_stage", "to_stage"], name="transition_unique_between_two_stages"),
            models.CheckConstraint(
                condition=~models.Q(from_stage=models.F("to_stage")), name="transition_leads_to_another_stage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if not (self.from_stage_id and self.to_stage_id):
            return
        if self.from_stage.journey_id != self.to_stage.journey_id:
            message = _("Choose a stage of the same journey.")
            raise ValidationError({"to_stage": ValidationError(message, code="other_journey")})
