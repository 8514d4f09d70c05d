"""Limits sign-ins: wrong passwords are counted in the database, and too many lock an account or an address.

django-axes calls this at every login form, stores the rows and answers. Its own handler has one limit and one time for
all; here three rules hold at once, and one of them spares the addresses that an account is known to sign in from.
"""

import logging
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.handlers.base import AxesHandler
from axes.models import AccessFailureLog, AccessLog
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from content.accounts.client_address import normal_address
from content.accounts.password_queue import queue

KNOWN_FOR = timedelta(days=30)  # that an address stays one that an account signed in from
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LockRule:
    """``limit`` wrong passwords within a time lock for as long again, from the last of them on."""

    limit: int
    within: timedelta

    def until(self, failures: QuerySet[AccessFailureLog], at: datetime) -> datetime | None:
        """The end of the lock that ``failures`` cause; ``None`` if there is none at ``at``. One query."""
        # Twice the time back: the last of ``limit`` failures may be as old as the lock lasts, the first older still.
        recent = failures.filter(attempt_time__gt=at - 2 * self.within).order_by("-attempt_time")
        # ``times[0]`` is the last failure, and with a limit of five ``times[-1]`` the fifth from it. Failures at
        # minutes 0, 3, 5, 9 and 12 lie within 15 minutes: locked until 12 + 15 = 27. With one at 0 and four at 16 and
        # later nothing is locked.
        times = list(recent.values_list("attempt_time", flat=True)[: self.limit])
        if len(times) < self.limit or times[0] - times[-1] >= self.within:
            return None
        until = times[0] + self.within
        return until if until > at else None


# What each is against: guessing one account from one place; guessing many accounts from one place; guessing one account
# from many places. The last would let strangers lock somebody out, so it spares the addresses that the account is known
# to sign in from.
ACCOUNT_FROM_ADDRESS = LockRule(5, timedelta(minutes=15))
ADDRESS = LockRule(30, timedelta(minutes=15))
ACCOUNT = LockRule(100, timedelta(hours=1))
COUNTED_FOR = 2 * ACCOUNT.within  # afterwards no rule looks at a failure any more


def account_key(name: str | None) -> str:
    """A user name as the login form reads it: variants that it takes for one name are one, known or not."""
    return unicodedata.normalize("NFKC", (name or "").strip())


def locked_until(account: str, address: str | None, *, at: datetime, is_open: bool = False) -> datetime | None:
    """The instant until which ``account`` (a key) is locked for ``address``; ``None`` if it is not locked at ``at``.

    Whether there is such an account is not asked. The limit of an account from all addresses touches neither those
    that it signed in from within 30 days nor a session that ``is_open``. Three queries, four where that limit is met.
    """
    failures = AccessFailureLog.objects.all()
    untils = [
        ACCOUNT_FROM_ADDRESS.until(failures.filter(username=account, ip_address=address), at),
        ADDRESS.until(failures.filter(ip_address=address), at),
    ]
    everywhere = ACCOUNT.until(failures.filter(username=account), at)
    if everywhere and not is_open and not _signed_in_from(account, address, since=at - KNOWN_FOR):
        untils.append(everywhere)
    return max(filter(None, untils), default=None)


def _signed_in_from(account: str, address: str | None, *, since: datetime) -> bool:
    return bool(AccessLog.objects.filter(username=account, ip_address=address, attempt_time__gt=since).exists())


def unlock(*, account: str | None = None, address: str | None = None) -> int:
    """Forgets the wrong passwords of a user name, from an address, or of both at once: how many there were."""
    failures = AccessFailureLog.objects.all()
    if account is not None:
        failures = failures.filter(username=account_key(account))
    if address is not None:
        failures = failures.filter(ip_address=normal_address(address))
    return int(failures.delete()[0])


def prune_sign_ins(*, now: datetime) -> None:
    """Deletes wrong passwords that no rule counts any more, and sign-ins that make no address known."""
    AccessFailureLog.objects.filter(attempt_time__lte=now - COUNTED_FOR).delete()
    AccessLog.objects.filter(attempt_time__lte=now - KNOWN_FOR).delete()


class SignInLimits(AxesHandler):  # type: ignore[misc]
    """The handler that django-axes calls."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        account = account_key((credentials or {}).get("username"))
        until = self._until(request, account)
        request.locked_until = until  # type: ignore[attr-defined]
        return until is None

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return not self.is_allowed(request, credentials)

    def user_login_failed(
        self, sender: object, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        """Counts a wrong password, but not one that a lock refused: it was never checked."""
        if request is None or request.axes_locked_out:
            return
        account, address = account_key(credentials.get("username")), request.axes_ip_address
        AccessFailureLog.objects.create(
            username=account,
            ip_address=address,
            user_agent=request.axes_user_agent,
            path_info=request.axes_path_info,
        )
        if not self.is_allowed(request, credentials):
            request.axes_locked_out = True
            logger.warning(
                "Too many wrong passwords: %r from %s waits until %s", account, address, request.locked_until
            )

    def user_logged_in(self, sender: object, request: Any, user: User, **kwargs: Any) -> None:
        """Makes the address a known one, and forgets what was wrong before from there."""
        account, address = account_key(user.get_username()), request.axes_ip_address
        unlock(account=account, address=address)
        known = AccessLog.objects.filter(username=account, ip_address=address)
        if not known.update(attempt_time=timezone.now()):
            AccessLog.objects.create(username=account, ip_address=address, path_info=request.axes_path_info)

    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        if ip_or_username:
            return unlock(account=username) + unlock(address=ip_address)
        return unlock(account=username, address=ip_address)

    def _until(self, request: Any, account: str) -> datetime | None:
        user = getattr(request, "user", None)
        is_open = user is not None and user.is_authenticated and account_key(user.get_username()) == account
        return locked_until(account, request.axes_ip_address, at=timezone.now(), is_open=is_open)


class SignInBackend(AxesStandaloneBackend):  # type: ignore[misc]
    """Refuses whoever is locked out, before anything is hashed, and lets the rest wait for their turn.

    After a wait it looks again, for those before may have used up what was left. The turn lasts until the request
    ends, so that what goes wrong is counted before the next one looks.
    """

    def authenticate(
        self, request: HttpRequest, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> None:
        super().authenticate(request, username, password, **kwargs)
        with queue() as turn:
            if turn.wait():
                super().authenticate(request, username, password, **kwargs)
