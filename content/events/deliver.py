"""Hands events to those who want them, signed, again and again until they have them.

Follows Standard Webhooks 1.0. The rows are the queue: any number of workers take from it, and none waits for another.
"""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice

from django.db import transaction
from django.db.models import F
from standardwebhooks import Webhook

from content.events.endpoints import disable
from content.events.purge import purger
from content.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from content.models.webhook_delivery import DeliveryState
from content.models.webhook_endpoint import LOST, SecretLost
from content.outbound_http import OutgoingFailed, OutgoingRefused, OutgoingResponse, send

LEASE = timedelta(minutes=2)  # much more than the deadline of a request, or of the few that a purge is
# How long to wait after each failed attempt, on average: about three days in all.
WAITS = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
WAITS += [timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)]
LONGEST = timedelta(hours=24)  # that an endpoint may ask us to wait
EVENTS = 100
AT_ONCE = 32
OF_ONE = 5  # at once to the same endpoint: a slow one does not keep the others waiting
GONE = 410


@dataclass(frozen=True)
class DeliveryOutcome:
    """What came of an attempt. No error is success."""

    error: str
    answer: OutgoingResponse | None = None
    took: float = 0
    lost: bool = False  # nothing could be signed


def fan_out(*, now: datetime) -> int:
    """Makes the deliveries of the events that wait, each event once, whoever does so beside: how many deliveries."""
    made = 0
    waiting = list(Event.objects.waiting()[:EVENTS])
    endpoints = list(WebhookEndpoint.objects.enabled()) if waiting else []
    caches = purger() is not None
    for event in waiting:
        with transaction.atomic():
            if not Event.objects.filter(pk=event.pk, fanned_at=None).update(fanned_at=now):
                continue
            to: list[WebhookEndpoint | None] = [endpoint for endpoint in endpoints if endpoint.wants(event)]
            to += [None] if caches and event.keys else []
            rows = [WebhookDelivery(event=event, endpoint=target, next_attempt_at=now) for target in to]
            made += len(WebhookDelivery.objects.bulk_create(rows))
    return made


def deliver(*, now: datetime) -> int:
    """Attempts what is due at ``now``, ``AT_ONCE`` at most, and writes down what came of it: how many attempts.

    At least once: who dies between sending and writing has sent in vain. One statement if nothing is due.
    """
    if not WebhookDelivery.objects.due(now).exists():
        return 0
    claimed = list(islice(_claim(now), AT_ONCE))
    if claimed:
        with ThreadPoolExecutor(max_workers=len(claimed)) as pool:  # no thread of these asks the database
            outcomes = list(pool.map(lambda delivery: _attempt(delivery, now), claimed))
        for delivery, outcome in zip(claimed, outcomes, strict=True):
            _note(delivery, outcome, now)
    return len(claimed)


def _claim(now: datetime) -> Iterator[WebhookDelivery]:
    """Deliveries that are due and now ours until the lease ends, some for each endpoint."""
    targets: list[int | None] = [None, *WebhookEndpoint.objects.values_list("pk", flat=True)]
    random.shuffle(targets)
    for target in targets:
        due = WebhookDelivery.objects.due(now).filter(endpoint=target).select_related("event", "endpoint")
        for delivery in due[:OF_ONE]:
            same = WebhookDelivery.objects.pending().filter(
                pk=delivery.pk, next_attempt_at=delivery.next_attempt_at, attempt_count=delivery.attempt_count
            )
            if delivery.endpoint and not delivery.endpoint.enabled:
                same.update(state=DeliveryState.CANCELLED, next_attempt_at=None)
            elif same.update(next_attempt_at=now + LEASE, attempt_count=F("attempt_count") + 1):
                delivery.next_attempt_at = now + LEASE
                delivery.attempt_count += 1
                yield delivery


def _attempt(delivery: WebhookDelivery, now: datetime) -> DeliveryOutcome:
    began = time.monotonic()
    try:
        outcome = _post(delivery.event, delivery.endpoint, now) if delivery.endpoint else _purge(delivery.event)
    except SecretLost:
        outcome = DeliveryOutcome(error=LOST, lost=True)
    except (OutgoingRefused, OutgoingFailed) as error:
        outcome = DeliveryOutcome(error=str(error))
    except Exception as error:  # an adapter may raise anything, and a defect of ours must not stop the others
        outcome = DeliveryOutcome(error=f"{type(error).__name__}: {error}")
    return replace(outcome, took=time.monotonic() - began)


def _post(event: Event, endpoint: WebhookEndpoint, now: datetime) -> DeliveryOutcome:
    answer = send("POST", endpoint.url, headers=sign_request(event, endpoint, at=now), content=event.body)
    if 200 <= answer.status < 300:
        return DeliveryOutcome(error="", answer=answer)
    words = "; redirects are not followed" if 300 <= answer.status < 400 else ""
    return DeliveryOutcome(error=f"It answered {answer.status}{words}.", answer=answer)


def sign_request(event: Event, endpoint: WebhookEndpoint, *, at: datetime) -> dict[str, str]:
    """The headers of a delivery at ``at``: its id, its time, and a signature for each secret that stands."""
    at = at.astimezone(UTC)  # the library takes any time for one in UTC
    text = event.body.decode()
    signatures = [Webhook(secret).sign(event.uid, at, text) for secret in endpoint.secrets_at(at)]
    return {
        "Content-Type": "application/json",
        "webhook-id": event.uid,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _purge(event: Event) -> DeliveryOutcome:
    adapter = purger()
    if adapter:
        adapter.purge(event.keys)
    return DeliveryOutcome(error="")


def _note(delivery: WebhookDelivery, outcome: DeliveryOutcome, now: datetime) -> None:
    own = WebhookDelivery.objects.pending().filter(pk=delivery.pk)
    ours = own.filter(next_attempt_at=delivery.next_attempt_at)  # no longer, if the lease ended meanwhile
    answer = outcome.answer
    with transaction.atomic():
        WebhookAttempt.objects.create(
            delivery=delivery,
            at=now,
            status=answer.status if answer else None,
            took_ms=int(outcome.took * 1000),
            error=_storable(outcome.error, 300),
            response=_storable(answer.body[:500].decode("utf-8", "replace"), 500) if answer else "",
        )
        if not outcome.error:
            own.update(state=DeliveryState.DELIVERED, delivered_at=now, next_attempt_at=None)
        elif delivery.endpoint and outcome.lost:
            disable(delivery.endpoint, reason=LOST)
        elif delivery.endpoint and answer and answer.status == GONE:
            ours.update(state=DeliveryState.FAILED, next_attempt_at=None)
            disable(delivery.endpoint, reason=f"It answered {GONE} Gone on {now:%Y-%m-%d %H:%M} UTC.")
        elif delivery.attempt_count > len(WAITS):
            ours.update(state=DeliveryState.FAILED, next_attempt_at=None)
        else:
            ours.update(next_attempt_at=now + _wait(delivery.attempt_count, answer, now))


def _storable(text: str, most: int) -> str:
    return text.replace("\x00", "\ufffd")[:most]


def _wait(attempts: int, answer: OutgoingResponse | None, now: datetime) -> timedelta:
    """As long as the endpoint asked for, else anything up to twice the average: retries of many spread out."""
    asked = _retry_after(answer.headers.get("retry-after", "") if answer else "", now)
    if asked is not None:
        return min(max(asked, timedelta(seconds=1)), LONGEST)
    return WAITS[attempts - 1] * (2 * random.random())  # noqa: S311


def _retry_after(text: str, now: datetime) -> timedelta | None:
    """``Retry-After`` in seconds or as a date; ``None`` for anything else."""
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
