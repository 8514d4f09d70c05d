"""The language and time zone of the admin: the service's language, the reader's zone. The API has neither."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

ADMIN = "/admin/"
ZONE = "zone"  # the cookie in which zone.js names the browser's zone


class EveryInstant(ZoneInfo):
    """A zone that can show every instant: near the years 1 and 9999, where its own date would overflow, as UTC."""

    def fromutc(self, dt: datetime) -> datetime:
        try:
            return super().fromutc(dt)
        except OverflowError:
            return dt


class AdminLanguage:
    """Middleware that shows the admin in ``LANGUAGE_CODE``, whatever ``Accept-Language`` says.

    Django and the theme bring many languages, our own texts one so far: a page in two would help nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ADMIN):
            return self.get_response(request)
        # Without this a thread would keep the language of whatever it did before.
        translation.activate(settings.LANGUAGE_CODE)
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):  # a cookie that no browser of ours has set
            timezone.activate(EveryInstant(request.COOKIES.get(ZONE) or settings.TIME_ZONE))
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()  # the thread may serve the API next
            translation.deactivate()
