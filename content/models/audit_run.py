from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from journeys.models import Journey


class AuditRunQuerySet(models.QuerySet["AuditRun"]):
    def last_days(self, journey: Journey, count: int) -> "AuditRunQuerySet":
        """The latest ``count`` recorded days of a journey, newest first."""
        return self.filter(journey=journey).order_by("-date")[:count]


class AuditRun(models.Model):
    """The result of a journey's audit on one day, the last one recorded: the keys of all findings, their number by
    code, and the score of its coverage. Days are those of UTC."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="audit_runs")
    date = models.DateField()
    at = models.DateTimeField()
    score = models.FloatField(null=True)
    counts = models.JSONField(default=dict)
    keys = models.JSONField(default=list)

    objects = AuditRunQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("audit run")
        verbose_name_plural = _lazy("audit runs")
        ordering = ["journey__slug", "-date"]
        constraints = [models.UniqueConstraint(fields=["journey", "date"], name="audit_run_unique_in_journey_and_day")]

    def __str__(self) -> str:
        return f"{self.journey}, {self.date}"
