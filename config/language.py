"""The admin speaks its reader's language and tells their time; what the API answers depends on the URL alone."""

from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
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


class AdminLanguage(LocaleMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(ADMIN):
            super().process_request(request)
            with suppress(ZoneInfoNotFoundError, ValueError, OSError):  # what no browser of ours has told
                timezone.activate(EveryInstant(request.COOKIES.get(ZONE) or settings.TIME_ZONE))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(ADMIN):
            response = super().process_response(request, response)
            translation.activate(settings.LANGUAGE_CODE)  # the thread may serve the API next
            timezone.deactivate()
        return response
