from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce

from content.models.kind import Kind
from content.models.locale import Locale
from content.models.vocabulary import Term
from journeys.models import Channel, Journey, Segment, Stage

MINIMUM, MAXIMUM = 1, 5  # where no target says otherwise
NAMED = ("stage", "segment", "channel", "locale", "kind", "term", "journey")


class Target(models.Model):
    """How much content a cell of the coverage matrix should have, and how often something new; with a stage and a
    kind or a term also that such content is recommended there.

    It holds for the cells in which everything that it names is named, by an axis or by a condition. Of several the
    most specific counts (``content/coverage/targets.py``). One without a minimum says how often, and never how much.
    """

    journey = models.ForeignKey(
        Journey, null=True, blank=True, on_delete=models.CASCADE, related_name="targets", help_text="Empty: any."
    )
    stage = models.ForeignKey(
        Stage, null=True, blank=True, on_delete=models.CASCADE, related_name="targets", help_text="Empty: any."
    )
    segment = models.ForeignKey(
        Segment,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
        help_text="Empty: any. Only this segment itself, not those below it.",
    )
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.CASCADE, related_name="targets", help_text="Empty: any."
    )
    locale = models.ForeignKey(
        Locale, null=True, blank=True, on_delete=models.CASCADE, related_name="targets", help_text="Empty: any."
    )
    kind = models.ForeignKey(
        Kind,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
        help_text="Empty: of all kinds together.",
    )
    term = models.ForeignKey(
        Term,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
        help_text="Empty: whatever its terms. Only this term itself, not those below it.",
    )
    minimum = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=MINIMUM,
        help_text="Fewer are a gap; 0 where nothing is needed here. Empty: this target does not say how much.",
    )
    maximum = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=MAXIMUM,
        validators=[MinValueValidator(1)],
        help_text="More are too many. Empty: never too many.",
    )
    fresh_days = models.PositiveSmallIntegerField(
        "something new at least every … days",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="The audit warns where nothing new went live for longer. Empty: no matter.",
    )
    note = models.CharField(max_length=300, blank=True, help_text="Why, for whoever wonders later.")
    preset = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        ordering = ["stage__journey__slug", "stage__position", "pk"]
        permissions = [("view_coverage", "Can see where the journeys have nothing to say")]
        constraints = [
            # Not nulls_distinct=False, which SQLite has not.
            models.UniqueConstraint(
                *(Coalesce(name, 0, output_field=models.BigIntegerField()) for name in NAMED),
                name="target_unique_for_what_it_names",
                violation_error_message="There is a target for exactly this already; change that one.",
            ),
            models.CheckConstraint(
                condition=models.Q(maximum=None) | models.Q(maximum__gte=models.F("minimum")),
                name="target_maximum_not_below_minimum",
                violation_error_message="The maximum may not be below the minimum.",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum__isnull=False) | models.Q(fresh_days__isnull=False),
                name="target_says_how_much_or_how_often",
                violation_error_code="says_nothing",
                violation_error_message="Say how much there should be, or how often something new.",
            ),
        ]

    def __str__(self) -> str:
        much = "" if self.minimum is None else f"{self.minimum}–{'∞' if self.maximum is None else self.maximum}"
        often = f"something new every {self.fresh_days} days" if self.fresh_days else ""
        return f"{self.where}: {', '.join(word for word in (much, often) if word)}"

    @property
    def where(self) -> str:
        """All that it names, in words; a stage says its journey itself."""
        told = [name for name in NAMED if getattr(self, f"{name}_id") and not (name == "journey" and self.stage_id)]
        return " · ".join(str(getattr(self, name)) for name in told) or "Everywhere"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """A stage says its journey, and without a minimum there is no maximum. Refuses (``other_journey``) a stage of
        another journey."""
        if self.stage and self.journey_id not in (None, self.stage.journey_id):
            message = "Choose a stage of this journey, or leave the journey empty."
            raise ValidationError({"stage": ValidationError(message, code="other_journey")})
        if self.stage:
            self.journey = self.stage.journey
        if self.minimum is None:
            self.maximum = None
