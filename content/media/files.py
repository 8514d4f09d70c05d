"""Stores and removes uploads: a row and its files, both or neither."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content import clock
from content.media.pictures import clean_picture
from content.models import Asset, EditionMention, Media, NextStep, ShareLink, Translation
from content.renditions import MIMES, renditions

SIGNATURES = {
    b"\xff\xd8\xff": "jpg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"%PDF-": "pdf",
}
# By the extension we use: Pillow's name of the format, empty for other files, and the extensions an upload may have.
EXTENSIONS = {
    "jpg": ("JPEG", {"jpg", "jpeg", "jpe", "jfif"}),
    "png": ("PNG", {"png"}),
    "webp": ("WEBP", {"webp"}),
    "gif": ("GIF", {"gif"}),
    "avif": ("AVIF", {"avif"}),
    "pdf": ("", {"pdf"}),
}
TAKEN = _lazy("JPEG, PNG, WebP, GIF and AVIF pictures, and PDF files")
LONGEST_TITLE = 200


@dataclass
class Upload:
    """The row and files, by name, that an upload would become; nothing is stored yet."""

    media: Media
    files: dict[str, bytes] = field(default_factory=dict)


def add_media(upload: "bytes | File[bytes]", *, filename: str, by: User | None = None) -> Media:
    """Stores an uploaded picture or file with its renditions; returns its row, with a title made of ``filename``.

    Refuses as ``examine`` does. If anything fails, neither row nor files are left.
    """
    return keep([examine(upload, filename=filename)], by=by)[0]


def examine(upload: "bytes | File[bytes]", *, filename: str) -> Upload:
    """The row and files that ``upload`` would become; stores nothing, no queries.

    Refuses ``media_empty``, ``media_too_large``, ``media_type`` (an unknown type, or a file name that does not
    match the content), ``media_too_many_pixels`` and ``media_broken``.
    """
    refuse_size(len(upload) if isinstance(upload, bytes) else upload.size)
    data = upload if isinstance(upload, bytes) else upload.read()
    extension = _refuse_disguise(data, filename)
    media = Media(title=title_of(filename), mime=MIMES[extension], digest=digest_of(data))
    media.name = f"{media.uid.hex}.{extension}"
    if kind := EXTENSIONS[extension][0]:
        picture = clean_picture(data, kind)
        media.width, media.height, media.size = picture.width, picture.height, len(picture.content)
        files = {name: picture.renditions[width] for name, width in renditions(media.name, media.width)}
        return Upload(media, {media.name: picture.content, **files})
    # Not at the very end: many programs append some bytes or a signature to it.
    if b"%%EOF" not in data[-2048:]:
        raise ValidationError(_("The PDF is damaged or incomplete: it has no end."), code="media_broken")
    media.size = len(data)
    return Upload(media, {media.name: data})


def keep(uploads: Sequence[Upload], *, by: User | None = None) -> list[Media]:
    """Stores examined uploads, all or none; returns the rows, in order."""
    written: list[str] = []
    try:
        with transaction.atomic():
            for upload in uploads:
                upload.media.by = by
                upload.media.save()
                for name, content in upload.files.items():
                    written.append(name)
                    default_storage.save(name, ContentFile(content))
    except BaseException:  # also an interrupt: the rows roll back, files do not by themselves
        forget_files(written)
        raise
    return [upload.media for upload in uploads]


def remove_media(media: Iterable[Media], *, at: datetime | None = None) -> None:
    """Deletes rows, and their files once the transaction is committed. Refuses (``media_in_use``) what is used."""
    with transaction.atomic():
        shared = list(ShareLink.objects.active(at or clock.now()))
        for file in media:
            names = file.files
            if drafts := drafts_naming(file):
                message = _("“%(media)s” is used in the text “%(text)s”; remove it there first.")
                raise ValidationError(message % {"media": file, "text": drafts[0]}, code="media_in_use")
            if links := links_showing(file, shared):
                message = _("“%(media)s” is shown by a share link to “%(text)s”; revoke that link first.")
                raise ValidationError(message % {"media": file, "text": links[0]}, code="media_in_use")
            try:
                file.delete()
            except ProtectedError as error:
                message = _("“%(media)s” is used by an asset, or was published with one; it cannot be deleted.")
                raise ValidationError(message % {"media": file}, code="media_in_use") from error
            # After the commit: a roll-back brings the row back, but never a deleted file.
            transaction.on_commit(partial(forget_files, names), robust=True)


def drafts_naming(media: Media) -> list[Translation]:
    """The drafts that use ``media`` in their body, fields or next steps. One query, over all texts."""
    stem = media.uid.hex
    steps = NextStep.objects.filter(translation=OuterRef("pk"), target_url__contains=stem)
    texts = Translation.objects.annotate(
        own=Cast("fields", TextField()), shared=Cast("asset__fields", TextField())
    ).filter(Q(body__contains=stem) | Q(own__contains=stem) | Q(shared__contains=stem) | Exists(steps))
    return list(texts.select_related("asset", "locale"))


def links_showing(media: Media, links: Iterable[ShareLink]) -> list[ShareLink]:
    """The ``links`` whose page shows ``media``."""
    return [link for link in links if link.shows(media)]


def assets_with(media: Iterable[Media]) -> dict[int, set[int]]:
    """The ids of the assets that use or were published with each of ``media``, by its key. Two queries."""
    ids = [file.pk for file in media]
    users: dict[int, set[int]] = {}
    for key, asset in Asset.objects.filter(image__in=ids).values_list("image_id", "pk"):
        users.setdefault(key, set()).add(asset)
    for key, asset in EditionMention.objects.filter(media__in=ids).values_list("media_id", "edition__asset_id"):
        users.setdefault(key, set()).add(asset)
    return users


def forget_files(names: Iterable[str]) -> None:
    """Deletes files from the storage; missing ones are no error."""
    for name in names:
        default_storage.delete(name)


def open_file(name: str) -> "File[bytes] | None":
    """The file of this name, open for reading; ``None`` if there is none."""
    try:
        return default_storage.open(name)
    except (FileNotFoundError, IsADirectoryError):
        return None


def download_name(name: str) -> str:
    """The file name for the download of a media, by its name in the storage; empty if there is none. One query."""
    title = Media.objects.filter(name=name).values_list("title", flat=True).first()
    return f"{_one_line(title).replace('/', '-')}.{name.rpartition('.')[2]}" if title else ""


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def title_of(filename: str) -> str:
    """A title made of a file's name: ``my-photo_01.JPG`` is ``my photo 01``."""
    stem = PurePosixPath(filename.replace("\\", "/")).stem
    return _one_line(stem.replace("_", " ").replace("-", " "))[:LONGEST_TITLE] or _("Untitled")


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def refuse_size(size: int) -> None:
    """Refuses ``media_empty`` and ``media_too_large``; ``size`` is in bytes."""
    if not size:
        raise ValidationError(_("The file is empty."), code="media_empty")
    if size > settings.MEDIA_MAX_MB * 1_000_000:
        message = _("The file has %(size).1f MB; at most %(most)s MB are allowed.")
        message %= {"size": size / 1_000_000, "most": settings.MEDIA_MAX_MB}
        raise ValidationError(message, code="media_too_large")


def _refuse_disguise(data: bytes, filename: str) -> str:
    """The extension of the content's type. Refuses (``media_type``) unknown types and a name that does not match."""
    extension = _sniffed(data)
    if not extension:
        message = _("This type of file cannot be used. Upload one of: %(types)s.") % {"types": TAKEN}
        raise ValidationError(message, code="media_type")
    if PurePosixPath(filename).suffix.lower().lstrip(".") not in EXTENSIONS[extension][1]:
        message = _("By its content the file is a %(type)s, but its name does not match; name it “.%(extension)s”.")
        message %= {"type": extension.upper(), "extension": extension}
        raise ValidationError(message, code="media_type")
    return extension


def _sniffed(data: bytes) -> str:
    """The extension of the type that ``data`` begins like; empty for an unknown one."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and (data[8:12] in (b"avif", b"avis") or b"avif" in data[16:64]):
        return "avif"
    return next((extension for signature, extension in SIGNATURES.items() if data.startswith(signature)), "")
