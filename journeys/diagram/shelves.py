"""The touchpoints under the row of stages: a shelf for each channel, on it a tile for each touchpoint."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from journeys.diagram.letters import cut, width, wrap
from journeys.diagram.network import Lane, Spot
from journeys.diagram.overlay import Mark
from journeys.diagram.sizes import Sizes
from journeys.diagram.tracks import TrackSpan

NARROWEST, WIDEST = 84, 128  # the names of channels
MOST_LINES = 3
BETWEEN = 4  # from tile to tile, and from words to a badge
BEFORE = 14  # between the names and the first column
BADGE_PAD = 8  # what a badge is wider than its words


@dataclass(frozen=True)
class Tile:
    """A touchpoint. ``badge`` is where the mark upon it begins, if there is one: at the end of the last line, or
    below it."""

    spot: Spot
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    mark: Mark | None
    badge: tuple[float, float] | None


@dataclass(frozen=True)
class Shelf:
    lane: Lane
    title: tuple[str, ...]
    y: float
    height: float
    tiles: tuple[Tile, ...]


def names_width(lanes: Sequence[Lane], sizes: Sizes) -> float:
    """The width of the column of channels' names; 0 without channels."""
    if not lanes:
        return 0
    longest = max(width(lane.label, sizes.small, bold=True) for lane in lanes)
    return min(max(longest + 1, NARROWEST), WIDEST) + BEFORE


def shelves(
    lanes: Sequence[Lane],
    columns: Sequence[TrackSpan],
    top: float,
    names: float,
    marks: Mapping[str, Mark],
    sizes: Sizes,
) -> Iterable[Shelf]:
    """From ``top`` downwards. A touchpoint at every stage is as wide as all ``columns`` together."""
    # ``low`` is how far down each column is filled: a tile goes below what is there, a wide one below everything.
    whole = TrackSpan(columns[0].x, columns[-1].x + columns[-1].width - columns[0].x)
    for lane in lanes:
        title = tuple(cut(wrap(lane.label, names - BEFORE, sizes.small, bold=True), MOST_LINES))
        low = [top + BETWEEN] * len(columns)
        tiles = []
        for spot in lane.spots:
            span = whole if spot.stop is None else columns[spot.stop]
            y = max(low) if spot.stop is None else low[spot.stop]
            tile = _tile(spot, span, y, marks.get(spot.slug), sizes)
            tiles.append(tile)
            below = y + tile.height + BETWEEN
            # With a tile at every stage first and then two at stage 2:
            #
            #     columns    1          2          3
            #     low        [ every stage        ]   ``below`` in all three
            #                free       tile       free
            #                           tile           only column 2 grows
            low = [below if spot.stop in (None, place) else other for place, other in enumerate(low)]
        # A shelf is as high as its fullest column, and at least as high as the channel's name with its ownership below
        # it.
        height = max(*low, top + (len(title) + 1) * sizes.small_line + 2 * BETWEEN + 2) - top
        yield Shelf(lane, title, top, height, tuple(tiles))
        top += height


def _tile(spot: Spot, span: TrackSpan, y: float, mark: Mark | None, sizes: Sizes) -> Tile:
    room = span.width - 2 * sizes.inset
    words = spot.label if spot.stop is not None else _("%(touchpoint)s · at every stage") % {"touchpoint": spot.label}
    lines = cut(wrap(words, room, sizes.small), MOST_LINES)
    height = len(lines) * sizes.small_line + sizes.inset
    badge = None
    if mark:
        after = width(lines[-1], sizes.small) + BETWEEN
        if after + badge_width(mark, sizes) <= room:
            badge = (span.x + sizes.inset + after, y + sizes.inset / 2 + (len(lines) - 1) * sizes.small_line)
        else:
            badge = (span.x + sizes.inset, y + sizes.inset / 2 + len(lines) * sizes.small_line + 1)
            height += sizes.small_line + 2
    return Tile(spot, tuple(lines), span.x, y, span.width, height, mark, badge)


def badge_width(mark: Mark, sizes: Sizes) -> float:
    return width(mark.text, sizes.small, bold=True) + BADGE_PAD
