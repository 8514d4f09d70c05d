from datetime import datetime

from django.db import models

from content.models.event import Event
from content.models.webhook_endpoint import WebhookEndpoint


class DeliveryState(models.TextChoices):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def pending(self) -> "WebhookDeliveryQuerySet":
        return self.filter(state=DeliveryState.PENDING)

    def due(self, at: datetime) -> "WebhookDeliveryQuerySet":
        """To be attempted at ``at``, those that have waited longest first."""
        return self.pending().filter(next_attempt_at__lte=at).order_by("next_attempt_at", "pk")


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint, or, without an endpoint, to the caches in front of the service.

    While somebody attempts it, ``next_attempt_at`` is the end of his lease: if he dies, it is due again then.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(
        WebhookEndpoint, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempt_count = models.PositiveIntegerField("attempts", default=0)
    next_attempt_at = models.DateTimeField("next attempt", null=True)
    delivered_at = models.DateTimeField("delivered", null=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "webhook deliveries"
        default_permissions = ("view", "change")  # to change one is to send it again
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="delivery_unique_in_event_and_endpoint"),
            models.UniqueConstraint(
                fields=["event"], condition=models.Q(endpoint=None), name="delivery_to_caches_unique_in_event"
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at"], name="delivery_due", condition=models.Q(state="pending")
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id or 'caches'}"


class WebhookAttempt(models.Model):
    """One try to deliver, and what came of it. ``status`` is none where nobody answered."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    took_ms = models.PositiveIntegerField("took (ms)")
    error = models.CharField(max_length=300, blank=True)
    response = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}: {self.status or self.error}"
