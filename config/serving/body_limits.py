"""Limits on the bodies of requests, by sender and address; no file of a stranger is ever written.

The edge checks them before it reads a body. The middleware checks again, behind any server, and parses what strangers
send with a handler that refuses files, before anything else reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.core.files.uploadhandler import FileUploadHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from config.api import refusal
from config.serving.wsgi_bridge import Environ
from content.admin.settings.media import MOST_FILES
from content.api.http_cache import API
from content.permissions import ADD_MEDIA

AnyUser = AbstractUser | AnonymousUser
# Whoever is not signed in has no use for more than a form of two fields.
STRANGERS = 64_000  # bytes: enough to sign in
UPLOADS = {"/admin/content/media/add/": ADD_MEDIA}  # the pages that take files, with the permission each needs
MARGIN = 100_000  # bytes of a form beside its files, boundaries included
MULTIPART = "multipart/form-data"
NO_FILES = _lazy("Files cannot be uploaded here, or you may not do so.")


@dataclass(frozen=True)
class Allowance:
    """The bytes that the body of a request may have, and those of its largest file, 0 for no files."""

    body: int
    file: int = 0
    signed_in: bool = False


NOBODY = Allowance(STRANGERS)


def allowance(user: AnyUser, path: str) -> Allowance:
    """What ``user`` may send to ``path``. The API knows no users: everybody may send what a stranger may."""
    if path.startswith(API) or not (user.is_active and user.is_staff):
        return NOBODY
    file = settings.MEDIA_MAX_MB * 1_000_000
    if path in UPLOADS and user.has_perm(UPLOADS[path]):
        return Allowance(largest_upload(), file, signed_in=True)
    return Allowance(settings.DATA_UPLOAD_MAX_MEMORY_SIZE, signed_in=True)


def largest_upload() -> int:
    """Bytes of the largest body that anybody may send."""
    return MOST_FILES * settings.MEDIA_MAX_MB * 1_000_000 + MARGIN


def allowance_of(environ: Environ) -> Allowance:
    """The allowance of a request whose body has not been read, by its session. Three queries; without one, none."""
    request = WSGIRequest({**environ, "wsgi.input": BytesIO()})
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key or request.path_info.startswith(API):
        return NOBODY
    engine = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    session: SessionBase = engine(key)
    request.session = session
    return allowance(get_user(request), request.path_info)


class FileRefused(Exception):
    """A file is too large, or from somebody who may not send any."""


class WatchFiles(FileUploadHandler):
    """Refuses a file as soon as it is known to be too large, not only after it has been written."""

    def __init__(self, request: HttpRequest, largest: int) -> None:
        super().__init__(request)
        self.largest = largest

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if not self.largest:
            raise FileRefused

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > self.largest + MARGIN:
            raise FileRefused
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the next handler has it


class BodyLimits:
    """Checks the limits; comes after the middleware that knows the user, and before any that reads a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length != "0" and (refusal := self._refusal(request, length)):
            return refusal
        return self.get_response(request)

    def _refusal(self, request: HttpRequest, length: str) -> HttpResponseBase | None:
        is_page = not request.path_info.startswith(API)
        may = allowance(request.user, request.path_info) if is_page else NOBODY
        if not length.isdigit() or int(length) > may.body:
            return refusal(413, request.path, too_large(may))
        if is_page and request.content_type == MULTIPART:
            # First in the row, so that it sees each piece before the handlers that write it into memory or a file.
            request.upload_handlers = [WatchFiles(request, may.file), *request.upload_handlers]
            try:
                request.POST  # noqa: B018 - reads the form
            except FileRefused:
                for handler in request.upload_handlers:  # deletes the temporary file now, not when it is collected
                    if file := getattr(handler, "file", None):
                        file.close()
                return refusal(413, request.path, too_large(may) if may.file else str(NO_FILES))
        return None


def too_large(may: Allowance) -> str:
    """The message for a body that is refused, with the limit."""
    if may.file:
        message = ngettext(
            "A file may have %(size)d MB (MEDIA_MAX_MB), and %(count)d may be uploaded at once.",
            "A file may have %(size)d MB (MEDIA_MAX_MB), and %(count)d may be uploaded at once.",
            MOST_FILES,
        )
        return message % {"size": may.file // 1_000_000, "count": MOST_FILES}
    message = (
        _("The body of this request may have %(size)s bytes.")
        if may.signed_in
        else _("The body of this request may have %(size)s bytes; signed-in users may send more.")
    )
    return message % {"size": f"{may.body:,}"}
