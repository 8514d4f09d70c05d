from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from journeys.models.channel import Channel
from journeys.models.journey import Journey
from journeys.models.mapped import Mapped
from journeys.phases import Intent, Phase


def validate_phases(value: Any) -> None:
    """Refuses (``phases_invalid``) an empty list, an unknown phase, or one named twice."""
    if not isinstance(value, list) or not value or set(value) - set(Phase.values) or len(set(value)) != len(value):
        message = f"Choose one or more of: {', '.join(Phase.values)}."
        raise ValidationError(message, code="phases_invalid")


def validate_lines(value: Any) -> None:
    """Refuses (``lines_invalid``) anything but a list of texts."""
    if not isinstance(value, list) or not all(isinstance(line, str) and line for line in value):
        raise ValidationError('Write a list of texts, like ["They know us"].', code="lines_invalid")


class Stage(Mapped):
    """A step of one journey, in order. Covers one or more of the canonical phases."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    original_title = models.CharField(max_length=200, blank=True, help_text="The name in the model's own language.")
    phases = models.JSONField(default=list, validators=[validate_phases])
    is_entry = models.BooleanField("entry", default=False, help_text="Journeys begin here.")
    is_goal = models.BooleanField("goal", default=False, help_text="Somewhere we want the customer to arrive.")
    intent = models.CharField(
        max_length=20, choices=Intent.choices, default=Intent.LEARN_MORE, help_text="Of a step that leads here."
    )
    purpose = models.TextField(blank=True, help_text="What our communication does at this stage.")
    question = models.TextField(blank=True, help_text="What the customer asks, in the customer's words.")
    need = models.TextField(blank=True, help_text="What the customer needs.")
    barrier = models.TextField(blank=True, help_text="What makes the customer stall or leave.")
    goals = models.JSONField(default=list, blank=True, validators=[validate_lines])
    channels = models.ManyToManyField(Channel, through="Recommendation", related_name="stages")

    class Meta:
        ordering = ["journey__slug", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["journey", "slug"], name="stage_slug_unique_in_journey")]

    def __str__(self) -> str:
        return f"{self.journey.slug}: {self.title}"

    def clean(self) -> None:
        super().clean()
        if not self.pk:
            return
        before = Stage.objects.filter(pk=self.pk).values_list("journey_id", flat=True).first()
        if before not in (None, self.journey_id):
            message = "A stage stays in its journey: its transitions and tags belong there."
            raise ValidationError({"journey": ValidationError(message, code="journey_fixed")})
