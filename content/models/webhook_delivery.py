from datetime import datetime

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.models.event import Event
from content.models.webhook_endpoint import WebhookEndpoint


class DeliveryState(models.TextChoices):
    PENDING = "pending", _lazy("Pending")
    DELIVERED = "delivered", _lazy("Delivered")
    FAILED = "failed", _lazy("Failed")
    CANCELLED = "cancelled", _lazy("Cancelled")


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def pending(self) -> "WebhookDeliveryQuerySet":
        return self.filter(state=DeliveryState.PENDING)

    def due(self, at: datetime) -> "WebhookDeliveryQuerySet":
        """Pending deliveries whose next attempt is due at ``at``, the longest due first."""
        return self.pending().filter(next_attempt_at__lte=at).order_by("next_attempt_at", "pk")


class WebhookDelivery(models.Model):
    """The delivery of one event to one endpoint; without an endpoint, to the caches in front of the service.

    While a worker attempts it, ``next_attempt_at`` is the end of its lease: if the worker dies, it is due again then.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_lazy("event"))
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="deliveries",
        verbose_name=_lazy("endpoint"),
    )
    state = models.CharField(
        _lazy("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    attempt_count = models.PositiveIntegerField(_lazy("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_lazy("next attempt"), null=True)
    delivered_at = models.DateTimeField(_lazy("delivered"), null=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _lazy("webhook delivery")
        verbose_name_plural = _lazy("webhook deliveries")
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
        return _("%(event)s to %(endpoint)s") % {
            "event": self.event_id,
            "endpoint": self.endpoint_id or _("caches"),
        }


class WebhookAttempt(models.Model):
    """One attempt to deliver and its result. ``status`` is ``None`` where there was no answer."""

    delivery = models.ForeignKey(
        WebhookDelivery, on_delete=models.CASCADE, related_name="attempts", verbose_name=_lazy("delivery")
    )
    at = models.DateTimeField(_lazy("time"))
    status = models.PositiveSmallIntegerField(_lazy("status"), null=True)
    took_ms = models.PositiveIntegerField(_lazy("duration (ms)"))
    error = models.CharField(_lazy("error"), max_length=300, blank=True)
    response = models.CharField(_lazy("response"), max_length=500, blank=True)

    class Meta:
        verbose_name = _lazy("webhook attempt")
        verbose_name_plural = _lazy("webhook attempts")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        time = formats.date_format(timezone.localtime(self.at), "SHORT_DATETIME_FORMAT")
        return f"{time}: {self.status or self.error}"
