"""Computes the position of everything in the diagram of a journey.

Stages are boxes in a row. Ways on to the next box are straight; all others leave a box's edge for a level of their own,
above the boxes if they lead on and below if they lead back. Under them the channels have a shelf each, with the
touchpoints in the columns of their stages. Lengths are in units of the picture, x and y from its upper left corner.

::

      .--- a level above: on to a later box ---.
      |                                        v
    [ 1 ] ---> [ 2 ] ---> [ 3 ] ---> [ 4 ] -> [ 5 ]
      ^                     |
      '- a level below: back '
    Mail  | tile |                   | tile |          a shelf: one channel
    Site  | tile at every stage . . . . . . . |        the next
"""

from collections.abc import Sequence
from dataclasses import dataclass

from journeys.diagram.letters import width, wrap
from journeys.diagram.network import DiagramWay, JourneyNetwork, Stop
from journeys.diagram.overlay import NOTHING, Mark, Overlay
from journeys.diagram.shelves import Shelf, badge_width, names_width, shelves
from journeys.diagram.sizes import (
    CAPTION,
    CAPTION_LINE,
    CLEAR,
    HEADING,
    HEADING_LINE,
    LEAST,
    MARGIN,
    PORT,
    Sizes,
    sizes_for,
)
from journeys.diagram.tracks import Side, TrackSpan, TransitionTrack, audience_text, courses, key_for, side
from journeys.phases import Phase

SHELF_GAP = 14  # between the lowest way back and the first shelf
LEGEND = 36
SHEET, SMALLEST = (1047, 699), 8  # a landscape A4 page within its margins, and six points, in CSS pixels


@dataclass(frozen=True)
class Box:
    stop: Stop
    x: float
    title: tuple[str, ...]
    phases: tuple[str, ...]
    mark: Mark | None


@dataclass(frozen=True)
class Layout:
    """All positions of one diagram; ``end`` is the y at which the shelves end and the legend begins."""

    sizes: Sizes
    heading: tuple[str, ...]
    caption: tuple[str, ...]
    boxes: tuple[Box, ...]
    box_width: float
    top: float
    bottom: float
    straight: tuple[DiagramWay, ...]
    tracks: tuple[TransitionTrack, ...]
    columns: tuple[TrackSpan, ...]
    shelves: tuple[Shelf, ...]
    end: float
    key: tuple[str, ...]
    width: float
    height: float


def layout(drawn: JourneyNetwork, overlay: Overlay = NOTHING) -> Layout:
    """The positions for ``drawn``. Tracks on one level do not touch, no label lies on a box, no tile on another."""
    sizes, names = sizes_for(len(drawn.stops)), names_width(drawn.lanes, sizes_for(len(drawn.stops)))
    # Widths first, for they decide how labels wrap; then heights; then everything is placed from the top down.
    straight, above, below = _by_side(drawn.ways)
    box_width = _box_width(drawn, above, below, overlay, sizes)
    spans = [TrackSpan(MARGIN + names + at * (box_width + sizes.gap), box_width) for at in range(len(drawn.stops))]
    whole = max(LEAST, 2 * MARGIN + names + len(spans) * (box_width + sizes.gap) - sizes.gap)
    upper, lower, key = _sides(above, below, spans, sizes)
    boxes = tuple(_box(stop, span, overlay, sizes) for stop, span in zip(drawn.stops, spans, strict=True))
    heading = tuple(wrap(drawn.label, whole - 2 * MARGIN, HEADING, bold=True))
    caption = tuple(wrap(overlay.caption, whole - 2 * MARGIN, CAPTION))
    # From the top down: title, caption, the levels of ways on, the boxes, the levels of ways back, shelves, legend.
    top = MARGIN + len(heading) * HEADING_LINE + len(caption) * CAPTION_LINE + (upper.height or CLEAR)
    bottom = top + _box_height(boxes, overlay, sizes)
    columns, low = _columns(spans, whole, names, sizes), bottom + lower.height
    filled = tuple(shelves(drawn.lanes, columns, low + SHELF_GAP, names, overlay.touchpoints, sizes))
    end = filled[-1].y + filled[-1].height if filled else low
    lines = _key_lines(drawn, key, whole, sizes)
    return Layout(
        sizes=sizes,
        heading=heading,
        caption=caption,
        boxes=boxes,
        box_width=box_width,
        top=top,
        bottom=bottom,
        straight=straight,
        tracks=(*upper.tracks(top, -1), *lower.tracks(bottom, 1)),
        columns=tuple(columns),
        shelves=filled,
        end=end,
        key=tuple(lines),
        width=whole,
        height=end + LEGEND + len(lines) * sizes.small_line + MARGIN / 2,
    )


