from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from content.models.encrypted import EncryptedField, Undecryptable
from content.models.event import Event, EventType
from journeys.storable import clean_storable, refuse_unstorable

LOST = (
    "The key that encrypted its secret is no longer listed (ENCRYPTION_KEYS, SECRET_KEY_FALLBACKS). Put it back, or "
    "rotate the secret and tell the receiver; then enable the endpoint."
)


def validate_url(url: str) -> None:
    """Refuses (``address_invalid``, ``address_forbidden``) what the outgoing client would never ask."""
    # Loaded where an address is named or asked, not in every worker.
    from content.outbound_http import validate_address  # noqa: PLC0415

    validate_address(url)


def validate_types(value: Any) -> None:
    """Refuses (``unknown_type``) all but a list of types of events."""
    for word in value if isinstance(value, list) else [value]:
        if word not in EventType.values or not isinstance(value, list):
            params = {"word": word, "known": ", ".join(EventType.values)}
            raise ValidationError("Unknown type '%(word)s'; write any of %(known)s.", "unknown_type", params)


class SecretLost(Exception):
    """Nothing can be signed: see ``LOST``."""


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def enabled(self) -> "WebhookEndpointQuerySet":
        return self.filter(enabled=True)


class WebhookEndpoint(models.Model):
    """Who is told of events, where, and of which.

    Its secret is kept encrypted, because every delivery is signed with it; no screen, log or answer shows it.
    For a day after a rotation the one before it signs too.
    """

    name = models.CharField(max_length=100, help_text="Whose it is, and what for.")
    url = models.CharField(
        "address",
        max_length=500,
        validators=[validate_url],
        help_text="Where events are sent by POST: https://…",
    )
    types = models.JSONField(
        "events", default=list, blank=True, validators=[validate_types], help_text="Which events it wants. None: all."
    )
    secret = EncryptedField(editable=False)
    old_secret = EncryptedField(blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    enabled = models.BooleanField(default=True, editable=False)
    disabled_reason = models.CharField("disabled, because", max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField("added", default=timezone.now, editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        clean_storable(self, "name")
        refuse_unstorable(self, "url")

    def wants(self, event: Event) -> bool:
        """Whether it is told of ``event``: one of its types, and none from before it was added."""
        asked = event.type in EventType.values and (not self.types or event.type in self.types)
        return asked and self.created_at <= event.created_at

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be signed any longer: the key that its secret was encrypted with is not listed."""
        return isinstance(self.secret, Undecryptable)

    def secrets_at(self, at: datetime) -> list[str]:
        """What a delivery at ``at`` is signed with, the newest first. Raises ``SecretLost``."""
        if self.is_lost:
            raise SecretLost
        standing = self.old_secret and self.old_secret_until and at < self.old_secret_until
        return [
            self.secret,
            *([self.old_secret] if standing and not isinstance(self.old_secret, Undecryptable) else []),
        ]
