"""Cleans what people send with the admin's forms before any form sees it, whichever model it is for."""

from django.http import HttpRequest, QueryDict
from django.utils.deprecation import MiddlewareMixin

from config.language import ADMIN
from journeys.storable import cleaned

PASSWORDS = "password"  # part of the names of fields that are left as they are


class CleanForms(MiddlewareMixin):
    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if request.method != "POST" or not request.path_info.startswith(ADMIN):
            return
        given = request.POST
        clean = {
            name: texts if PASSWORDS in name else [cleaned(text) for text in texts] for name, texts in given.lists()
        }
        if clean != dict(given.lists()):
            post = QueryDict(mutable=True, encoding=given.encoding)
            for name, texts in clean.items():
                post.setlist(name, texts)
            post._mutable = False
            request.POST = post  # type: ignore[assignment]
