"""What is answered to whoever tries passwords too often, or while too many do: 429, and when to try again."""

from functools import lru_cache
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from config.pages import PagesOnly
from content.accounts.password_queue import PasswordsBusy, queue

SOON = 2  # seconds in which a queue has moved on
CROWD = "Many people are signing in at this moment. Your password was not looked at."
LOCKED = "There were too many wrong passwords."


class Queue:
    """Takes a place in the queue for passwords before anything else is done for a sign-in, or refuses it at once.

    Other pages take theirs when they come to a password, and all give it back at the end.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if request.method != "POST":
            return self.get_response(request)
        with queue() as turn:
            try:
                if request.path_info == login_path():
                    turn.line_up()
            except PasswordsBusy as refused:
                return self.process_exception(request, refused)
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return try_later(CROWD, SOON) if isinstance(exception, PasswordsBusy) else None


class PasswordQueue(PagesOnly, Queue):
    pass


@lru_cache
def login_path() -> str:
    return reverse("admin:login")


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """What django-axes answers in place of ``response``. It tells nothing of whether there is such an account."""
    until = request.locked_until  # type: ignore[attr-defined]
    return try_later(LOCKED, max(1, ceil((until - timezone.now()).total_seconds())))


def try_later(why: str, seconds: int) -> HttpResponse:
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    return HttpResponse(_page(why, ceil(seconds / 60) if seconds > 60 else 0), status=429, headers=headers)


@lru_cache(maxsize=256)
def _page(why: str, minutes: int) -> bytes:
    """Made once for each minute: whoever asks again and again is to cost nothing."""
    when = f"in {minutes} minutes" if minutes else "in a minute" if why is LOCKED else "in a few seconds"
    return render_to_string("admin/content/try_later.html", {"why": why, "when": when}).encode()
