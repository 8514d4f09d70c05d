from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from journeys.models.channel import Channel
from journeys.models.journey import Journey
from journeys.models.mapped import Mapped
from journeys.models.stage import Stage

MOST_DAYS = 3_650
FILTERS = ("segment", "kind", "term")


def validate_filters(value: Any) -> None:
    """Refuses (``filters_invalid``) anything but an object of filter name → text."""
    if not isinstance(value, dict) or set(value) - set(FILTERS) or not all(isinstance(v, str) for v in value.values()):
        message = f'Write an object with any of {", ".join(FILTERS)}, like {{"kind": "faq,guide"}}.'
        raise ValidationError(message, code="filters_invalid")


class Touchpoint(Mapped):
    """A named place on a front-end or channel, such as the checkout sidebar or the welcome mail.

    Who sees to it and when it is looked at again is for editors only.
    """

    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="touchpoints")
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.PROTECT, related_name="touchpoints")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="touchpoints")
    filters = models.JSONField(
        default=dict, blank=True, validators=[validate_filters], help_text='Default filters, like {"kind": "faq"}.'
    )
    description = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_touchpoints"
    )
    review_date = models.DateField(null=True, blank=True, help_text="When somebody should look at it again.")
    review_every = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text="After it was looked at, again in … days.",
    )

    class Meta:
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="touchpoint_slug_unique")]

    def clean(self) -> None:
        super().clean()
        if self.stage and self.stage.journey_id != self.journey_id:
            message = "Choose a stage of the touchpoint's own journey."
            raise ValidationError({"stage": ValidationError(message, code="other_journey")})
