from django.db import models

from journeys.models.mapped import Mapped, refuse_cycle

DEPTH = 5


class Segment(Mapped):
    """An audience. A tree: a child is also told what is said to its parent."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    description = models.TextField(blank=True)

    reserved = ("everyone",)

    class Meta:
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="segment_slug_unique")]

    def clean(self) -> None:
        super().clean()
        refuse_cycle(self, "parent", depth=DEPTH)
