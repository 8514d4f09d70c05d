"""A picture as the admin shows it: small in lists and forms, large where its focal point is chosen."""

from django.utils.html import format_html, format_html_join

from content.models import Translation
from content.renditions import rendition_path, renditions
from journeys.admin.urls import admin_url as page_of

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


def described_picture(asset):
    """Its picture, small, beside what is said of it in each language, which leads to where that is written."""
    if not asset.image:
        return "None yet."
    texts = asset.translations.order_by("locale__code").values_list("locale__title", "pk", "image_alt")
    lines = [(title, page_of(Translation, "change", pk), alt or "says nothing yet") for title, pk, alt in texts]
    row = '<dt>{}</dt><dd><a class="asset-link" href="{}#id_image_alt">{}</a></dd>'
    told = format_html_join("", row, lines)
    return format_html('<div class="picture-told">{}<dl>{}</dl></div>', thumbnail(asset.image), told)


def focal_picture(media):
    """The picture with a mark on its focal point; ``focal_point.js`` moves it with the two fields."""
    large = [name for name, width in renditions(media.name, media.width) if width <= LARGE]
    return format_html(
        '<div class="picture-focus"><img src="{}" alt="{}"><span style="left: {}; top: {}"></span></div>',
        rendition_path(large[-1] if large else media.name),
        media.title,
        *_place(media),
    )


def _place(media):
    return f"{media.focal_x * 100:.1f}%", f"{media.focal_y * 100:.1f}%"
