from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.models.asset import Asset
from content.models.translation import Translation
from journeys.addresses import validate_address
from journeys.models import Touchpoint
from journeys.phases import Intent
from journeys.storable import clean_storable, refuse_unstorable


class NextStep(models.Model):
    """An authored call to action: its target is an asset, a touchpoint or an address. Position 1 is the primary one."""

    translation = models.ForeignKey(
        Translation, on_delete=models.CASCADE, related_name="next_steps", verbose_name=_lazy("text")
    )
    position = models.PositiveSmallIntegerField(_lazy("position"), default=1)
    intent = models.CharField(_lazy("intent"), max_length=20, choices=Intent.choices, default=Intent.LEARN_MORE)
    label = models.CharField(_lazy("label"), max_length=80)
    target_asset = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="led_to_from", verbose_name=_lazy("asset")
    )
    target_touchpoint = models.ForeignKey(
        Touchpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_lazy("touchpoint")
    )
    target_url = models.CharField(_lazy("address"), max_length=2000, blank=True, validators=[validate_address])

    class Meta:
        verbose_name = _lazy("next step")
        verbose_name_plural = _lazy("next steps")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["translation", "position"], name="next_step_position_unique"),
            models.CheckConstraint(
                condition=(
                    models.Q(target_asset__isnull=False, target_touchpoint__isnull=True, target_url="")
                    | models.Q(target_asset__isnull=True, target_touchpoint__isnull=False, target_url="")
                    | (models.Q(target_asset__isnull=True, target_touchpoint__isnull=True) & ~models.Q(target_url=""))
                ),
                name="next_step_has_one_target",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        clean_storable(self, "label")
        refuse_unstorable(self, "target_url")
        targets = [self.target_asset_id, self.target_touchpoint_id, self.target_url]
        if sum(bool(target) for target in targets) != 1:
            message = _("Choose one target: an asset, a touchpoint or an address.")
            raise ValidationError(message, code="one_target")
        if self.target_asset_id and self.target_asset_id == self.translation.asset_id:
            message = _("Choose another asset: a next step cannot lead to its own.")
            raise ValidationError({"target_asset": ValidationError(message, code="itself")})
        if self.target_url:
            validate_address(self.target_url)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)
