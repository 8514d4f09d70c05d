"""The files of media: whoever knows a name may fetch it, or a part, for ever, and a browser runs nothing of it."""

import re
from typing import Any

from django.core.files import File
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.views import APIView

from content.media.files import download_name, open_file
from content.renditions import MIMES

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Accept-Ranges": "bytes",
}
ONE_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*")  # several at once are answered with the whole


class ByteRange:
    """So many bytes of a file from ``start`` on, to be read once."""

    def __init__(self, file: "File[bytes]", start: int, length: int) -> None:
        self.file, self.left = file, length
        self.close = file.close
        file.seek(start)

    def read(self, size: int) -> bytes:
        data: bytes = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data


class MediaFile(APIView):
    """One file by its name. Pictures ask no database, what is downloaded asks for its title."""

    schema = None  # no part of the API

    def get(self, request: Request, name: str) -> HttpResponseBase:
        extension = name.rpartition(".")[2]
        is_picture = MIMES[extension].startswith("image/")
        filename = name if is_picture else download_name(name)
        file = open_file(name) if filename else None
        if file is None:
            raise Http404
        headers = {**HEADERS, "ETag": f'"{name}"'}  # a name never gets another content
        if answer := get_conditional_response(request, etag=headers["ETag"]):
            file.close()
            for header, value in headers.items():
                answer[header] = value
            return answer
        wanted: dict[str, Any] = {"as_attachment": not is_picture, "filename": filename, "headers": headers}
        asked = byte_range(request, headers["ETag"], file.size)
        if asked is None:
            return FileResponse(file, content_type=MIMES[extension], **wanted)
        if not asked:
            file.close()
            return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{file.size}"})
        headers["Content-Range"] = f"bytes {asked.start}-{asked.stop - 1}/{file.size}"
        headers["Content-Length"] = str(len(asked))
        part: Any = ByteRange(file, asked.start, len(asked))
        return FileResponse(part, status=206, content_type=MIMES[extension], **wanted)


def byte_range(request: Request, tag: str, size: int) -> range | None:
    """The bytes of a file that are asked for: ``None`` for all, an empty range where there are none (RFC 9110, 14)."""
    if request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        return None
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()):
        return None
    first, last = asked.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)
