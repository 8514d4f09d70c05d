"""The admin speaks English and tells its reader's time; what the API answers depends on the URL alone."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

ADMIN = "/admin/"
ZONE = "zone"  # the cookie in which the browser tells its own


class EveryInstant(ZoneInfo):
    """A zone that also tells the ends of the calendar, where it has no date of its own: as UTC has it."""

    def fromutc(self, dt: datetime) -> datetime:
        try:
            return super().fromutc(dt)
        except OverflowError:
            return dt


class AdminLanguage:
    """One language throughout. Half of the words are Django's and the theme's, which know many, and half are ours,
    which know one: whatever the browser asks for, a page in two languages helps nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ADMIN):
            return self.get_response(request)
        translation.activate(settings.LANGUAGE_CODE)
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):  # what no browser of ours has told
            timezone.activate(EveryInstant(request.COOKIES.get(ZONE) or settings.TIME_ZONE))
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()  # the thread may serve the API next
