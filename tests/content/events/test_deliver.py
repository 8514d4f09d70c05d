"""How events reach those who want them: signed, retried, given up, sent again, and past whoever dies."""

import ipaddress
import json
import os
import re
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from content.events import deliver as delivering
from content.events.deliver import WAITS, deliver, fan_out
from content.events.endpoints import add_endpoint, disable, enable, new_secret, rotate, send_again, send_test
from content.events.prune import prune
from content.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from content.publishing.publish import publish
from tests.drafts import draft
from tests.receiver import receiving

ROOT = Path(__file__).parents[3]
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
pytestmark = pytest.mark.django_db
purged = []


class KeepPurge:
    def purge(self, keys):
        purged.append(list(keys))


class BrokenPurge:
    def purge(self, keys):
        raise RuntimeError("the cache is out")


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.OUTGOING_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]
    settings.PURGE_ADAPTER = ""
    purged.clear()


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


@pytest.fixture
def now():
    return timezone.now()


def endpoint(receiver, at, **more):
    return add_endpoint("Site", url=receiver.url, at=at, **more)[0]


def happen(at, type_="content.published", keys=("a:1",)):
    return Event.objects.create(type=type_, occurred_at=at, publication=1, data={"publication": 1}, keys=list(keys))


def state():
    delivery = WebhookDelivery.objects.get()
    return delivery.state, delivery.attempt_count


def test_an_event_is_delivered_signed_and_only_once(receiver, now):
    webhook, secret = add_endpoint("Site", url=receiver.url, at=now)
    event = happen(now)
    assert (fan_out(now=now), fan_out(now=now), deliver(now=now), deliver(now=now + DAY)) == (1, 0, 1, 0)
    [(path, headers, body)] = receiver.requests
    assert Webhook(secret).verify(body, headers) == json.loads(body) == event.payload
    assert (path, headers["webhook-id"], headers["content-type"]) == ("/hook", event.uid, "application/json")
    assert headers["webhook-timestamp"] == str(int(now.timestamp()))
    assert state() == ("delivered", 1)
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.error, attempt.response) == (200, "", "thanks")
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)
    assert webhook.secret == secret


def test_a_publish_arrives(receiver, world, now):
    endpoint(receiver, now)
    publish(draft("see", slug="grill"), at=now)
    fan_out(now=now)
    deliver(now=now)
    body = json.loads(receiver.requests[0][2])
    assert (body["type"], body["data"]["assets"][0]["slugs"]) == ("content.published", {"en": "grill"})


def test_only_what_is_wanted_is_sent(receiver, now):
    endpoint(receiver, now, types=["content.expired"])
    off = endpoint(receiver, now)
    disable(off, reason="enough")
    happen(now)
    expired = happen(now, "content.expired")
    happen(now, "quiet")
    assert fan_out(now=now) == 1
    assert WebhookDelivery.objects.get().event == expired


def test_an_endpoint_is_not_told_of_what_came_before_it(receiver, now):
    happen(now)
    endpoint(receiver, timezone.now())
    later = happen(now)
    assert fan_out(now=now) == 1
    assert WebhookDelivery.objects.get().event == later


def test_a_failure_is_tried_again_with_the_same_id_and_a_fresh_time(receiver, now):
    endpoint(receiver, now)
    happen(now)
    fan_out(now=now)
    receiver.status = 500
    deliver(now=now)
    assert state() == ("pending", 1)
    due = WebhookDelivery.objects.get().next_attempt_at
    assert now <= due <= now + 2 * WAITS[0]
    receiver.status = 204
    receiver.body = b""
    later = now + 2 * WAITS[0] + SECOND
    deliver(now=later)
    first, second = (headers for _, headers, _ in receiver.requests)
    assert first["webhook-id"] == second["webhook-id"]
    assert second["webhook-timestamp"] == str(int(later.timestamp()))
    assert receiver.requests[0][2] == receiver.requests[1][2]
    assert state() == ("delivered", 2)


