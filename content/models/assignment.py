from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy


class Assignment(models.Model):
    """A finding of the audit assigned to somebody. It refers to the finding by key, so it survives the next audit."""

    key = models.CharField(_lazy("finding"), max_length=300, unique=True)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name=_lazy("assigned to"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_lazy("assigned by"),
    )
    at = models.DateTimeField(_lazy("assigned"))
    note = models.CharField(_lazy("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _lazy("assignment")
        verbose_name_plural = _lazy("assignments")
        ordering = ["-at", "-pk"]
        permissions = [("assign_finding", "Can hand findings of the audit to somebody")]

    def __str__(self) -> str:
        return f"{self.key}: {self.to}"
