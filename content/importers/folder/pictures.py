"""The pictures in a folder that its pages name, taken into media once each."""

import html
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError

from content.media.files import digest_of, examine, forget_files, keep, refuse_size
from content.models import Media
from content.renditions import NAMED, rendition_path

IMG = re.compile(r'(<img(?:\s(?!src=)[\w-]+="[^"]*")*\ssrc=")([^"]*)"')


class Pictures:
    """Takes pictures out of ``root`` and from nowhere else; one that was taken before is known by its digest.

    A picture that is missing or refused is a warning of its page, whose address of it is left as it was.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.taken: dict[Path, str | ValidationError] = {}
        self.added: list[Media] = []

    def in_body(self, body: str, page: Path, warnings: list[str]) -> str:
        """``body`` of the file ``page``, sanitised, with the pictures that lie in the folder as media."""

        def rewritten(found: re.Match[str]) -> str:
            name = self._named(html.unescape(found[2]), page, warnings)
            return f'{found[1]}{rendition_path(name)}"' if name else found[0]

        return IMG.sub(rewritten, body)

    def named(self, value: object, page: Path, warnings: list[str]) -> str:
        """The name of the media that the file ``page`` calls its picture; empty if it cannot be taken."""
        if not isinstance(value, str):
            warnings.append("image: write the path of a picture in the folder")
            return ""
        name = self._named(value, page, warnings)
        if not name and _is_elsewhere(value):
            warnings.append(f"picture “{value[:200]}”: only pictures in the folder can be taken")
        return name

    def forget(self) -> None:
        """Takes the files of what was added out of the storage: its rows have been taken back."""
        for media in self.added:
            forget_files(media.files)

    def _named(self, value: str, page: Path, warnings: list[str]) -> str:
        if _is_elsewhere(value):
            return ""
        try:
            return self._take(self._file(value, page))
        except ValidationError as error:
            reason = " ".join(error.messages)
        except OSError as error:
            reason = f"It cannot be read: {error.strerror}."
        warnings.append(f"picture “{value[:200]}”: {reason}")
        return ""

    def _file(self, value: str, page: Path) -> Path:
        """The file that an address in ``page`` names. Refuses (``picture_missing``) what is not in the folder."""
        path = unquote(urlsplit(value).path)
        try:
            file = (self.root / path.lstrip("/") if path.startswith("/") else page.parent / path).resolve()
            if file.is_relative_to(self.root) and file.is_file():
                return file
        except (OSError, ValueError, RuntimeError):
            pass  # a name that no file can have, or links in a circle
        raise ValidationError("It is not in the folder.", code="picture_missing")

    def _take(self, file: Path) -> str:
        if file not in self.taken:
            try:
                self.taken[file] = self._media(file).name
            except ValidationError as error:
                self.taken[file] = error
        taken = self.taken[file]
        if isinstance(taken, ValidationError):
            raise taken
        return taken

    def _media(self, file: Path) -> Media:
        refuse_size(file.stat().st_size)
        data = file.read_bytes()
        if known := Media.objects.filter(digest=digest_of(data), width__isnull=False).order_by("pk").first():
            return known
        upload = examine(data, filename=file.name)
        if not upload.media.is_picture:
            raise ValidationError("It is no picture.", code="media_type")
        self.added += keep([upload])
        return upload.media


def _is_elsewhere(value: str) -> bool:
    """Whether an address leads to another server, or to media already."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc or not parts.path or NAMED.match(parts.path))
