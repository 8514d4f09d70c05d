"""The admin speaks its reader's language; the API speaks one, so that an answer depends on its URL alone."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

ADMIN = "/admin/"


class AdminLanguage(LocaleMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(ADMIN):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(ADMIN):
            response = super().process_response(request, response)
            translation.activate(settings.LANGUAGE_CODE)  # the thread may serve the API next
        return response