def test_after_about_three_days_it_is_given_up_and_can_be_sent_again(receiver, now):
    endpoint(receiver, now)
    event = happen(now)
    fan_out(now=now)
    receiver.status = 503
    at = now
    for _ in range(20):
        at += 2 * WAITS[-1] + SECOND
        deliver(now=at)
    assert state() == ("failed", len(WAITS) + 1)
    assert timedelta(days=3) < sum(WAITS, timedelta()) < timedelta(days=3.5)
    receiver.status = 200
    assert send_again(WebhookDelivery.objects.all(), at=at) == 1
    deliver(now=at)
    assert state() == ("delivered", 1)
    assert {headers["webhook-id"] for _, headers, _ in receiver.requests} == {event.uid}
    assert WebhookAttempt.objects.count() == len(WAITS) + 2


def test_a_redirect_is_a_failure_and_is_not_followed(receiver, now):
    endpoint(receiver, now)
    happen(now)
    fan_out(now=now)
    receiver.status, receiver.headers = 307, {"Location": receiver.url}
    deliver(now=now)
    assert len(receiver.requests) == 1
    assert state() == ("pending", 1)
    assert WebhookAttempt.objects.get().error == "It answered 307; redirects are not followed."


def test_who_says_gone_is_not_asked_again(receiver, now):
    webhook = endpoint(receiver, now)
    happen(now)
    happen(now)
    fan_out(now=now)
    receiver.status = 410
    WebhookDelivery.objects.filter(pk=WebhookDelivery.objects.latest("pk").pk).update(next_attempt_at=now + DAY)
    deliver(now=now)
    webhook.refresh_from_db()
    assert (webhook.enabled, webhook.disabled_reason) == (False, f"It answered 410 Gone on {now:%Y-%m-%d %H:%M} UTC.")
    assert sorted(WebhookDelivery.objects.values_list("state", flat=True)) == ["cancelled", "failed"]
    happen(now)
    assert fan_out(now=now) == 0


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", SECOND),
        ("99999999999999999999", DAY),
        (format_datetime(datetime(2026, 3, 1, 12, 30, tzinfo=UTC), usegmt=True), timedelta(minutes=30)),
        (format_datetime(datetime(2020, 3, 1, 12, 30, tzinfo=UTC), usegmt=True), SECOND),
        (format_datetime(datetime(2030, 3, 1, 12, 30, tzinfo=UTC), usegmt=True), DAY),
    ],
)
def test_who_asks_to_wait_is_waited_for_a_day_at_most(receiver, at, text, wait):
    endpoint(receiver, at)
    happen(at)
    fan_out(now=at)
    receiver.status, receiver.headers = 429, {"Retry-After": text}
    deliver(now=at)
    assert WebhookDelivery.objects.get().next_attempt_at == at + wait


@pytest.mark.parametrize("text", ["soon", "-5", "1.5", "Mon, 99 Foo", ""])
def test_nonsense_in_retry_after_is_nothing(receiver, at, text):
    endpoint(receiver, at)
    happen(at)
    fan_out(now=at)
    receiver.status, receiver.headers = 503, {"Retry-After": text}
    deliver(now=at)
    assert at <= WebhookDelivery.objects.get().next_attempt_at <= at + 2 * WAITS[0]


def test_a_slow_answer_is_a_failure(receiver, now, monkeypatch):
    monkeypatch.setattr(delivering, "send", lambda *a, **k: sent(*a, **k, deadline=0.3))
    endpoint(receiver, now)
    happen(now)
    fan_out(now=now)
    receiver.body, receiver.pause = b"x" * 50, 0.05
    deliver(now=now)
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.error) == (None, "No complete answer within 0.3 seconds.")


sent = delivering.send


@pytest.mark.parametrize("body", [b"x" * 3_000_000, b"\x00\xff" * 400, "å".encode() * 400])
def test_of_a_large_or_odd_answer_a_little_is_kept(receiver, now, body):
    endpoint(receiver, now)
    happen(now)
    fan_out(now=now)
    receiver.body = body
    deliver(now=now)
    assert state() == ("delivered", 1)
    response = WebhookAttempt.objects.get().response
    assert 0 < len(response) <= 500 and "\x00" not in response


def test_an_address_that_has_become_private_is_not_asked(receiver, now, settings):
    endpoint(receiver, now)
    settings.OUTGOING_ALLOW = []
    happen(now)
    fan_out(now=now)
    deliver(now=now)
    assert receiver.requests == []
    assert WebhookAttempt.objects.get().error == (
        "127.0.0.1 is not on the public internet; the setting OUTGOING_ALLOW can allow its network."
    )


