"""The shelves of channels with their touchpoints as SVG, and the badge of a mark."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from journeys.diagram.layout import Layout
from journeys.diagram.network import JourneyNetwork
from journeys.diagram.overlay import Mark, Overlay
from journeys.diagram.pen import frame, group, lang, line, n, paint, text
from journeys.diagram.shelves import BETWEEN, Shelf, Tile, badge_width
from journeys.diagram.sizes import MARGIN, Sizes
from journeys.diagram.words import ownership_text, stage_text


def shades(laid: Layout) -> Iterable[str]:
    """Shades every second column from its stage down, so that the eye finds its stage again."""
    if laid.shelves:
        for column in laid.columns[::2] if laid.boxes else ():
            top = (laid.top + laid.bottom) / 2
            yield frame(column.x - 3, top, column.width + 6, laid.end - top, radius=0, paints=paint(fill="shade"))


def drawn_shelves(drawn: JourneyNetwork, laid: Layout, overlay: Overlay) -> Iterable[str]:
    for shelf in laid.shelves:
        yield from group("channel", {"channel": shelf.lane.slug}, _shelf(shelf, drawn, laid, overlay))


def _shelf(shelf: Shelf, drawn: JourneyNetwork, laid: Layout, overlay: Overlay) -> Iterable[str]:
    sizes = laid.sizes
    yield line(f"M{MARGIN} {n(shelf.y)}H{n(laid.columns[-1].x + laid.columns[-1].width)}", "rule", width=1)
    more = f' font-weight="700"{lang(shelf.lane.lang)}'
    for index, words in enumerate(shelf.title):
        yield text(words, MARGIN, shelf.y + BETWEEN + sizes.small_line * (index + 0.9), size=sizes.small, more=more)
    y = shelf.y + BETWEEN + sizes.small_line * (len(shelf.title) + 0.9)
    ownership = ownership_text(shelf.lane)
    sort = ownership if shelf.lane.is_digital else _("%(ownership)s, offline") % {"ownership": ownership}
    yield text(sort, MARGIN, y, size=sizes.small, fill="soft")
    for tile in shelf.tiles:
        yield from _touchpoint(tile, shelf, drawn, sizes, overlay)


def _touchpoint(tile: Tile, shelf: Shelf, drawn: JourneyNetwork, sizes: Sizes, overlay: Overlay) -> Iterable[str]:
    spot = tile.spot
    words = {"touchpoint": spot.label, "channel": shelf.lane.label, "stage": stage_text(drawn, spot)}
    title = _("%(touchpoint)s: %(channel)s, at %(stage)s") % words
    title = f"{title}, {tile.mark.text}" if tile.mark else title
    link = overlay.touchpoint_links.get(spot.slug, "")
    return group("touchpoint", {"touchpoint": spot.slug}, _tile(tile, sizes), title=title, link=link)


def _tile(tile: Tile, sizes: Sizes) -> Iterable[str]:
    """A touchpoint; one at every stage has round ends."""
    outline = f'{paint(fill="paper", stroke="soft")} stroke-width="1"'
    radius = 4 if tile.spot.stop is not None else min(tile.height / 2, 12)
    yield frame(tile.x, tile.y, tile.width, tile.height, radius=radius, paints=outline)
    for index, words in enumerate(tile.lines):
        y = tile.y + sizes.inset / 2 + sizes.small_line * (index + 0.5) + sizes.small * 0.36
        yield text(words, tile.x + sizes.inset, y, size=sizes.small, more=lang(tile.spot.lang))
    if tile.mark and tile.badge:
        yield from badge(tile.mark, *tile.badge, sizes)


def badge(mark: Mark, x: float, y: float, sizes: Sizes) -> Iterable[str]:
    """A mark that ``lacks`` is light on dark, others dark on light in a frame."""
    ground, ink = ("alarm", "paper") if mark.lacks else ("paper", "ink")
    paints = f'{paint(fill=ground, stroke="alarm" if mark.lacks else "soft")} stroke-width="1"'
    across = badge_width(mark, sizes)
    yield frame(x, y, across, sizes.small_line, radius=3, paints=paints)
    more = ' font-weight="700" text-anchor="middle"'
    yield text(
        mark.text, x + across / 2, y + sizes.small_line / 2 + sizes.small * 0.36, size=sizes.small, fill=ink, more=more
    )
