"""What people send with the forms of the admin is cleaned before any form sees it, whichever model it is of."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.deprecation import MiddlewareMixin

from config.language import ADMIN
from journeys.storable import cleaned

PASSWORDS = "password"  # are what they are


class CleanForms(MiddlewareMixin):
    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.method != "POST" or not request.path_info.startswith(ADMIN):
            return
        given = request.POST
        clean = {
            name: texts if PASSWORDS in name else [cleaned(text) for text in texts] for name, texts in given.lists()
        }
        if clean != dict(given.lists()):
            kept = QueryDict(mutable=True, encoding=given.encoding)
            for name, texts in clean.items():
                kept.setlist(name, texts)
            kept._mutable = False
            request.POST = kept  # type: ignore[assignment]
