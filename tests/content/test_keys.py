"""One rule for keys: what is signed or encrypted, with which, and what becomes of it when they change."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from standardwebhooks import Webhook

from content import keys
from content.encryption import KeyLost, decrypt, encrypt
from content.events.deliver import deliver, fan_out, sign_request
from content.events.endpoints import add_endpoint, enable, rotate
from content.models import Event, WebhookDelivery, WebhookEndpoint
from content.models.webhook_endpoint import LOST

OLD, NEW, THIRD = (letter * 20 + "0123456789abcdefghijklmnopqrstuvwxyz" for letter in "onm")
HOUR = timedelta(hours=1)
ADMIN = "/admin/content/webhookendpoint/"


def stored(column="secret"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM content_webhookendpoint ORDER BY id")
        return [text for (text,) in cursor.fetchall()]


@pytest.fixture
def only(settings):
    """Sets the keys that are listed."""

    def set_keys(secret, *fallbacks, encryption=()):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = secret, list(fallbacks)
        settings.ENCRYPTION_KEYS = list(encryption)

    set_keys(OLD)
    return set_keys


def test_a_signature_counts_for_its_purpose_its_message_and_the_keys_that_are_listed(only):
    signed_text = keys.signature("snapshot", "1-2")
    assert len(signed_text) == 16
    assert keys.verify("snapshot", "1-2", signed_text)
    assert not keys.verify("snapshot", "1-3", signed_text)
    assert not keys.verify("surrogate", "1-2", signed_text)
    assert not keys.verify("snapshot", "1-2", "")
    only(NEW, OLD)
    assert keys.verify("snapshot", "1-2", signed_text)
    assert keys.signature("snapshot", "1-2") != signed_text
    only(NEW)
    assert not keys.verify("snapshot", "1-2", signed_text)


def test_keys_are_derived_as_the_standard_says():
    # RFC 5869 in the words of another library.
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    theirs = HKDF(hashes.SHA256(), length=32, salt=None, info=b"waymark:snapshot").derive(OLD.encode())
    assert keys.derived(OLD, "snapshot") == theirs


def test_the_first_key_encrypts_and_all_that_are_listed_decrypt(only):
    by_secret_key = encrypt("words")
    only(OLD, encryption=[NEW])
    by_new = encrypt("words")
    assert (decrypt(by_secret_key), decrypt(by_new)) == ("words", "words")
    only(OLD, encryption=[THIRD, NEW])
    assert decrypt(by_new) == "words"
    only(THIRD, encryption=[NEW])
    with pytest.raises(KeyLost):
        decrypt(by_secret_key)


@pytest.mark.django_db
def test_a_secret_is_in_the_database_for_nobody_without_the_keys(only, at):
    endpoint, secret = add_endpoint("Site", url="https://example.org/", at=at)
    rotated = rotate(endpoint, at=at)
    for column, text in (("secret", rotated), ("old_secret", secret)):
        assert text.removeprefix("whsec_")[:8] not in stored(column)[0]
        assert decrypt(stored(column)[0]) == text
    again = WebhookEndpoint.objects.get()
    assert again.secrets_at(at) == [rotated, secret]
    assert not WebhookEndpoint.objects.filter(secret=rotated).exists()
    assert not WebhookEndpoint.objects.filter(secret__startswith="whsec_").exists()
    assert not WebhookEndpoint.objects.filter(secret__regex="^whsec_").exists()


@pytest.mark.django_db
def test_who_has_lost_the_key_is_told_on_row_and_page_and_mends_it_by_rotating(only, client, admin_user, settings, at):
    settings.OUTGOING_ALLOW = []
    endpoint, _ = add_endpoint("Site", url="https://example.org/", at=at)
    other, _ = add_endpoint("Other", url="https://example.org/", types=["content.expired"], at=at)
    before = stored()
    only(NEW)
    client.force_login(admin_user)  # what the key before signed has ended
    event = Event.objects.create(type="content.published", occurred_at=at, created_at=at, data={"publication": 1})
    fan_out(now=at)
    deliver(now=at)

    lost = WebhookEndpoint.objects.get(pk=endpoint.pk)
    assert (lost.enabled, lost.disabled_reason) == (False, LOST)
    assert WebhookEndpoint.objects.get(pk=other.pk).enabled
    assert list(WebhookDelivery.objects.values_list("state", flat=True)) == ["cancelled"]
    for page in (ADMIN, f"{ADMIN}{endpoint.pk}/change/", f"{ADMIN}{other.pk}/change/"):
        html = client.get(page).content.decode()
        assert "rotate the secret and give the new one to the receiver" in html
        assert before[0] not in html
    with pytest.raises(ValidationError, match="no longer listed"):
        enable(lost)
    assert "no longer listed" in client.post(f"{ADMIN}{endpoint.pk}/on/", follow=True).content.decode()
    client.post(f"{ADMIN}{endpoint.pk}/change/", {"name": "Renamed", "url": "https://example.org/"})
    assert stored() == before  # what cannot be read is not written over

    text = rotate(lost, at=at)
    enabled = enable(WebhookEndpoint.objects.get(pk=endpoint.pk))
    assert (enabled.secrets_at(at), enabled.old_secret) == ([text], "")
    headers = sign_request(event, enabled, at=at)
    assert headers["webhook-signature"] == Webhook(text).sign(event.uid, at, event.body.decode())


@pytest.mark.django_db
def test_a_key_that_is_put_back_reads_what_it_wrote(only, at):
    endpoint, secret = add_endpoint("Site", url="https://example.org/", at=at)
    only(NEW)
    assert WebhookEndpoint.objects.get().is_lost
    only(NEW, OLD)
    assert enable(WebhookEndpoint.objects.get(pk=endpoint.pk)).secrets_at(at) == [secret]


@pytest.mark.django_db
def test_a_former_secret_that_is_lost_signs_no_longer_and_stops_nothing(only, at):
    only(OLD, encryption=[THIRD])
    endpoint, _ = add_endpoint("Site", url="https://example.org/", at=at)
    rotate(endpoint, at=at)
    by_third = stored()[0]
    only(NEW)
    current = rotate(endpoint, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE content_webhookendpoint SET old_secret = %s, old_secret_until = %s", [by_third, at + HOUR]
        )
    assert WebhookEndpoint.objects.get().secrets_at(at) == [current]


@pytest.mark.django_db
def test_rotating_keys_encrypts_everything_with_the_first_and_names_what_it_cannot_read(only, at):
    add_endpoint("Lost", url="https://example.org/", at=at)
    only(NEW)
    _, secret = add_endpoint("Site", url="https://example.org/", at=at)
    only(NEW, encryption=[THIRD])
    with pytest.raises(CommandError, match="1 secret cannot be decrypted"):
        call_command("rotate_keys", stdout=StringIO())
    only(OLD, encryption=[THIRD])
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert out.getvalue() == "2 webhook secrets are encrypted with the first key.\n"
    only(NEW[::-1], encryption=[THIRD])
    assert WebhookEndpoint.objects.get(name="Site").secrets_at(at) == [secret]
    assert not WebhookEndpoint.objects.get(name="Lost").is_lost
