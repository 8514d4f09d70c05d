"""Who asks: tokens are issued, revoked and recognised."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from content.models import AccessToken
from journeys.storable import refuse_far_instants

# Digits and the letters a to f hold no "_", so a token falls into its parts in one way only.
TEXT = re.compile(r"wmk_([0-9a-f]{12})_([0-9a-f]{64})")
NOTED_EVERY = timedelta(minutes=1)


def issue_token(
    name: str,
    *,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    by: User | None = None,
    at: datetime | None = None,
) -> tuple[AccessToken, str]:
    """A new token and its text, which is told here and never again. ``at`` left out is now.

    Refuses an end that has passed (``expiry_passed``), a word that is no scope (``unknown_scope``), no scope
    or no name (``blank``), and a name that is too long (``max_length``) or ``unstorable``.
    """
    at = at or timezone.now()
    refuse_far_instants(expires_at)
    if expires_at and expires_at <= at:
        message = "Choose an end that lies ahead."
        raise ValidationError({"expires_at": ValidationError(message, code="expiry_passed")})
    prefix, secret = secrets.token_hex(6), secrets.token_hex(32)
    token = AccessToken(name=name.strip(), prefix=prefix, digest=digest(secret), expires_at=expires_at)
    token.scopes = list(dict.fromkeys(scopes))
    token.created_at, token.created_by = at, by
    token.full_clean()
    token.save()
    return token, f"wmk_{prefix}_{secret}"


def revoke(token: AccessToken, *, at: datetime) -> AccessToken:
    """The token, of no use from its next request on. A second time changes nothing."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
    token.refresh_from_db()
    return token


def bearer(text: str, *, at: datetime) -> AccessToken | None:
    """The token that ``text`` is, if it is usable at ``at``; ``None`` whatever else it is, and nobody learns why.

    One query, none for what cannot be a token. The database sees the prefix alone, which is checked letter by letter.
    """
    read = TEXT.fullmatch(text)
    if read is None:
        return None
    prefix, secret = read.groups()
    token = AccessToken.objects.usable(at).filter(prefix=prefix).first()
    if token is None or not secrets.compare_digest(token.digest, digest(secret)):
        return None
    _note_use(token, at=at)
    return token


def digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _note_use(token: AccessToken, *, at: datetime) -> None:
    """Once a minute, if the database can be written just now: who only reads neither waits for a writer nor fails."""
    before = at - NOTED_EVERY
    if token.last_used_at and token.last_used_at > before:
        return
    with suppress(DatabaseError), unqueued(), transaction.atomic():
        free = AccessToken.objects.unused_after(before).filter(pk=token.pk).select_for_update(skip_locked=True)
        AccessToken.objects.filter(pk__in=free.values("pk")).update(last_used_at=at)


@contextmanager
def unqueued() -> Iterator[None]:
    """Fails at once where SQLite, which has one writer at a time, would wait up to its timeout for the turn."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        [patience] = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
