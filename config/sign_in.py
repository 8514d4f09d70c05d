"""The 429 page for too many wrong passwords or too many people signing in at once; it says when to try again."""

from collections.abc import Callable
from functools import lru_cache
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from config.pages import PagesOnly
from content.accounts.password_queue import PasswordsBusy, queue

SOON = 2  # seconds in which a queue has moved on
CROWD = gettext_lazy("Too many people are signing in right now. Your password was not checked.")
LOCKED = gettext_lazy("Too many wrong passwords.")


class Queue:
    """Middleware that queues a sign-in for its password check before anything else, or refuses it with 429.

    Other pages join the queue when they check a password. All leave it when the request ends.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST":
            return self.get_response(request)
        with queue() as turn:
            # Refuses at once where the queue is full; other pages join when they come to hash a password.
            try:
                if request.path_info == login_path():
                    turn.line_up()
            except PasswordsBusy:
                return try_later(CROWD, SOON)
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return try_later(CROWD, SOON) if isinstance(exception, PasswordsBusy) else None


class PasswordQueue(PagesOnly, Queue):
    pass


@lru_cache
def login_path() -> str:
    return reverse("admin:login")


# The arguments are those of ``AXES_LOCKOUT_CALLABLE``.
def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """The answer of django-axes in place of ``response``: the same whether or not there is such an account."""
    until = request.locked_until  # type: ignore[attr-defined]
    return try_later(LOCKED, max(1, ceil((until - timezone.now()).total_seconds())))


def try_later(reason: Promise, seconds: int) -> HttpResponse:
    """The page with status 429 and ``Retry-After``; it names whole minutes, rounded up."""
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    return HttpResponse(
        _page(reason, ceil(seconds / 60) if seconds > 60 else 0, get_language()), status=429, headers=headers
    )


@lru_cache(maxsize=256)
def _page(reason: Promise, minutes: int, language: str | None) -> bytes:
    """The page, rendered once for each minute and language: repeated attempts must not cost any work."""
    if minutes:
        advice = ngettext("Try again in %(minutes)d minute.", "Try again in %(minutes)d minutes.", minutes)
        advice %= {"minutes": minutes}
    else:
        advice = _("Try again in a minute.") if reason is LOCKED else _("Try again in a few seconds.")
    context = {"reason": reason, "advice": advice, "language": language}
    return render_to_string("admin/content/try_later.html", context).encode()
