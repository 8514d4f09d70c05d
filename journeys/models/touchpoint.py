from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.models.channel import Channel
from journeys.models.journey import Journey
from journeys.models.mapped import Mapped
from journeys.models.stage import Stage

MOST_DAYS = 3_650
FILTERS = ("segment", "kind", "term")


def validate_filters(value: object) -> None:
    """Refuses (``filters_invalid``) anything but an object of filter name → text."""
    if not isinstance(value, dict) or set(value) - set(FILTERS) or not all(isinstance(v, str) for v in value.values()):
        message = _("Write an object with any of %(names)s, like %(example)s.")
        words = {"names": ", ".join(FILTERS), "example": '{"kind": "faq,guide"}'}
        raise ValidationError(message % words, code="filters_invalid")


class Touchpoint(Mapped):
    """A named place on a front-end or channel, such as the checkout sidebar or the welcome mail.

    Owner and review dates are for editors only.
    """

    journey = models.ForeignKey(
        Journey, on_delete=models.PROTECT, related_name="touchpoints", verbose_name=_lazy("journey")
    )
    stage = models.ForeignKey(
        Stage,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="touchpoints",
        verbose_name=_lazy("stage"),
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="touchpoints", verbose_name=_lazy("channel")
    )
    filters = models.JSONField(
        _lazy("filters"),
        default=dict,
        blank=True,
        validators=[validate_filters],
        help_text=_lazy('Default filters, like {"kind": "faq"}.'),
    )
    description = models.TextField(_lazy("description"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_touchpoints",
        verbose_name=_lazy("owner"),
    )
    review_date = models.DateField(
        _lazy("review date"), null=True, blank=True, help_text=_lazy("When it is due for review.")
    )
    review_every = models.PositiveSmallIntegerField(
        _lazy("review every"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_lazy("Days from one review to the next."),
    )

    class Meta:
        verbose_name = _lazy("touchpoint")
        verbose_name_plural = _lazy("touchpoints")
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="touchpoint_slug_unique")]

    def clean(self) -> None:
        super().clean()
        if self.stage and self.stage.journey_id != self.journey_id:
            message = _("Choose a stage of the touchpoint’s own journey.")
            raise ValidationError({"stage": ValidationError(message, code="other_journey")})
