from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.models.mapped import Mapped

BITS = 62  # a signed 64-bit mask, less the sign and one to spare


class Ownership(models.TextChoices):
    OWNED = "owned", _lazy("Owned")
    EARNED = "earned", _lazy("Earned")
    PAID = "paid", _lazy("Paid")


class Channel(Mapped):
    """Where content meets people. ``bit`` is its place in the bit masks of the read model and never changes."""

    description = models.TextField(_lazy("description"), blank=True)
    is_digital = models.BooleanField(_lazy("digital"), default=True)
    ownership = models.CharField(_lazy("ownership"), max_length=6, choices=Ownership.choices, default=Ownership.OWNED)
    title_limit = models.PositiveSmallIntegerField(
        _lazy("title limit"), null=True, blank=True, help_text=_lazy("Longest title, in characters.")
    )
    summary_limit = models.PositiveSmallIntegerField(
        _lazy("summary limit"), null=True, blank=True, help_text=_lazy("Longest summary, in characters.")
    )
    bit = models.PositiveSmallIntegerField(unique=True, editable=False)

    reserved = ("any",)

    class Meta:
        verbose_name = _lazy("channel")
        verbose_name_plural = _lazy("channels")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="channel_slug_unique"),
            models.CheckConstraint(condition=models.Q(bit__lt=BITS), name="channel_bit_fits_the_mask"),
        ]

    @property
    def mask(self) -> int:
        return 1 << self.bit

    def save(self, *args: Any, **kwargs: Any) -> None:
        # A deleted channel frees its bit. Two channels made at once may choose the same: the unique column refuses one.
        if self._state.adding:
            self.bit = self.free_bit()
        super().save(*args, **kwargs)

    @staticmethod
    def free_bit() -> int:
        """The lowest bit that no channel has. Refuses (``too_many_channels``) when all are taken."""
        taken = set(Channel.objects.values_list("bit", flat=True))
        free = next((bit for bit in range(BITS) if bit not in taken), None)
        if free is None:
            message = _("There may be at most %(count)d channels; delete one first.") % {"count": BITS}
            raise ValidationError(message, code="too_many_channels")
        return free
