import base64
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import migrations

PREFIX = "whsec_"
READ = "SELECT id, secret, old_secret FROM content_webhookendpoint"
WRITE = "UPDATE content_webhookendpoint SET secret = %s, old_secret = %s WHERE id = %s"
DISABLE = "UPDATE content_webhookendpoint SET enabled = %s, disabled_reason = %s WHERE id = %s"


def box():
    """As ``content/encryption.py`` was when this was written."""
    keys = [*settings.ENCRYPTION_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived(key))) for key in keys])


def derived(key):
    extracted = hmac.digest(bytes(32), key.encode(), "sha256")
    return hmac.digest(extracted, b"waymark:encryption\x01", "sha256")


def encrypt(apps, schema_editor):
    encrypted = box()

    def closed(text):
        return encrypted.encrypt(text.encode()).decode() if text.startswith(PREFIX) else text

    with schema_editor.connection.cursor() as cursor:
        cursor.execute(READ)
        for pk, secret, old in cursor.fetchall():
            cursor.execute(WRITE, [closed(secret), closed(old), pk])


def decrypt(apps, schema_editor):
    """What no key opens any longer is a new secret, which nobody knows: its endpoint is disabled."""
    encrypted = box()

    def opened(text):
        try:
            return encrypted.decrypt(text.encode()).decode() if text and not text.startswith(PREFIX) else text
        except InvalidToken:
            return None

    with schema_editor.connection.cursor() as cursor:
        cursor.execute(READ)
        for pk, secret, old in cursor.fetchall():
            known = opened(secret)
            if known is None:
                known = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
                cursor.execute(DISABLE, [False, "Its secret was lost; rotate it.", pk])
            cursor.execute(WRITE, [known, opened(old) or "", pk])


class Migration(migrations.Migration):
    dependencies = [("content", "0026_widen_webhook_secrets")]

    operations = [migrations.RunPython(encrypt, decrypt)]
