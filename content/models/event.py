import secrets
from datetime import datetime
from typing import Any

import orjson
from django.db import models

from content import clock
from content.instants import as_rfc3339


class EventType(models.TextChoices):
    """What outsiders are told of; they choose among these."""

    PUBLISHED = "content.published", "content.published: readers see new words"
    WITHDRAWN = "content.withdrawn", "content.withdrawn: taken away by an editor"
    RESCHEDULED = "content.rescheduled", "content.rescheduled: the end of what readers see has moved"
    WENT_LIVE = "content.went_live", "content.went_live: what was scheduled has begun"
    EXPIRED = "content.expired", "content.expired: what was shown has ended by itself"
    MAP_CHANGED = "map.changed", "map.changed: journeys, vocabularies, languages or pins"


TEST = "webhook.test"
QUIET = "quiet"  # nothing that readers see has changed; caches alone are told, of answers that end sooner than they say


def new_uid() -> str:
    return f"msg_{secrets.token_hex(16)}"


class EventQuerySet(models.QuerySet["Event"]):
    def waiting(self) -> "EventQuerySet":
        """Not yet handed to those who want it, oldest first."""
        return self.filter(fanned_at=None).order_by("pk")

    def done_before(self, at: datetime) -> "EventQuerySet":
        """Handed on before ``at``, and no longer on its way to anybody."""
        return self.filter(fanned_at__lt=at).exclude(deliveries__state="pending")


class Event(models.Model):
    """Something that changed for readers, written in the transaction that changed it: the outbox.

    ``uid`` is the ``webhook-id``, the same in every attempt. ``data`` holds nothing that readers do not see at that
    instant. ``keys`` are for the caches of the service itself and say more: also what is only scheduled.
    """

    uid = models.CharField("id", max_length=40, unique=True, default=new_uid, editable=False)
    type = models.CharField(max_length=30)
    occurred_at = models.DateTimeField("occurred")
    publication = models.PositiveBigIntegerField(null=True)
    data = models.JSONField(default=dict)
    keys = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)
    fanned_at = models.DateTimeField("handed on", null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["id"], name="event_waiting", condition=models.Q(fanned_at=None))]

    def __str__(self) -> str:
        return f"{self.type} {self.uid}"

    @property
    def payload(self) -> dict[str, Any]:
        return {"type": self.type, "timestamp": as_rfc3339(self.occurred_at), "data": self.data}

    @property
    def body(self) -> bytes:
        """What is sent, the same bytes in every attempt."""
        return orjson.dumps(self.payload)
