from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from content.models.asset import Asset
from content.models.translation import Translation
from journeys.addresses import validate_address
from journeys.models import Touchpoint
from journeys.phases import Intent
from journeys.storable import clean_storable, refuse_unstorable


class NextStep(models.Model):
    """An authored call to action: one of an asset, a touchpoint or an address to go to. Position 1 is the primary."""

    translation = models.ForeignKey(Translation, on_delete=models.CASCADE, related_name="next_steps")
    position = models.PositiveSmallIntegerField(default=1)
    intent = models.CharField(max_length=20, choices=Intent.choices, default=Intent.LEARN_MORE)
    label = models.CharField(max_length=80)
    target_asset = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="led_to_from", verbose_name="asset"
    )
    target_touchpoint = models.ForeignKey(
        Touchpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="touchpoint"
    )
    target_url = models.CharField("address", max_length=2000, blank=True, validators=[validate_address])

    class Meta:
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
            raise ValidationError("Choose one target: an asset, a touchpoint or an address.", code="one_target")
        if self.target_asset_id and self.target_asset_id == self.translation.asset_id:
            raise ValidationError({"target_asset": ValidationError("A step leads away from itself.", code="itself")})
        if self.target_url:
            validate_address(self.target_url)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)
