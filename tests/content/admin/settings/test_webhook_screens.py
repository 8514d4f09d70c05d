"""The screens of webhooks: a secret is shown once, verbs ask first, and each takes its own right."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User

from content.events.endpoints import add_endpoint, disable
from content.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint

LIST = "/admin/content/webhookendpoint/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(at):
    return add_endpoint("Site", url="https://example.org/hook", at=at)[0]


@pytest.fixture
def delivery(endpoint, at):
    event = Event.objects.create(type="content.published", occurred_at=at, data={"publication": 1}, fanned_at=at)
    made = WebhookDelivery.objects.create(event=event, endpoint=endpoint, state="failed", attempt_count=10)
    WebhookAttempt.objects.create(delivery=made, at=at, status=503, took_ms=7, error="It answered 503.", response="no")
    return made


def text(response):
    return response.content.decode()


def every_page(client, endpoint):
    pages = ["", "add/", f"{endpoint.pk}/change/", f"{endpoint.pk}/history/", f"{endpoint.pk}/delete/"]
    return "".join(text(client.get(f"{LIST}{page}", follow=True)) for page in pages)


def test_a_new_endpoint_shows_its_secret_on_the_page_that_answers_and_nowhere_else(admin_client):
    words = {"name": "Site", "url": " https://example.org/hook ", "types": ["content.published"]}
    answer = admin_client.post(f"{LIST}add/", words)
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.url, endpoint.types) == ("https://example.org/hook", ["content.published"])
    assert endpoint.secret.startswith("whsec_") and endpoint.secret.rstrip("=") in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert endpoint.secret not in every_page(admin_client, endpoint)
    assert not any(endpoint.secret in entry.change_message for entry in LogEntry.objects.all())


@pytest.mark.parametrize("page", ["", "{}/change/"])
def test_an_endpoint_whose_last_event_was_given_up_on_says_so_until_one_gets_through(
    admin_client, delivery, endpoint, at, page
):
    address = f"{LIST}{page.format(endpoint.pk)}"
    when = '<span class="whitespace-nowrap">2026-03-01 13:00</span>'
    message = f"Sending the last event was given up on {when}: It answered 503."
    assert message in text(admin_client.get(address))
    assert "failing" in text(admin_client.get(address))
    event = Event.objects.create(type="content.published", occurred_at=at, data={"publication": 2}, fanned_at=at)
    WebhookDelivery.objects.create(event=event, endpoint=endpoint, state="delivered")
    assert message not in text(admin_client.get(address))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"url": "ftp://example.org"}, "begins with https://"),
        ({"url": "https://me:pw@example.org"}, "Take user name and password out"),
        (
            {"url": "http://169.254.169.254/latest"},
            "169.254.169.254 is not on the public internet; the setting OUTGOING_ALLOW can allow its network.",
        ),
        ({"url": ""}, "This field is required."),
        ({"name": ""}, "This field is required."),
        ({"types": ["nonsense"]}, "nonsense"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused_in_words(admin_client, words, message):
    answer = admin_client.post(f"{LIST}add/", {"name": "Site", "url": "https://example.org/", **words})
    assert (answer.status_code, WebhookEndpoint.objects.count()) == (200, 0)
    assert message in text(answer)


def test_a_change_keeps_the_secrets(admin_client, endpoint):
    admin_client.post(f"{LIST}{endpoint.pk}/change/", {"name": "Other", "url": "https://example.com/"})
    changed = WebhookEndpoint.objects.get()
    assert (changed.name, changed.secret, changed.types) == ("Other", endpoint.secret, [])


def test_rotating_asks_first_and_shows_the_new_secret_once(admin_client, endpoint):
    page = f"{LIST}{endpoint.pk}/rotate/"
    assert "For 24 hours" in text(admin_client.get(page))
    assert WebhookEndpoint.objects.get().secret == endpoint.secret
    answer = admin_client.post(page)
    rotated = WebhookEndpoint.objects.get()
    assert rotated.secret != endpoint.secret == rotated.old_secret
    assert rotated.secret.rstrip("=") in text(answer) and endpoint.secret not in text(answer)
    response = every_page(admin_client, endpoint)
    assert rotated.secret not in response and endpoint.secret not in response


def test_an_endpoint_is_switched_off_and_on(admin_client, endpoint):
    page = f"{LIST}{endpoint.pk}/change/"
    assert [word in text(admin_client.get(page)) for word in ("Disable …", "Enable …")] == [True, False]
    admin_client.post(f"{LIST}{endpoint.pk}/off/")
    assert (WebhookEndpoint.objects.get().enabled, "admin" in WebhookEndpoint.objects.get().disabled_reason) == (
        False,
        True,
    )
    assert [word in text(admin_client.get(page)) for word in ("Disable …", "Enable …")] == [False, True]
    assert "enable it first" in text(admin_client.post(f"{LIST}{endpoint.pk}/try/", follow=True))
    admin_client.post(f"{LIST}{endpoint.pk}/on/")
    assert WebhookEndpoint.objects.get().enabled
    assert "is being sent" in text(admin_client.post(f"{LIST}{endpoint.pk}/try/", follow=True))
    assert WebhookDelivery.objects.get().event.type == "webhook.test"


def test_a_delivery_shows_its_attempts_and_is_sent_again_with_the_same_id(admin_client, delivery):
    page = text(admin_client.get(f"/admin/content/webhookdelivery/{delivery.pk}/change/"))
    assert "It answered 503." in page
    again = {"action": "again", "_selected_action": [delivery.pk]}
    assert "1 will be sent again now." in text(admin_client.post("/admin/content/webhookdelivery/", again, follow=True))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("pending", 0)
    disable(delivery.endpoint, reason="enough")
    assert "1 is not sent again" in text(admin_client.post("/admin/content/webhookdelivery/", again, follow=True))


def test_an_event_shows_what_is_sent_and_to_whom(admin_client, delivery):
    page = text(admin_client.get(f"/admin/content/event/{delivery.event_id}/change/"))
    assert delivery.event.uid in page and "&quot;content.published&quot;" in page and "Site" in page
    assert admin_client.get("/admin/content/event/").status_code == 200


def test_the_sidebar_leads_to_the_screens(admin_client):
    page = text(admin_client.get("/admin/"))
    assert all(f"/admin/content/{name}/" in page for name in ("webhookendpoint", "event", "webhookdelivery"))


@pytest.mark.parametrize(
    ("rights", "codes"),
    [
        ([], (403, 403, 403)),
        (["view_webhookendpoint"], (200, 403, 403)),
        (["view_webhookendpoint", "add_webhookendpoint"], (200, 200, 403)),
        (["view_webhookendpoint", "change_webhookendpoint"], (200, 403, 200)),
        (["change_webhookendpoint"], (200, 403, 200)),
    ],
)
def test_each_page_takes_its_own_right(client, endpoint, rights, codes):
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    pages = [LIST, f"{LIST}add/", f"{LIST}{endpoint.pk}/rotate/"]
    assert tuple(client.get(page).status_code for page in pages) == codes


def test_who_may_only_look_cannot_send_again(client, delivery):
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_webhookdelivery"))
    client.force_login(user)
    client.post("/admin/content/webhookdelivery/", {"action": "again", "_selected_action": [delivery.pk]})
    delivery.refresh_from_db()
    assert delivery.state == "failed"
