import secrets
from datetime import datetime

import orjson
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from content import clock
from content.instants import as_rfc3339


class EventType(models.TextChoices):
    """The event types that webhook endpoints can subscribe to."""

    PUBLISHED = "content.published", _lazy("content.published: readers see new content")
    WITHDRAWN = "content.withdrawn", _lazy("content.withdrawn: withdrawn by an editor")
    RESCHEDULED = "content.rescheduled", _lazy("content.rescheduled: the end of live content has moved")
    WENT_LIVE = "content.went_live", _lazy("content.went_live: scheduled content has gone live")
    EXPIRED = "content.expired", _lazy("content.expired: live content has expired")
    MAP_CHANGED = "map.changed", _lazy("map.changed: journeys, vocabularies, languages or pins have changed")


TEST = "webhook.test"
QUIET = "quiet"  # for caches alone: readers see nothing new yet, but answers expire sooner than they said


def new_uid() -> str:
    return f"msg_{secrets.token_hex(16)}"


class EventQuerySet(models.QuerySet["Event"]):
    def waiting(self) -> "EventQuerySet":
        """Events whose deliveries are not made yet, oldest first."""
        return self.filter(fanned_at=None).order_by("pk")

    def done_before(self, at: datetime) -> "EventQuerySet":
        """Events whose deliveries were made before ``at`` and are all finished."""
        return self.filter(fanned_at__lt=at).exclude(deliveries__state="pending")


class Event(models.Model):
    """Something that changed for readers, written in the transaction that changed it: the outbox.

    ``uid`` is the ``webhook-id``, the same in every attempt. ``data`` holds nothing that readers do not see at that
    instant. ``keys`` are for the caches of the service itself and say more: also what is only scheduled.
    """

    uid = models.CharField(_lazy("id"), max_length=40, unique=True, default=new_uid, editable=False)
    type = models.CharField(_lazy("type"), max_length=30)
    occurred_at = models.DateTimeField(_lazy("occurred"))
    publication = models.PositiveBigIntegerField(_lazy("publication"), null=True)
    data = models.JSONField(_lazy("data"), default=dict)
    keys = models.JSONField(_lazy("keys"), default=list)
    created_at = models.DateTimeField(_lazy("created"), default=clock.now)
    fanned_at = models.DateTimeField(_lazy("deliveries made"), null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("event")
        verbose_name_plural = _lazy("events")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["id"], name="event_waiting", condition=models.Q(fanned_at=None))]

    def __str__(self) -> str:
        return f"{self.type} {self.uid}"

    @property
    def payload(self) -> dict[str, object]:
        return {"type": self.type, "timestamp": as_rfc3339(self.occurred_at), "data": self.data}

    @property
    def body(self) -> bytes:
        """The bytes that are sent, the same in every attempt."""
        return orjson.dumps(self.payload)