def test_what_a_worker_took_and_died_with_is_due_again_when_its_lease_ends(receiver, now, monkeypatch):
    endpoint(receiver, now)
    happen(now)
    fan_out(now=now)

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(delivering, "_attempt", die)
        with pytest.raises(KeyboardInterrupt):
            deliver(now=now)
    assert deliver(now=now + SECOND) == 0
    assert deliver(now=now + delivering.LEASE) == 1
    assert state() == ("delivered", 2)


def test_a_slow_endpoint_does_not_take_all_places(receiver, now):
    for _ in range(3):
        endpoint(receiver, now)
    for _ in range(20):
        happen(now)
    assert fan_out(now=now) == 60
    assert deliver(now=now) == 3 * delivering.OF_ONE
    taken = [delivery.endpoint_id for delivery in WebhookDelivery.objects.filter(state="delivered")]
    assert sorted(taken.count(webhook.pk) for webhook in WebhookEndpoint.objects.all()) == [delivering.OF_ONE] * 3


def test_after_a_rotation_both_secrets_sign_for_a_day(receiver, now):
    webhook, old = add_endpoint("Site", url=receiver.url, at=now - DAY)
    new = rotate(webhook, at=now)
    happen(now)
    fan_out(now=now)
    deliver(now=now)
    _, headers, body = receiver.requests[0]
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        Webhook(secret).verify(body, headers)
    webhook.refresh_from_db()
    assert webhook.secrets_at(now + DAY - SECOND) == [new, old]
    assert webhook.secrets_at(now + DAY) == [new]
    prune(now=now + DAY)
    webhook.refresh_from_db()
    assert webhook.old_secret == ""


def test_a_test_event_goes_to_that_endpoint_alone(receiver, now):
    endpoint(receiver, now)
    other = endpoint(receiver, now, types=["content.expired"])
    send_test(other, at=now)
    fan_out(now=now)
    deliver(now=now)
    [(_, headers, body)] = receiver.requests
    assert json.loads(body)["type"] == "webhook.test"
    Webhook(other.secret).verify(body, headers)
    disable(other, reason="enough")
    other.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        send_test(other, at=now)
    assert refused.value.code == "endpoint_disabled"


def test_what_was_cancelled_can_be_sent_again_once_it_is_enabled(receiver, now):
    webhook = endpoint(receiver, now)
    happen(now)
    fan_out(now=now)
    disable(webhook, reason="enough")
    assert state() == ("cancelled", 0)
    assert send_again(WebhookDelivery.objects.all(), at=now) == 0
    enable(webhook)
    assert send_again(WebhookDelivery.objects.all(), at=now) == 1
    deliver(now=now)
    assert state() == ("delivered", 1)


def test_caches_get_all_keys_and_do_not_hold_up_webhooks(receiver, now, settings):
    settings.PURGE_ADAPTER = f"{__name__}.BrokenPurge"
    endpoint(receiver, now)
    happen(now, keys=["a:1", "all:en"])
    happen(now, "quiet", keys=["a:2"])
    assert fan_out(now=now) == 3
    deliver(now=now)
    assert len(receiver.requests) == 1
    assert {attempt.error for attempt in WebhookAttempt.objects.all()} == {"", "RuntimeError: the cache is out"}
    settings.PURGE_ADAPTER = f"{__name__}.KeepPurge"
    deliver(now=now + DAY)
    assert sorted(purged) == [["a:1", "all:en"], ["a:2"]]
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}


@pytest.mark.parametrize(
    ("adapter", "header", "body"),
    [("HeaderPurge", "a:1 all:en", b""), ("TagsPurge", None, b'{"tags": ["a:1", "all:en"]}')],
)
def test_adapters_over_http_send_the_keys_as_caches_take_them(receiver, now, settings, adapter, header, body):
    settings.PURGE_ADAPTER = f"content.events.purge.{adapter}"
    settings.PURGE_URL, settings.PURGE_HEADER = receiver.url, "Fastly-Key: secret"
    happen(now, keys=["a:1", "all:en"])
    fan_out(now=now)
    receiver.status = 500
    deliver(now=now)
    assert WebhookAttempt.objects.get().error == "The cache answered 500."
    receiver.status = 200
    deliver(now=now + DAY)
    [_, (_, headers, sent_body)] = receiver.requests
    assert (headers.get("surrogate-key"), headers["fastly-key"], sent_body) == (header, "secret", body)
    assert state() == ("delivered", 2)


