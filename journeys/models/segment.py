from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from journeys.models.mapped import Mapped, refuse_cycle

DEPTH = 5


class Segment(Mapped):
    """An audience. A tree: what is for a segment is for its children too."""

    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_lazy("parent"),
        help_text=_lazy("What is for the parent is for this segment too. At most five levels."),
    )
    description = models.TextField(_lazy("description"), blank=True)

    reserved = ("everyone",)

    class Meta:
        verbose_name = _lazy("segment")
        verbose_name_plural = _lazy("segments")
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="segment_slug_unique")]

    def clean(self) -> None:
        super().clean()
        refuse_cycle(self, "parent", depth=DEPTH)
