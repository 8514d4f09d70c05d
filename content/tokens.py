"""Issues, revokes and recognises access tokens."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content import clock
from content.databases.deadlines import within
from content.models import AccessToken
from content.models.access_token import RIGHTS, Scope
from journeys.storable import refuse_far_instants

# Digits and the letters a to f hold no "_", so a token falls into its parts in one way only.
TEXT = re.compile(r"wmk_([0-9a-f]{12})_([0-9a-f]{64})")
NOTED_EVERY = timedelta(minutes=1)
MOST_TOKENS = 20  # of one person at a time


def issue_token(
    name: str,
    *,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    by: User | None = None,
    at: datetime | None = None,
) -> tuple[AccessToken, str]:
    """Creates a token; returns it with its secret text, which is shown only this once. ``at`` left out is now.

    ``by`` left out is the system itself, which may everything. Refuses an end that has passed (``expiry_passed``), a
    word that is no scope (``unknown_scope``), no scope or no name (``blank``), a name that is too long
    (``max_length``) or ``unstorable``, a scope that ``by`` may not have (``scope_forbidden``), and more tokens than
    one person may have (``too_many_tokens``).
    """
    at = at or clock.now()
    refuse_far_instants(expires_at)
    scopes = list(dict.fromkeys(scopes))
    if expires_at and expires_at <= at:
        message = _("Choose an end in the future.")
        raise ValidationError({"expires_at": ValidationError(message, code="expiry_passed")})
    prefix, secret = secrets.token_hex(6), secrets.token_hex(32)
    token = AccessToken(name=name.strip(), prefix=prefix, digest=digest(secret), expires_at=expires_at)
    token.scopes, token.by_system = scopes, by is None
    token.created_at, token.created_by = at, by
    token.full_clean()
    if by is not None:
        refuse_scopes(by, scopes)
        refuse_more_tokens(by, at=at)
    token.save()
    return token, f"wmk_{prefix}_{secret}"


def refuse_scopes(by: User, scopes: Iterable[str]) -> None:
    """Refuses (``scope_forbidden``) scopes whose permissions ``by`` does not have."""
    lacking = [scope for scope in scopes if not by.has_perms(RIGHTS.get(scope, ()))]
    if lacking:
        need = _("“%(scope)s” needs %(permissions)s")
        needs = [need % {"scope": Scope(s).value, "permissions": ", ".join(RIGHTS[s])} for s in lacking]
        message = _(
            "You can only issue what you may do yourself: %(needs)s. Ask for that permission, or leave the scope out."
        ) % {"needs": get_text_list(needs, _("and"))}
        raise ValidationError({"scopes": ValidationError(message, code="scope_forbidden")})


def refuse_more_tokens(by: User, *, at: datetime) -> None:
    """Refuses (``too_many_tokens``) where ``by`` has as many as one person may have that have not ended."""
    if AccessToken.objects.unended(at).filter(created_by=by).count() >= MOST_TOKENS:
        message = ngettext(
            "You have %(count)d token, the most at a time; revoke one that is no longer used.",
            "You have %(count)d tokens, the most at a time; revoke one that is no longer used.",
            MOST_TOKENS,
        )
        raise ValidationError(message % {"count": MOST_TOKENS}, code="too_many_tokens")


def revoke(token: AccessToken, *, at: datetime) -> AccessToken:
    """Revokes ``token`` from its next request on and returns it. A second time changes nothing."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
    token.refresh_from_db()
    return token


def bearer(text: str, *, at: datetime) -> AccessToken | None:
    """The token whose secret text is ``text``, if it is usable at ``at``; else ``None``, and nobody learns why.

    Whether whoever issued it may still do what it may is asked each time: what ends a right ends it here at once.

    One query, none for what cannot be a token. The database sees the prefix alone, which is checked letter by letter.
    """
    read = TEXT.fullmatch(text)
    if read is None:
        return None
    prefix, secret = read.groups()
    token = AccessToken.objects.usable(at).filter(prefix=prefix).first()
    # In constant time, so that how long an answer takes says nothing about the digest.
    if token is None or not secrets.compare_digest(token.digest, digest(secret)):
        return None
    _note_use(token, at=at)
    return token


def digest(secret: str) -> str:
    """The SHA-256 of a secret, which is all that is stored of its 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _note_use(token: AccessToken, *, at: datetime) -> None:
    """Writes ``last_used_at``, once a minute, and skips it where the database is busy: a read must not wait or fail."""
    before = at - NOTED_EVERY
    if token.last_used_at and token.last_used_at > before:
        return
    with suppress(DatabaseError), unqueued(), transaction.atomic():
        # ``skip_locked`` on PostgreSQL, where another request may be noting the same use; SQLite has no such locks, and
        # ``unqueued`` gives up at once there.
        free = AccessToken.objects.unused_after(before).filter(pk=token.pk).select_for_update(skip_locked=True)
        AccessToken.objects.filter(pk__in=free.values("pk")).update(last_used_at=at)


@contextmanager
def unqueued() -> Iterator[None]:
    """Fails at once where SQLite, which has one writer at a time, would wait up to its timeout for the turn."""
    with within(0) if connection.vendor == "sqlite" else nullcontext():
        yield
