from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.addresses import validate_address
from journeys.models.mapped import Mapped, validate_texts
from journeys.phases import Intent


class Journey(Mapped):
    """One named model of the customer's path: a network of stages, not a funnel.

    The closing step is what a reader is offered when the journey has nothing else left to say.
    """

    original_title = models.CharField(
        _lazy("original title"), max_length=200, blank=True, help_text=_lazy("The title in the model’s own language.")
    )
    description = models.TextField(_lazy("description"), blank=True)
    preset = models.SlugField(max_length=80, blank=True, editable=False)
    is_default = models.BooleanField(
        _lazy("default"), default=False, help_text=_lazy("The journey of API requests that name none.")
    )
    closing_intent = models.CharField(
        _lazy("closing intent"), max_length=20, choices=Intent.choices, default=Intent.CONTACT
    )
    closing_label = models.CharField(
        _lazy("closing label"), max_length=80, blank=True, help_text=_lazy("For example “Talk to us”.")
    )
    closing_labels = models.JSONField(_lazy("closing labels"), default=dict, blank=True, validators=[validate_texts])
    closing_url = models.CharField(
        _lazy("closing address"),
        max_length=500,
        blank=True,
        validators=[validate_address],
        help_text=_lazy("A path on your site, or an address. Empty: no closing step."),
    )

    class Meta:
        verbose_name = _lazy("journey")
        verbose_name_plural = _lazy("journeys")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="journey_slug_unique"),
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="journey_default_at_most_one"
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.closing_url and not self.closing_label:
            message = _("A closing step needs a label.")
            raise ValidationError({"closing_label": ValidationError(message, code="required")})

    def closing_label_in(self, codes: list[str]) -> str:
        return next((self.closing_labels[code] for code in codes if self.closing_labels.get(code)), self.closing_label)
