"""The files of media: whoever knows a name may fetch it, for ever, and a browser runs nothing of it."""

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.views import APIView

from content.media import download_name, open_file
from content.renditions import MIMES

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


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
        return FileResponse(
            file, as_attachment=not is_picture, filename=filename, content_type=MIMES[extension], headers=headers
        )
