from django.db import models

from journeys.models import Journey


class AuditRunQuerySet(models.QuerySet["AuditRun"]):
    def last_days(self, journey: Journey, count: int) -> "AuditRunQuerySet":
        """The last so many days that were written down of a journey, newest first."""
        return self.filter(journey=journey).order_by("-date")[:count]


class AuditRun(models.Model):
    """What the audit of a journey said on one day, the last time it was written down: the keys of all findings, how
    many there were of each code, and the score of its coverage. Days are those of UTC."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="audit_runs")
    date = models.DateField()
    at = models.DateTimeField()
    score = models.FloatField(null=True)
    counts = models.JSONField(default=dict)
    keys = models.JSONField(default=list)

    objects = AuditRunQuerySet.as_manager()

    class Meta:
        ordering = ["journey__slug", "-date"]
        constraints = [models.UniqueConstraint(fields=["journey", "date"], name="audit_run_unique_in_journey_and_day")]

    def __str__(self) -> str:
        return f"{self.journey}, {self.date}"
