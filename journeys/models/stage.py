from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.models.channel import Channel
from journeys.models.journey import Journey
from journeys.models.mapped import Mapped
from journeys.phases import Intent, Phase


def validate_phases(value: object) -> None:
    """Refuses (``phases_invalid``) an empty list, an unknown phase, or one named twice."""
    if not isinstance(value, list) or not value or set(value) - set(Phase.values) or len(set(value)) != len(value):
        message = _("Choose one or more of: %(choices)s.") % {"choices": ", ".join(Phase.values)}
        raise ValidationError(message, code="phases_invalid")


def validate_lines(value: object) -> None:
    """Refuses (``lines_invalid``) anything but a list of texts."""
    if not isinstance(value, list) or not all(isinstance(line, str) and line for line in value):
        message = _("Write a list of texts, like %(example)s.") % {"example": '["They know us"]'}
        raise ValidationError(message, code="lines_invalid")


class Stage(Mapped):
    """A step of one journey, in order. Covers one or more of the canonical phases."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="stages", verbose_name=_lazy("journey"))
    position = models.PositiveSmallIntegerField(_lazy("position"), default=1, validators=[MinValueValidator(1)])
    original_title = models.CharField(
        _lazy("original title"), max_length=200, blank=True, help_text=_lazy("The title in the model’s own language.")
    )
    phases = models.JSONField(_lazy("phases"), default=list, validators=[validate_phases])
    is_entry = models.BooleanField(_lazy("entry"), default=False, help_text=_lazy("Journeys begin here."))
    is_goal = models.BooleanField(_lazy("goal"), default=False, help_text=_lazy("Where the customer should arrive."))
    intent = models.CharField(
        _lazy("intent"),
        max_length=20,
        choices=Intent.choices,
        default=Intent.LEARN_MORE,
        help_text=_lazy("Of a step that leads here."),
    )
    purpose = models.TextField(_lazy("purpose"), blank=True, help_text=_lazy("What our content does at this stage."))
    question = models.TextField(
        _lazy("question"), blank=True, help_text=_lazy("What the customer asks, in their own words.")
    )
    need = models.TextField(_lazy("need"), blank=True, help_text=_lazy("What the customer needs."))
    barrier = models.TextField(
        _lazy("barrier"), blank=True, help_text=_lazy("What makes the customer hesitate or leave.")
    )
    goals = models.JSONField(_lazy("goals"), default=list, blank=True, validators=[validate_lines])
    channels = models.ManyToManyField(
        Channel, through="Recommendation", related_name="stages", verbose_name=_lazy("channels")
    )

    class Meta:
        verbose_name = _lazy("stage")
        verbose_name_plural = _lazy("stages")
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
            message = _("A stage cannot move to another journey: its transitions and placements belong to this one.")
            raise ValidationError({"journey": ValidationError(message, code="journey_fixed")})
