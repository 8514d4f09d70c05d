"""Small pictures and files for tests, made on the spot."""

import struct
import zlib
from io import BytesIO

from PIL import Image

from content.media.files import add_media
from content.models import Media

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(size=(700, 500), kind="PNG", mode="RGB", colour="red", **options) -> bytes:
    file = BytesIO()
    Image.new(mode, size, colour).save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def photo(*, orientation: int = 1, size=(60, 40)) -> bytes:
    """A JPEG as a telephone makes it: with its place, its maker and its orientation; red on the left, blue right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Telephone"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 54.0, 48.0), 3: "E", 4: (10.0, 45.0, 8.0)})
    file = BytesIO()
    image.save(file, "JPEG", exif=exif, comment=b"taken by Kari", xmp=b"<x:xmpmeta>Kari</x:xmpmeta>")
    return file.getvalue()


def animation(kind: str) -> bytes:
    frames = [Image.new("RGB", (400, 300), colour) for colour in ("red", "green", "blue")]
    file = BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0")) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def media(filename: str = "grill.png", data: bytes | None = None, **options) -> Media:
    return add_media(picture(**options) if data is None else data, filename=filename)
