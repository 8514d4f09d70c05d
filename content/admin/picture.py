"""A picture as the admin shows it: small in lists and forms, large where its focal point is chosen."""

from django.utils.html import format_html

from content.renditions import address, renditions

LARGE = 960  # pixels across
PICTURES = ["content/pictures.css"]


def thumbnail(media):
    """A small picture, cropped around its focal point; the kind of file of what is none."""
    if not media.is_picture:
        return media.name.rpartition(".")[2].upper()
    return format_html(
        '<img class="picture-thumbnail" src="{}" alt="{}" loading="lazy" style="object-position: {} {}">',
        media.thumbnail,
        media.title,
        *_place(media),
    )


def focal_picture(media):
    """The picture with a mark on its focal point; ``focal_point.js`` moves it with the two fields."""
    large = [name for name, width in renditions(media.name, media.width) if width <= LARGE]
    return format_html(
        '<div class="picture-focus"><img src="{}" alt="{}"><span style="left: {}; top: {}"></span></div>',
        address(large[-1] if large else media.name),
        media.title,
        *_place(media),
    )


def _place(media):
    return f"{media.focal_x * 100:.1f}%", f"{media.focal_y * 100:.1f}%"
