"""Who is told of events: endpoints are added, rotated, switched off and on, tried, and told again."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from content.models import Event, WebhookDelivery, WebhookEndpoint
from content.models.event import TEST
from content.models.webhook_delivery import DeliveryState
from content.models.webhook_endpoint import LOST

MOST_ENDPOINTS = 50  # each is asked for every event
BOTH = timedelta(hours=24)  # that the secret before a rotation signs beside the new one


def new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def add_endpoint(name: str, *, url: str, types: Iterable[str] = (), at: datetime) -> tuple[WebhookEndpoint, str]:
    """A new endpoint and its secret, which is told here and never again.

    Refuses an address that is none (``address_invalid``) or not public (``address_forbidden``), a type that there
    is not (``unknown_type``), a name that is ``blank``, too long (``max_length``) or ``unstorable``, and more
    endpoints than there may be (``too_many_endpoints``).
    """
    refuse_more_endpoints()
    endpoint = WebhookEndpoint(name=name.strip(), url=url.strip(), types=list(dict.fromkeys(types)))
    endpoint.secret, endpoint.created_at = new_secret(), at
    endpoint.full_clean()
    endpoint.save()
    return endpoint, endpoint.secret


def refuse_more_endpoints() -> None:
    """Refuses (``too_many_endpoints``) where there are as many as there may be, those that are disabled too."""
    if WebhookEndpoint.objects.count() >= MOST_ENDPOINTS:
        message = f"There are {MOST_ENDPOINTS} endpoints, which is the most; delete one that is not used any more."
        raise ValidationError(message, code="too_many_endpoints")


def rotate(endpoint: WebhookEndpoint, *, at: datetime) -> str:
    """A new secret of ``endpoint``, told here and never again. The one before it signs too for 24 hours, if it can."""
    secret = new_secret()
    with transaction.atomic():
        held = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        before = ("", None) if held.is_lost else (held.secret, at + BOTH)
        (held.old_secret, held.old_secret_until), held.secret = before, secret
        held.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return secret


def disable(endpoint: WebhookEndpoint, *, reason: str) -> None:
    """No more is sent to ``endpoint``: what was on its way is cancelled, and events from now on pass it by."""
    with transaction.atomic():
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(enabled=False, disabled_reason=reason)
        WebhookDelivery.objects.pending().filter(endpoint=endpoint.pk).update(
            state=DeliveryState.CANCELLED, next_attempt_at=None
        )


def enable(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """``endpoint``, which is told of events from now on; what it missed can be sent again by hand.

    Refuses (``secret_lost``) one whose secret cannot be read.
    """
    if endpoint.is_lost:
        raise ValidationError(LOST, code="secret_lost")
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(enabled=True, disabled_reason="")
    return endpoint


def encrypt_anew() -> tuple[int, int]:
    """Encrypts all secrets with the first key: how many endpoints' were, and how many cannot be read.

    Afterwards the other keys can be taken away.
    """
    done = lost = 0
    with transaction.atomic():
        for endpoint in WebhookEndpoint.objects.select_for_update():
            lost += endpoint.is_lost
            endpoint.save(update_fields=["secret", "old_secret"])
            done += not endpoint.is_lost
    return done, lost


def send_test(endpoint: WebhookEndpoint, *, at: datetime) -> WebhookDelivery:
    """An event of type ``webhook.test`` for ``endpoint`` alone. Refuses (``endpoint_disabled``) one that is off."""
    if not endpoint.enabled:
        raise ValidationError("It is disabled; enable it first.", code="endpoint_disabled")
    with transaction.atomic():
        event = Event.objects.create(type=TEST, occurred_at=at, data={"endpoint": endpoint.name}, fanned_at=at)
        return WebhookDelivery.objects.create(event=event, endpoint=endpoint, next_attempt_at=at)


def send_again(deliveries: Iterable[WebhookDelivery], *, at: datetime) -> int:
    """Makes these due at ``at``, with all attempts before them and the ids they had; how many.

    Those of endpoints that are disabled stay as they are, and so do those that nobody has attempted yet.
    """
    again = WebhookDelivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
    return (
        again.exclude(endpoint__enabled=False)
        .exclude(state=DeliveryState.PENDING, attempt_count=0)
        .update(state=DeliveryState.PENDING, attempt_count=0, next_attempt_at=at, delivered_at=None)
    )
