from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.models.encrypted import EncryptedField, Undecryptable
from content.models.event import Event, EventType
from journeys.storable import clean_storable, refuse_unstorable

LOST = _lazy(
    "The key that encrypted its secret is no longer listed (ENCRYPTION_KEYS, SECRET_KEY_FALLBACKS). Put it back, or "
    "rotate the secret and give the new one to the receiver; then enable the endpoint."
)


def validate_url(url: str) -> None:
    """Refuses (``address_invalid``, ``address_forbidden``) addresses that the HTTP client refuses."""
    # The HTTP client is large: loaded where an address is validated, not in every worker.
    from content.outbound_http import validate_address  # noqa: PLC0415

    validate_address(url)


def validate_types(value: object) -> None:
    """Refuses (``unknown_type``) all but a list of types of events."""
    for word in value if isinstance(value, list) else [value]:
        if word not in EventType.values or not isinstance(value, list):
            params = {"word": word, "known": ", ".join(EventType.values)}
            raise ValidationError(_("Unknown type “%(word)s”; write any of %(known)s."), "unknown_type", params)


class SecretLost(Exception):
    """Nothing can be signed: see ``LOST``."""


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def enabled(self) -> "WebhookEndpointQuerySet":
        return self.filter(enabled=True)


class WebhookEndpoint(models.Model):
    """An address that events of some types are sent to.

    Its secret is stored encrypted, not hashed, because every delivery is signed with it; no screen, log or answer
    shows it. For a day after a rotation deliveries are signed with the previous secret too.
    """

    name = models.CharField(_lazy("name"), max_length=100, help_text=_lazy("Who receives the events, and what for."))
    url = models.CharField(
        _lazy("address"),
        max_length=500,
        validators=[validate_url],
        help_text=_lazy("Events are sent there by POST: https://…"),
    )
    types = models.JSONField(
        _lazy("events"),
        default=list,
        blank=True,
        validators=[validate_types],
        help_text=_lazy("The events to send. None: all."),
    )
    secret = EncryptedField(editable=False)
    old_secret = EncryptedField(blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    enabled = models.BooleanField(_lazy("enabled"), default=True, editable=False)
    disabled_reason = models.CharField(_lazy("disabled, because"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_lazy("added"), default=timezone.now, editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("webhook endpoint")
        verbose_name_plural = _lazy("webhook endpoints")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        clean_storable(self, "name")
        refuse_unstorable(self, "url")

    def wants(self, event: Event) -> bool:
        """Whether ``event`` is sent to it: of one of its types, and not from before it was added."""
        matches = event.type in EventType.values and (not self.types or event.type in self.types)
        return matches and self.created_at <= event.created_at

    @property
    def is_lost(self) -> bool:
        """Whether its secret cannot be decrypted: the key it was encrypted with is no longer listed."""
        return isinstance(self.secret, Undecryptable)

    def secrets_at(self, at: datetime) -> list[str]:
        """The secrets that sign a delivery at ``at``, the newest first. Raises ``SecretLost``."""
        if self.is_lost:
            raise SecretLost
        is_valid = self.old_secret and self.old_secret_until and at < self.old_secret_until
        if is_valid and not isinstance(self.old_secret, Undecryptable):
            return [self.secret, self.old_secret]
        return [self.secret]
