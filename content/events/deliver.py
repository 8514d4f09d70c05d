"""Delivers events to webhook endpoints, signed and with retries.

Follows Standard Webhooks 1.0. The rows are the queue: any number of workers take from it without waiting.
"""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from content.events.endpoints import disable
from content.events.purge import purger
from content.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from content.models.webhook_delivery import DeliveryState
from content.models.webhook_endpoint import LOST, SecretLost
from content.outbound_http import OutgoingFailed, OutgoingRefused, OutgoingResponse, send

LEASE = timedelta(minutes=2)  # much more than the deadline of a request, or of the few that a purge is
# The average wait after each failed attempt: about three days in all.
# In sum: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, about 76 hours. The tenth attempt is the last.
WAITS = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
WAITS += [timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)]
LONGEST = timedelta(hours=24)  # the longest Retry-After that is followed
EVENTS = 100
AT_ONCE = 64  # requests of a worker to all endpoints
OF_ONE = 5  # at once to the same endpoint, and of purges, which have threads of their own
OF_HOST = 15  # at once to the same host and port, whoever its endpoints belong to
FAILING = AT_ONCE // 2  # at once to all endpoints whose last attempt failed, which have one place each
GONE = 410


@dataclass(frozen=True)
class DeliveryOutcome:
    """The result of an attempt. No error is success."""

    error: str
    answer: OutgoingResponse | None = None
    took: float = 0
    lost: bool = False  # nothing could be signed


def fan_out(*, now: datetime) -> int:
    """Creates the deliveries of waiting events, each event once among all workers; returns the number created."""
    made = 0
    waiting = list(Event.objects.waiting()[:EVENTS])
    endpoints = list(WebhookEndpoint.objects.enabled()) if waiting else []
    caches = purger() is not None
    for event in waiting:
        with transaction.atomic():
            # An UPDATE that finds the row still unfanned claims it: of two workers the second one waits for the first
            # and then updates no row. In one transaction with the deliveries, so that an event is never marked without
            # having them.
            if not Event.objects.filter(pk=event.pk, fanned_at=None).update(fanned_at=now):
                continue
            to: list[WebhookEndpoint | None] = [endpoint for endpoint in endpoints if endpoint.wants(event)]
            to += [None] if caches and event.keys else []
            rows = [WebhookDelivery(event=event, endpoint=target, next_attempt_at=now) for target in to]
            made += len(WebhookDelivery.objects.bulk_create(rows))
    return made


class Dispatcher:
    """The attempts of one worker that are under way. Each endpoint has places of its own: none waits for another's.

    Its threads post and purge; the database is asked by the thread that calls alone.
    """

    def __init__(self) -> None:
        self._posts = ThreadPoolExecutor(AT_ONCE, "webhook")
        self._purges = ThreadPoolExecutor(OF_ONE, "purge")
        self._under_way: dict[Future[DeliveryOutcome], WebhookDelivery] = {}
        self._failing: set[int | None] = set()  # endpoints, as this worker last found them

    def begin(self, *, now: datetime) -> int:
        """Begins attempts of what is due at ``now`` and has a place; returns their number. One query if none is due."""
        if not WebhookDelivery.objects.due(now).exists():
            return 0
        began = 0
        for delivery in _claim(now, self._places):
            pool = self._posts if delivery.endpoint else self._purges
            self._under_way[pool.submit(_attempt, delivery, now)] = delivery
            began += 1
        return began

    def store(self, *, now: datetime) -> int:
        """Stores the outcomes of the attempts that have ended, as of ``now``; returns their number."""
        ended = [attempt for attempt in self._under_way if attempt.done()]
        for attempt in ended:
            # Not put back if the database is away: the delivery is due again when its lease ends.
            delivery = self._under_way.pop(attempt)
            outcome = attempt.result()
            (self._failing.add if outcome.error else self._failing.discard)(delivery.endpoint_id)
            _note(delivery, outcome, now)
        return len(ended)

    def wait(self, seconds: float) -> bool:
        """Waits until an attempt ends, for so many seconds at most; returns ``False`` at once if none is under way."""
        wait(self._under_way, seconds, FIRST_COMPLETED)
        return bool(self._under_way)

    def close(self) -> None:
        """Waits for all that is under way, which the deadline of a request bounds. What ended is still to be stored."""
        self._posts.shutdown()
        self._purges.shutdown()

    def _places(self, endpoint: WebhookEndpoint | None) -> int:
        """How many more attempts may begin to an endpoint now; ``None`` stands for the caches."""
        under_way = [delivery.endpoint for delivery in self._under_way.values()]
        own = under_way.count(endpoint)
        if endpoint is None:
            return OF_ONE - own
        others = [one for one in under_way if one]
        free = [AT_ONCE - len(others), OF_HOST - sum(_host(one) == _host(endpoint) for one in others), OF_ONE - own]
        if endpoint.pk in self._failing:
            free += [1 - own, FAILING - sum(one.pk in self._failing for one in others)]
        return max(0, min(free))


def _host(endpoint: WebhookEndpoint) -> str:
    return urlsplit(endpoint.url).netloc.lower()


