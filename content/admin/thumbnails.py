"""Pictures in the admin: small in lists and forms, large where the focal point is chosen."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from content.models import Asset, Media, Translation
from content.renditions import rendition_path, renditions
from journeys.admin.urls import admin_url

LARGE_WIDTH = 960  # pixels across
PICTURES = ["content/pictures.css"]


def thumbnail(media: Media) -> SafeString | str:
    """A small picture, cropped around its focal point; for other media the ending of the file's name."""
    if not media.is_picture:
        return media.name.rpartition(".")[2].upper()
    return format_html(
        '<img class="picture-thumbnail" src="{}" alt="{}" loading="lazy" style="object-position: {} {}">',
        media.thumbnail,
        media.title,
        *_focal_point(media),
    )


def described_picture(asset: Asset) -> SafeString | str:
    """The picture of ``asset``, small, beside its alternative text in each language, a link to where it is written."""
    if not asset.image:
        return _("None yet.")
    alternatives = asset.translations.order_by("locale__code").values_list("locale__title", "pk", "image_alt")
    lines = [
        (language, admin_url(Translation, "change", pk), alt or _("no alternative text yet"))
        for language, pk, alt in alternatives
    ]
    row = '<dt>{}</dt><dd><a class="asset-link" href="{}#id_image_alt">{}</a></dd>'
    rows = format_html_join("", row, lines)
    return format_html('<div class="picture-described">{}<dl>{}</dl></div>', thumbnail(asset.image), rows)


def focal_picture(media: Media) -> SafeString:
    """The picture with a mark on its focal point; ``focal_point.js`` moves it with the two fields."""
    large = [name for name, width in renditions(media.name, media.width) if width <= LARGE_WIDTH]
    return format_html(
        '<div class="picture-focus"><img src="{}" alt="{}"><span style="left: {}; top: {}"></span></div>',
        rendition_path(large[-1] if large else media.name),
        media.title,
        *_focal_point(media),
    )


def _focal_point(media: Media) -> tuple[str, str]:
    """As percentages from the left and from the top, for CSS."""
    return f"{media.focal_x * 100:.1f}%", f"{media.focal_y * 100:.1f}%"
