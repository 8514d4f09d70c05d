from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from journeys.models.mapped import Mapped

BITS = 62  # a signed 64-bit mask, less the sign and one to spare


class Ownership(models.TextChoices):
    OWNED = "owned"
    EARNED = "earned"
    PAID = "paid"


class Channel(Mapped):
    """Where content meets people. ``bit`` is its place in the bit masks of the read model and never changes."""

    description = models.TextField(blank=True)
    is_digital = models.BooleanField("digital", default=True)
    ownership = models.CharField(max_length=6, choices=Ownership.choices, default=Ownership.OWNED)
    title_limit = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Longest title, in characters.")
    summary_limit = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Longest summary, in characters.")
    bit = models.PositiveSmallIntegerField(unique=True, editable=False)

    reserved = ("any",)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="channel_slug_unique"),
            models.CheckConstraint(condition=models.Q(bit__lt=BITS), name="channel_bit_fits_the_mask"),
        ]

    @property
    def mask(self) -> int:
        return 1 << self.bit

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.bit = self.free_bit()
        super().save(*args, **kwargs)

    @staticmethod
    def free_bit() -> int:
        """The lowest place no channel holds. Refuses (``too_many_channels``) when all are taken."""
        taken = set(Channel.objects.values_list("bit", flat=True))
        free = next((bit for bit in range(BITS) if bit not in taken), None)
        if free is None:
            raise ValidationError(f"There may be at most {BITS} channels; delete one first.", code="too_many_channels")
        return free