def deliver(*, now: datetime) -> int:
    """Attempts what is due at ``now`` and has a place, waits for it and stores the results; returns their number.

    At least once: a worker that dies between sending and storing leaves the delivery to be sent again.
    """
    dispatcher = Dispatcher()
    try:
        return dispatcher.begin(now=now)
    finally:
        dispatcher.close()
        dispatcher.store(now=now)


def _claim(now: datetime, places: Callable[[WebhookEndpoint | None], int]) -> Iterator[WebhookDelivery]:
    """Claims due deliveries for this worker until the lease ends: of each endpoint as many as it has ``places`` for."""
    targets: list[WebhookEndpoint | None] = [None, *WebhookEndpoint.objects.all()]
    random.shuffle(targets)  # so that several workers do not all begin with the same endpoint
    for target in targets:
        due = WebhookDelivery.objects.due(now).filter(endpoint=target).select_related("event", "endpoint")
        for delivery in due[: places(target)]:
            # Only if nobody else has claimed it since it was read: an update of no row is a lost race.
            same = WebhookDelivery.objects.pending().filter(
                pk=delivery.pk, next_attempt_at=delivery.next_attempt_at, attempt_count=delivery.attempt_count
            )
            if delivery.endpoint and not delivery.endpoint.enabled:
                same.update(state=DeliveryState.CANCELLED, next_attempt_at=None)
            # The lease is the very column that says when a delivery is due: a worker that dies holding it needs no
            # clean-up, since its deliveries are due again two minutes later. The attempt counts from here on, also one
            # that brings a worker down.
            elif same.update(next_attempt_at=now + LEASE, attempt_count=F("attempt_count") + 1):
                delivery.next_attempt_at = now + LEASE
                delivery.attempt_count += 1
                yield delivery


def _attempt(delivery: WebhookDelivery, now: datetime) -> DeliveryOutcome:
    began = time.monotonic()
    try:
        outcome = _post(delivery.event, delivery.endpoint, now) if delivery.endpoint else _purge(delivery.event)
    except SecretLost:
        outcome = DeliveryOutcome(error=str(LOST), lost=True)
    except (OutgoingRefused, OutgoingFailed) as error:
        outcome = DeliveryOutcome(error=str(error))
    except Exception as error:  # an adapter may raise anything, and a defect of ours must not stop the others
        outcome = DeliveryOutcome(error=f"{type(error).__name__}: {error}")
    return replace(outcome, took=time.monotonic() - began)


def _post(event: Event, endpoint: WebhookEndpoint, now: datetime) -> DeliveryOutcome:
    answer = send("POST", endpoint.url, headers=sign_request(event, endpoint, at=now), content=event.body)
    if 200 <= answer.status < 300:
        return DeliveryOutcome(error="", answer=answer)
    is_redirect = 300 <= answer.status < 400
    message = _("It answered %(status)d; redirects are not followed.") if is_redirect else _("It answered %(status)d.")
    return DeliveryOutcome(error=message % {"status": answer.status}, answer=answer)


def sign_request(event: Event, endpoint: WebhookEndpoint, *, at: datetime) -> dict[str, str]:
    """The headers of a delivery at ``at``: its id, its time, and a signature for each valid secret."""
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
        # A success counts even if the lease ended meanwhile; a failure then belongs to whoever claimed it next.
        if not outcome.error:
            own.update(state=DeliveryState.DELIVERED, delivered_at=now, next_attempt_at=None)
        elif delivery.endpoint and outcome.lost:
            disable(delivery.endpoint, reason=str(LOST))
        elif delivery.endpoint and answer and answer.status == GONE:
            ours.update(state=DeliveryState.FAILED, next_attempt_at=None)
            disable(delivery.endpoint, reason=_gone_reason(now))
        elif delivery.attempt_count > len(WAITS):
            ours.update(state=DeliveryState.FAILED, next_attempt_at=None)
        else:
            ours.update(next_attempt_at=now + _wait(delivery.attempt_count, answer, now))


def _gone_reason(at: datetime) -> str:
    # Stored in UTC; the admin shows the instant in the reader's zone (``localise_instants``).
    return _("It answered %(status)d Gone on %(time)s UTC.") % {"status": GONE, "time": f"{at:%Y-%m-%d %H:%M}"}


def _storable(text: str, most: int) -> str:
    """``text`` cut to ``most`` characters, without NUL, which PostgreSQL refuses."""
    return text.replace("\x00", "\ufffd")[:most]


def _wait(attempts: int, answer: OutgoingResponse | None, now: datetime) -> timedelta:
    """The Retry-After of the answer, within limits, else a random time up to twice the average, to spread retries."""
    requested = _retry_after(answer.headers.get("retry-after", "") if answer else "", now)
    if requested is not None:
        return min(max(requested, timedelta(seconds=1)), LONGEST)
    # From 0 to twice the average, so that hundreds of deliveries that failed together do not come back together.
    return WAITS[attempts - 1] * (2 * random.random())  # noqa: S311


def _retry_after(text: str, now: datetime) -> timedelta | None:
    """``Retry-After`` in seconds or as a date; ``None`` for anything else."""
    if text.isascii() and text.isdigit():
        # Nine digits at most: a longer number would overflow a timedelta, and all of them end at ``LONGEST`` anyway.
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
