"""Re-encodes untrusted pictures: upright, in sRGB, without metadata, and in smaller sizes."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, ImageSequence

from content.renditions import WIDTHS

MOST_PIXELS = 50_000_000  # of all frames together
MOST_FRAMES = 1_000
LONGEST_SIDE = 16_383  # of a WebP
ANIMATED = {"GIF", "WEBP"}
QUALITY: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "optimize": True, "progressive": True},
    "PNG": {},
    "WEBP": {"quality": 90},
    "GIF": {},
    "AVIF": {"quality": 80},
}
RENDITION = {"quality": 80}
SRGB = ImageCms.createProfile("sRGB")

# Pillow checks the size in the header before it decodes; its warning is made an error.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
BOMBS = (Image.DecompressionBombWarning, Image.DecompressionBombError)


@dataclass(frozen=True)
class Picture:
    """A re-encoded picture: its ``content`` in its own format, and its renditions by width, as WebP."""

    width: int
    height: int
    content: bytes
    renditions: dict[int, bytes]


@dataclass
class Frames:
    """The frames of a picture, with their durations in milliseconds and the number of loops."""

    images: list[Image.Image]
    durations: list[float]
    loop: int | None


def clean_picture(data: bytes, kind: str) -> Picture:
    """Re-encodes the picture in ``data``, of Pillow's format ``kind``, from its pixels alone.

    It is turned as its EXIF orientation says; then EXIF with the place it was taken at, XMP, comments and whatever
    follows the picture are gone. Colours are those of sRGB. GIF and WebP keep their frames, other formats the
    first. Refuses ``media_too_many_pixels``, before decoding, and ``media_broken``.
    """
    try:
        with Image.open(BytesIO(data), formats=[kind]) as image:
            # From the header alone, before a pixel is decoded: a file of some kilobytes may promise a picture of
            # gigabytes.
            if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
                raise _too_many()
            frames = _frames(image, animated=kind in ANIMATED)
        width, height = frames.images[0].size
        # A lossless WebP says so in the header of its first chunk (“VP8L”); written lossily it would lose detail.
        lossless = {"lossless": True} if kind == "WEBP" and b"VP8L" in data[:64] else {}
        content = _written(frames, kind, **QUALITY[kind], **lossless)
        narrower = {w: _written(_scaled(frames, w), "WEBP", **RENDITION) for w in WIDTHS if w < width}
    except BOMBS as error:
        raise _too_many() from error
    except ValidationError:
        raise
    except Exception as error:  # decoders answer a broken file with exceptions of every kind
        message = _("The picture cannot be read: it is damaged or incomplete.")
        raise ValidationError(message, code="media_broken") from error
    return Picture(width, height, content, narrower)


def _too_many() -> ValidationError:
    message = _(
        "The picture is too large: it may have %(pixels)d million pixels in all its frames, %(side)s a side, "
        "and %(frames)s frames. Make it smaller."
    )
    limits = {"pixels": MOST_PIXELS // 1_000_000, "side": f"{LONGEST_SIDE:,}", "frames": f"{MOST_FRAMES:,}"}
    return ValidationError(message % limits, code="media_too_many_pixels")


def _frames(image: Image.Image, *, animated: bool) -> Frames:
    profile = image.info.get("icc_profile")
    images: list[Image.Image] = []
    durations: list[float] = []
    for frame in ImageSequence.Iterator(image) if animated else [image]:
        # Frames are counted as they come: 500 frames of 300 × 300 are 45 million pixels, and the 556th is too many.
        if len(images) == MOST_FRAMES or (len(images) + 1) * image.width * image.height > MOST_PIXELS:
            raise _too_many()
        images.append(_bare(frame, profile))
        durations.append(frame.info.get("duration", 0))
    return Frames(images, durations, image.info.get("loop"))


def _bare(frame: Image.Image, profile: bytes | None) -> Image.Image:
    """A frame as nothing but pixels, grey or in sRGB."""
    upright = _plain(ImageOps.exif_transpose(frame))
    bare = _in_srgb(upright, profile) if profile else upright
    bare = bare.convert("RGB") if bare.mode == "CMYK" else bare.copy()
    bare.info = {}
    return bare


def _plain(image: Image.Image) -> Image.Image:
    """Converts to a mode that every format here can write; CMYK stays until its profile is applied."""
    if image.mode.startswith("I"):  # sixteen bits
        # 65,535 / 257 is 255: sixteen bits become eight evenly; Pillow's own conversion would cut them off at 255.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, source, SRGB, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a profile that does not fit its picture says nothing of it


def _scaled(frames: Frames, width: int) -> Frames:
    height = max(1, round(frames.images[0].height * width / frames.images[0].width))
    images = [image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0) for image in frames.images]
    return Frames(images, frames.durations, frames.loop)


def _written(frames: Frames, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    first, *others = frames.images
    first.save(file, kind, **options, **(dict(_animation(frames, kind)) if others else {}))
    return file.getvalue()


def _animation(frames: Frames, kind: str) -> Iterator[tuple[str, Any]]:
    yield "save_all", True
    yield "append_images", frames.images[1:]
    yield "duration", [round(duration) for duration in frames.durations]
    if kind == "GIF":
        yield "disposal", 2 if frames.images[-1].mode == "RGBA" else 0
    if frames.loop is not None or kind == "WEBP":  # a GIF that does not say is shown once
        yield "loop", 1 if frames.loop is None else frames.loop
