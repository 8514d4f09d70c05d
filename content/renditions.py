"""Names and addresses of the files of a picture, computed from its name and width without a query."""

import re
from collections.abc import Iterator
from typing import Any, TypedDict

WIDTHS = (320, 640, 960, 1280, 1920)
MIMES = {
    **{"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif", "avif": "image/avif"},
    "pdf": "application/pdf",
}
FILE = rf"[0-9a-f]{{32}}(?:\.(?:{'|'.join(MIMES)})|-w(?:{'|'.join(map(str, WIDTHS))})\.webp)"
ROOT = "/media/"
NAMED = re.compile(rf"{ROOT}([0-9a-f]{{32}})(?:-w\d+)?\.")


def rendition_path(name: str) -> str:
    """The path at which a file of this name is served."""
    return f"{ROOT}{name}"


def renditions(name: str, width: int | None) -> Iterator[tuple[str, int]]:
    """The smaller files of the picture ``name`` with their widths, ascending; none of what is no picture."""
    stem = name.partition(".")[0]
    return ((f"{stem}-w{narrower}.webp", narrower) for narrower in WIDTHS if width and narrower < width)


class FocalPoint(TypedDict):
    """The point of a picture that stays in sight when it is cut: from 0 to 1, from the left and from the top."""

    x: float
    y: float


class RenditionJSON(TypedDict):
    url: str
    width: int


class ImageJSON(TypedDict):
    """A picture in the API; ``renditions`` are the smaller files, ascending."""

    url: str
    alt: str
    width: int
    height: int
    focal_point: FocalPoint
    renditions: list[RenditionJSON]


def image_json(image: dict[str, Any] | None) -> ImageJSON | None:
    """A picture as an edition froze it, in the words of the API."""
    if image is None:
        return None
    return {
        "url": rendition_path(image["name"]),
        "alt": image["alt"],
        "width": image["width"],
        "height": image["height"],
        "focal_point": image["focal_point"],
        "renditions": [
            {"url": rendition_path(n), "width": width} for n, width in renditions(image["name"], image["width"])
        ],
    }


def named_in(*texts: str) -> set[str]:
    """The stems of the media that ``texts`` point to, by any of their files, whether they are there or not."""
    return {stem for text in texts for stem in NAMED.findall(text)}
