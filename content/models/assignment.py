from django.conf import settings
from django.db import models


class Assignment(models.Model):
    """A finding of the audit that is somebody's to mend. Hangs on the finding's key, so it survives the next audit."""

    key = models.CharField(max_length=300, unique=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        permissions = [("assign_finding", "Can hand findings of the audit to somebody")]

    def __str__(self) -> str:
        return f"{self.key}: {self.to}"
