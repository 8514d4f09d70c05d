"""The shelves of channels with their touchpoints as SVG, and the badge of a mark."""

from collections.abc import Iterable

from journeys.diagram.layout import Layout
from journeys.diagram.network import JourneyNetwork
from journeys.diagram.overlay import Mark, Overlay
from journeys.diagram.pen import frame, group, lang, line, n, paint, text
from journeys.diagram.shelves import BETWEEN, Shelf, Tile, badge_width
from journeys.diagram.sizes import MARGIN, Sizes


def shades(laid: Layout) -> Iterable[str]:
    """Every second column is shaded from its stage down, so that the eye finds the way up again."""
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
    told = shelf.lane.ownership if shelf.lane.is_digital else f"{shelf.lane.ownership}, offline"
    yield text(told, MARGIN, y, size=sizes.small, fill="soft")
    for tile in shelf.tiles:
        yield from _touchpoint(tile, shelf, drawn, sizes, overlay)


def _touchpoint(tile: Tile, shelf: Shelf, drawn: JourneyNetwork, sizes: Sizes, overlay: Overlay) -> Iterable[str]:
    spot = tile.spot
    where = "every stage" if spot.stop is None else drawn.stops[spot.stop].label
    told = f"{spot.label}: {shelf.lane.label}, at {where}{f', {tile.mark.text}' if tile.mark else ''}"
    link = overlay.touchpoint_links.get(spot.slug, "")
    return group("touchpoint", {"touchpoint": spot.slug}, _tile(tile, sizes), title=told, link=link)


def _tile(tile: Tile, sizes: Sizes) -> Iterable[str]:
    """At every stage: with round ends."""
    outline = f'{paint(fill="paper", stroke="soft")} stroke-width="1"'
    radius = 4 if tile.spot.stop is not None else min(tile.height / 2, 12)
    yield frame(tile.x, tile.y, tile.width, tile.height, radius=radius, paints=outline)
    for index, words in enumerate(tile.lines):
        y = tile.y + sizes.inset / 2 + sizes.small_line * (index + 0.5) + sizes.small * 0.36
        yield text(words, tile.x + sizes.inset, y, size=sizes.small, more=lang(tile.spot.lang))
    if tile.mark and tile.badge:
        yield from badge(tile.mark, *tile.badge, sizes)


def badge(mark: Mark, x: float, y: float, sizes: Sizes) -> Iterable[str]:
    """What lacks is written light on dark, the rest dark on light in a frame."""
    ground, ink = ("alarm", "paper") if mark.lacks else ("paper", "ink")
    paints = f'{paint(fill=ground, stroke="alarm" if mark.lacks else "soft")} stroke-width="1"'
    across = badge_width(mark, sizes)
    yield frame(x, y, across, sizes.small_line, radius=3, paints=paints)
    more = ' font-weight="700" text-anchor="middle"'
    yield text(
        mark.text, x + across / 2, y + sizes.small_line / 2 + sizes.small * 0.36, size=sizes.small, fill=ink, more=more
    )
