from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.models.asset import Asset
from journeys.models import Touchpoint


class Pin(models.Model):
    """An asset put first at a touchpoint."""

    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.CASCADE, related_name="pins", verbose_name=_lazy("touchpoint")
    )
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="pins", verbose_name=_lazy("asset"))
    position = models.PositiveSmallIntegerField(_lazy("position"), default=1)

    class Meta:
        verbose_name = _lazy("pin")
        verbose_name_plural = _lazy("pins")
        ordering = ["touchpoint", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["touchpoint", "asset"], name="pin_unique_at_touchpoint")]

    def __str__(self) -> str:
        return _("%(asset)s at %(touchpoint)s") % {"asset": self.asset, "touchpoint": self.touchpoint}
