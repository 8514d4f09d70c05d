"""Nobody waits for another's endpoint: what hangs, fails or is slow has places of its own, and no more."""

import ipaddress
import socket
import time
from contextlib import contextmanager

import pytest
from django.utils import timezone

from content.events.deliver import AT_ONCE, FAILING, OF_HOST, OF_ONE, Dispatcher, fan_out
from content.events.endpoints import add_endpoint
from content.models import WebhookAttempt, WebhookDelivery
from content.models.webhook_delivery import DeliveryState
from tests.content.events.test_deliver import KeepPurge, happen, purged
from tests.receiver import receiving

pytestmark = pytest.mark.django_db
PURGE = f"{KeepPurge.__module__}.KeepPurge"
PATIENCE = 30.0  # seconds


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.OUTGOING_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]
    settings.PURGE_ADAPTER = ""
    purged.clear()


@pytest.fixture
def now():
    return timezone.now()


@contextmanager
def hanging():
    """The address of somebody who accepts and never answers; whoever waits is let go in the end."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"


@contextmanager
def dispatching():
    dispatcher = Dispatcher()
    try:
        yield dispatcher
    finally:
        dispatcher.close()


def turn(dispatcher, now):
    return dispatcher.store(now=now) + dispatcher.begin(now=now)


def states(endpoint):
    """How many deliveries to an endpoint are in each state."""
    own = WebhookDelivery.objects.filter(endpoint=endpoint).values_list("state", flat=True)
    return {state: list(own).count(state) for state in set(own)}


def test_a_dead_endpoint_holds_up_neither_another_nor_the_caches(settings, now):
    settings.PURGE_ADAPTER = PURGE
    with receiving() as good, dispatching() as dispatcher, hanging() as dead:
        endpoints = [add_endpoint("Site", url=url, at=now)[0] for url in (dead, good.url)]
        for _ in range(40):
            happen(now)
        assert fan_out(now=now) == 3 * 40
        until = time.monotonic() + PATIENCE
        while states(endpoints[1]) != {DeliveryState.DELIVERED: 40} or states(None) != {DeliveryState.DELIVERED: 40}:
            assert time.monotonic() < until
            if not turn(dispatcher, now):
                assert dispatcher.wait(1)
        assert states(endpoints[0]) == {DeliveryState.PENDING: 40}
        assert len(good.requests) == len(purged) == 40
        # Of the dead one not a single attempt has ended: nobody has waited for it.
        assert not WebhookAttempt.objects.filter(delivery__endpoint=endpoints[0]).exists()
        assert dispatcher.begin(now=now) == 0


def test_what_is_under_way_is_stored_once_it_has_ended(now):
    with receiving() as good:
        endpoint = add_endpoint("Site", url=good.url, at=now)[0]
        for _ in range(OF_ONE + 3):
            happen(now)
        fan_out(now=now)
        dispatcher = Dispatcher()
        assert dispatcher.begin(now=now) == OF_ONE
        assert dispatcher.begin(now=now) == 0  # it has no place left
        dispatcher.close()
        assert states(endpoint) == {DeliveryState.PENDING: OF_ONE + 3}
        assert dispatcher.store(now=now) == OF_ONE
        assert states(endpoint) == {DeliveryState.DELIVERED: OF_ONE, DeliveryState.PENDING: 3}
        assert not dispatcher.wait(1)


def test_whoever_failed_last_has_one_place_until_an_attempt_succeeds(now):
    with receiving() as server, dispatching() as dispatcher:
        server.status = 500
        endpoint = add_endpoint("Site", url=server.url, at=now)[0]
        for _ in range(3 * OF_ONE):
            happen(now)
        fan_out(now=now)
        assert dispatcher.begin(now=now) == OF_ONE
        settle(dispatcher, OF_ONE, now)
        server.status = 200
        assert dispatcher.begin(now=now) == 1
        settle(dispatcher, 1, now)
        assert dispatcher.begin(now=now) == OF_ONE
        assert states(endpoint) == {DeliveryState.DELIVERED: 1, DeliveryState.PENDING: 3 * OF_ONE - 1}


def settle(dispatcher, number, now):
    """Stores that many outcomes, as they come."""
    while number:
        dispatcher.wait(PATIENCE)
        number -= dispatcher.store(now=now)


@pytest.mark.parametrize(("hosts", "each", "begun"), [(1, 6, OF_HOST), (20, 1, AT_ONCE)])
def test_no_host_and_no_crowd_takes_more_than_its_share(hosts, each, begun, now, monkeypatch):
    """Of one host, and of many; and of those that failed half as many again, each once."""
    monkeypatch.setattr("content.events.deliver._attempt", lambda *_: time.sleep(0))
    for number in range(hosts):
        for _ in range(each):
            add_endpoint("Site", url=f"http://127.0.1.{number + 1}/hook", at=now)
    for _ in range(2 * OF_ONE):
        happen(now)
    fan_out(now=now)
    with dispatching() as dispatcher:
        assert dispatcher.begin(now=now) == begun
    WebhookDelivery.objects.update(next_attempt_at=now)
    with dispatching() as dispatcher:
        dispatcher._failing |= set(WebhookDelivery.objects.values_list("endpoint", flat=True))
        assert dispatcher.begin(now=now) == min(hosts * each, OF_HOST * hosts, FAILING)