def needs_large_paper(drawn: JourneyNetwork, overlay: Overlay = NOTHING) -> bool:
    """Whether its smallest letters would be below six points on one A4 sheet."""
    laid = layout(drawn, overlay)
    return min(SHEET[0] / laid.width, SHEET[1] / laid.height) * laid.sizes.small < SMALLEST


Ways = tuple[DiagramWay, ...]


def _by_side(ways: Ways) -> tuple[Ways, Ways, Ways]:
    """The ways straight on to the next box, those above the boxes, and those below."""
    # A way for some segments needs room for their names, which there is none of between two boxes: it goes above them.
    straight = tuple(way for way in ways if way.end == way.start + 1 and not way.segments)
    above = tuple(way for way in ways if not way.is_back and way not in straight)
    return straight, above, tuple(way for way in ways if way.is_back)


def _sides(
    above: Ways, below: Ways, spans: Sequence[TrackSpan], sizes: Sizes
) -> tuple[Side, Side, dict[tuple[str, ...], str]]:
    """The ways above and below, and the letters for who they are for, if there need to be any."""
    over, under = courses(above, spans, sizes), courses(below, spans, sizes)
    key = key_for([*over, *under], sizes)
    return side(over, key, sizes), side(under, key, sizes), key


def _box_width(
    drawn: JourneyNetwork, above: Sequence[DiagramWay], below: Sequence[DiagramWay], overlay: Overlay, sizes: Sizes
) -> float:
    """Wide enough for the longest word, within limits, for the widest badge, and for all ports at the busiest edge."""
    words = (word for stop in drawn.stops for word in stop.label.split())
    longest = max((width(word, sizes.title, bold=True) for word in words), default=0) + 2 * sizes.pad
    marks = (*overlay.stages.values(), *overlay.touchpoints.values())
    # One width for all boxes: the columns of touchpoints stand under them, and a row of equal boxes reads as a
    # sequence.
    badges = max((badge_width(mark, sizes) for mark in marks), default=0) + 2 * sizes.pad
    places = range(len(drawn.stops))
    busiest = max((sum(at in (w.start, w.end) for w in side) for at in places for side in (above, below)), default=0)
    return max(sizes.narrowest, min(longest, sizes.widest), badges, busiest * PORT + 2 * sizes.pad)


def _box(stop: Stop, span: TrackSpan, overlay: Overlay, sizes: Sizes) -> Box:
    room = span.width - 2 * sizes.pad
    phases = ", ".join(str(Phase(phase).label) for phase in stop.phases)
    title = tuple(wrap(stop.label, room, sizes.title, bold=True))
    return Box(stop, span.x, title, tuple(wrap(phases, room, sizes.small)), overlay.stages.get(stop.slug))


def _box_height(boxes: Sequence[Box], overlay: Overlay, sizes: Sizes) -> float:
    titles = max((len(box.title) for box in boxes), default=1)
    phases = max((len(box.phases) for box in boxes), default=0)
    marks = sizes.small_line + sizes.pad if overlay.stages else 0
    lines = titles * sizes.title_line + phases * sizes.small_line
    return 2 * sizes.pad + entry_height(sizes) + lines + marks + 10


def entry_height(sizes: Sizes) -> float:
    """The height of the words “Entry” and “Goal” above a title."""
    return sizes.small_line + 6


def _columns(spans: Sequence[TrackSpan], whole: float, names: float, sizes: Sizes) -> list[TrackSpan]:
    """The columns of touchpoints: under each box, a little wider than it where boxes are close."""
    # Neighbours stay eight units apart at least: of a gap of 18 each column takes 5 on either side, and leaves 8.
    more = min(sizes.gap - 8, 14) / 2
    wider = [TrackSpan(span.x - more, span.width + 2 * more) for span in spans]
    return wider or [TrackSpan(MARGIN + names, whole - 2 * MARGIN - names)]


def _key_lines(drawn: JourneyNetwork, key: dict[tuple[str, ...], str], whole: float, sizes: Sizes) -> list[str]:
    """The key: the audience that each letter on the ways stands for."""
    audiences = {key[way.segments]: audience_text(way) for way in drawn.ways if way.segments in key}
    text = " · ".join(f"{letter}: {audiences[letter]}" for letter in key.values())
    return wrap(text, whole - 2 * MARGIN, sizes.small)
