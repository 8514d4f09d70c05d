"""Adds the pictures in a folder that its pages use to the media, each once."""

import html
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.media.files import digest_of, examine, forget_files, keep, refuse_size
from content.models import Media
from content.renditions import NAMED, rendition_path

IMG = re.compile(r'(<img(?:\s(?!src=)[\w-]+="[^"]*")*\ssrc=")([^"]*)"')


class Pictures:
    """Adds pictures from within ``root`` and from nowhere else; one that is in media already is known by its digest.

    A picture that is missing or refused is a warning of its page, whose address of it is left as it was.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.results: dict[Path, str | ValidationError] = {}  # by file: the name of its media, or why it is refused
        self.added: list[Media] = []

    def in_body(self, body: str, page: Path, warnings: list[str]) -> str:
        """The sanitised ``body`` of the file ``page``, with its pictures from the folder as media."""

        def rewrite(img: re.Match[str]) -> str:
            name = self._add(html.unescape(img[2]), page, warnings)
            return f'{img[1]}{rendition_path(name)}"' if name else img[0]

        return IMG.sub(rewrite, body)

    def add(self, value: object, page: Path, warnings: list[str]) -> str:
        """The name of the media for the picture that the file ``page`` names; empty if it is refused."""
        if not isinstance(value, str):
            warnings.append(_("image: write the path of a picture in the folder"))
            return ""
        name = self._add(value, page, warnings)
        if not name and _is_elsewhere(value):
            warnings.append(_("picture “%(path)s”: only pictures in the folder are imported") % {"path": value[:200]})
        return name

    def forget(self) -> None:
        """Deletes the files of what was added from the storage: its rows have been rolled back."""
        for media in self.added:
            forget_files(media.files)

    def _add(self, value: str, page: Path, warnings: list[str]) -> str:
        if _is_elsewhere(value):
            return ""
        try:
            return self._media_name(self._file(value, page))
        except ValidationError as error:
            reason = " ".join(error.messages)
        except OSError as error:
            reason = _("It cannot be read: %(error)s.") % {"error": error.strerror}
        warnings.append(_("picture “%(path)s”: %(reason)s") % {"path": value[:200], "reason": reason})
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
        raise ValidationError(_("It is not in the folder."), code="picture_missing")

    def _media_name(self, file: Path) -> str:
        if file not in self.results:
            try:
                self.results[file] = self._media(file).name
            except ValidationError as error:
                self.results[file] = error
        result = self.results[file]
        if isinstance(result, ValidationError):
            raise result
        return result

    def _media(self, file: Path) -> Media:
        refuse_size(file.stat().st_size)
        data = file.read_bytes()
        if known := Media.objects.filter(digest=digest_of(data), width__isnull=False).order_by("pk").first():
            return known
        upload = examine(data, filename=file.name)
        if not upload.media.is_picture:
            raise ValidationError(_("It is not a picture."), code="media_type")
        self.added += keep([upload])
        return upload.media


def _is_elsewhere(value: str) -> bool:
    """Whether an address leads to another server, or to media already."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc or not parts.path or NAMED.match(parts.path))
