"""The page that a share link opens, for people without an account; neither cached nor indexed."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from content import clock
from content.catalogue import Catalogue, current_catalogue
from content.drafts.labels import spoken_user
from content.field_display import field_lines
from content.links import without_links
from content.models import ShareLink
from content.renditions import ROOT, image_json
from content.richtext import sanitise
from content.sharing.share import link_of, open_link
from content.words import Unreadable, parse_words

logger = logging.getLogger(__name__)
HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; img-src 'self' https:; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
# Links in the body that work on this page; the rest are paths on the readers' site or other assets.
WORKING = ("https://", "http://", "mailto:", "tel:", "#", ROOT)


@dataclass(frozen=True)
class Place:
    """A stage of the text: titles of stage, journey and segments, and the teaser there."""

    stage: str
    journey: str
    segments: list[str]
    teaser: str


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The shared draft as a page. Unknown, expired and revoked links get the same answer, to the byte.

    The template gets no request: the page neither reads nor sets a cookie.
    """
    # A HEAD shows nobody anything, so it is not counted.
    look = open_link if request.method == "GET" else link_of
    link = look(token, at=clock.now())
    if link is None or not _can_be_read(link):
        return HttpResponse(render_to_string("content/preview_ended.html"), status=404, headers=HEADERS)
    return HttpResponse(render_to_string("content/preview.html", _page(link)), headers=HEADERS)


def _can_be_read(link: ShareLink) -> bool:
    try:
        parse_words(bytes(link.document))
    except Unreadable:
        logger.error("Share link %s cannot be read", link.pk)
        return False
    return True


def _page(link: ShareLink) -> dict[str, object]:
    catalogue, words = current_catalogue(), link.words
    locale, kind, by = link.translation.locale, link.translation.asset.kind, link.created_by
    return {
        "link": link,
        "by": spoken_user(by) if by else "",
        "code": locale.code,
        "direction": "rtl" if locale.code.partition("-")[0] in settings.LANGUAGES_BIDI else "ltr",
        "kind": kind.title,
        "words": words,
        # Sanitised when it was frozen, and again here: it goes out as HTML.
        "body": mark_safe(without_links(sanitise(words["body"]), lambda href: href.startswith(WORKING))),  # noqa: S308
        "image": image_json(words["image"]),
        "fields": field_lines(kind.schema, words["fields"]),
        "places": list(_places(link, catalogue)),
    }


def _places(link: ShareLink, catalogue: Catalogue) -> Iterator[Place]:
    """The stages of the text when it was shared; those deleted since are left out."""
    atlas, codes = catalogue.atlas, [link.translation.locale.code]
    for placement in link.placements:
        stage = atlas.stages.get(placement["stage"])
        if stage:
            yield Place(
                stage=stage.title_in(codes),
                journey=stage.journey.title_in(codes),
                segments=[
                    atlas.segments_by_id[pk].title_in(codes)
                    for pk in placement["segments"]
                    if pk in atlas.segments_by_id
                ],
                teaser=link.teasers.get(str(stage.pk), ""),
            )