@pytest.mark.parametrize(("adapter", "url"), [("nowhere.Purge", ""), ("content.events.purge.HeaderPurge", "")])
def test_an_adapter_that_cannot_be_had_is_told_at_the_start(settings, adapter, url):
    settings.PURGE_ADAPTER, settings.PURGE_URL = adapter, url
    with pytest.raises(ImproperlyConfigured):
        call_command("deliver_webhooks", "--once")


def test_what_was_told_long_ago_is_let_go(receiver, now):
    webhook = endpoint(receiver, now)
    for _ in range(2):
        happen(now)
    fan_out(now=now)
    deliver(now=now)
    send_test(webhook, at=now)  # still on its way
    assert prune(now=now + timedelta(days=29)) == 0
    assert prune(now=now + timedelta(days=31)) == 2
    assert (Event.objects.get().type, WebhookAttempt.objects.count()) == ("webhook.test", 0)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"name": " "}, "blank"),
        ({"url": "ftp://example.org"}, "address_invalid"),
        ({"url": "http://10.0.0.1/"}, "address_forbidden"),
        ({"types": ["nonsense"]}, "unknown_type"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(at, words, code):
    with pytest.raises(ValidationError) as refused:
        add_endpoint(**{"name": "Site", "url": "https://example.org/", "at": at, **words})
    [error] = [error for errors in refused.value.error_dict.values() for error in errors][:1]
    assert error.code == code
    assert WebhookEndpoint.objects.count() == 0


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="in memory there is one connection; the next test uses a file"
)
@pytest.mark.django_db(transaction=True)
def test_any_number_of_workers_deliver_each_event_once(receiver, now):
    endpoint(receiver, now)
    events = [happen(now) for _ in range(40)]
    failures = []

    def work():
        try:
            for _ in range(30):
                fan_out(now=now)
                deliver(now=now)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(headers["webhook-id"] for _, headers, _ in receiver.requests) == sorted(e.uid for e in events)


SET_UP = """
import sys
from datetime import timedelta
from django.utils import timezone
from content.models import Asset, Kind, Locale, Translation
from content.publishing.publish import publish
from content.events.endpoints import add_endpoint
kind = Kind.objects.create(slug="guide", title="Guide", schema={"type": "object", "properties": {}})
locale = Locale.objects.create(code="en", title="English", is_default=True)
now, minute = timezone.now(), timedelta(minutes=1)
add_endpoint("Site", url="ADDRESS", types=["content.published", "content.went_live"], at=now)
for number in range(6):
    asset = Asset.objects.create(kind=kind, name="One", no_stage_reason="None")
    Translation.objects.create(asset=asset, locale=locale, slug=f"one-{number}", title="One")
    publish(asset, live_from=None if number % 2 else now - minute, at=now - (60 - number) * minute)
"""


@pytest.mark.slow
def test_workers_in_several_processes_tell_everything_once_and_stop_when_asked(receiver, tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'told.sqlite3'}",
        "OUTGOING_ALLOW": "127.0.0.0/8",
        "PYTHONUNBUFFERED": "1",
    }

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)

    for arguments in (
        ("migrate", "--verbosity", "0"),
        ("shell", "--no-imports", "-c", SET_UP.replace("ADDRESS", receiver.url)),
    ):
        assert start(*arguments).communicate()[0] == ""
    workers = [start("deliver_webhooks", "--once") for _ in range(3)]
    assert [bool(re.search(r"\d+ attempts? made", worker.communicate()[0])) for worker in workers] == [True] * 3
    bodies = sorted(
        (json.loads(body)["type"], len(json.loads(body)["data"]["assets"])) for _, _, body in receiver.requests
    )
    assert bodies == [("content.published", 1)] * 3 + [("content.went_live", 3)]
    lasting = start("deliver_webhooks")
    assert "Ctrl-C" in lasting.stdout.readline()
    lasting.send_signal(signal.SIGTERM)
    assert (lasting.communicate(timeout=20)[0], lasting.returncode) == ("", 0)
