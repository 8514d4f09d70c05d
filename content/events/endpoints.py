"""Manages webhook endpoints: add, rotate the secret, disable, enable, test, send again."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.models import Event, WebhookDelivery, WebhookEndpoint
from content.models.event import TEST
from content.models.webhook_delivery import DeliveryState
from content.models.webhook_endpoint import LOST

MOST_ENDPOINTS = 50  # each is checked for every event
BOTH = timedelta(hours=24)  # how long deliveries are signed with the previous secret too


def new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def add_endpoint(name: str, *, url: str, types: Iterable[str] = (), at: datetime) -> tuple[WebhookEndpoint, str]:
    """Adds an endpoint; returns it with its secret, which is shown only this once.

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
        message = ngettext(
            "There is %(count)d endpoint, the most there may be; delete one that is no longer used.",
            "There are %(count)d endpoints, the most there may be; delete one that is no longer used.",
            MOST_ENDPOINTS,
        )
        raise ValidationError(message % {"count": MOST_ENDPOINTS}, code="too_many_endpoints")


def rotate(endpoint: WebhookEndpoint, *, at: datetime) -> str:
    """Replaces the secret of ``endpoint``; returns the new one, which is shown only this once.

    Deliveries are signed with the previous one too for 24 hours, unless that cannot be decrypted.
    """
    secret = new_secret()
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        # Both secrets sign for a day, and one header carries both signatures: the receiver takes either, and may change
        # over whenever it suits, with no delivery refused.
        before = ("", None) if locked.is_lost else (locked.secret, at + BOTH)
        (locked.old_secret, locked.old_secret_until), locked.secret = before, secret
        locked.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return secret


def disable(endpoint: WebhookEndpoint, *, reason: str) -> None:
    """Disables ``endpoint``: its pending deliveries are cancelled, and it gets no new events."""
    with transaction.atomic():
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(enabled=False, disabled_reason=reason)
        WebhookDelivery.objects.pending().filter(endpoint=endpoint.pk).update(
            state=DeliveryState.CANCELLED, next_attempt_at=None
        )


def enable(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Enables ``endpoint`` for events from now on; what it missed can be sent again by hand.

    Refuses (``secret_lost``) one whose secret cannot be read.
    """
    if endpoint.is_lost:
        raise ValidationError(LOST, code="secret_lost")
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(enabled=True, disabled_reason="")
    return endpoint


def encrypt_anew() -> tuple[int, int]:
    """Encrypts all secrets with the first key; returns how many were, and how many cannot be decrypted.

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
    """Sends an event of type ``webhook.test`` to ``endpoint``. Refuses (``endpoint_disabled``) a disabled one."""
    if not endpoint.enabled:
        raise ValidationError(_("It is disabled; enable it first."), code="endpoint_disabled")
    with transaction.atomic():
        event = Event.objects.create(type=TEST, occurred_at=at, data={"endpoint": endpoint.name}, fanned_at=at)
        return WebhookDelivery.objects.create(event=event, endpoint=endpoint, next_attempt_at=at)


def send_again(deliveries: Iterable[WebhookDelivery], *, at: datetime) -> int:
    """Makes these deliveries due again at ``at``, with their ids; returns how many.

    Skipped are those of disabled endpoints and those without an attempt yet.
    """
    again = WebhookDelivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
    return (
        again.exclude(endpoint__enabled=False)
        .exclude(state=DeliveryState.PENDING, attempt_count=0)
        .update(state=DeliveryState.PENDING, attempt_count=0, next_attempt_at=at, delivered_at=None)
    )
