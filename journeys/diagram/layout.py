"""layout() – where everything in the picture of a journey stands.

Stages are boxes in a row. Ways on to the next box are straight; all others leave a box's edge for a lane of their own,
above the boxes if they lead on and below if they lead back. Lengths are in units of the picture, x and y from its
upper left corner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from journeys.diagram.letters import shortened, width, wrap
from journeys.diagram.network import Network, Stop, Way
from journeys.phases import Phase

MARGIN, GAP, PAD = 32, 72, 18
HEADING, TITLE, SMALL = 22, 16, 12  # sizes of letters
HEADING_LINE, TITLE_LINE, SMALL_LINE = 29, 21, 16
MARK_HEIGHT = 22
CLEAR = 12  # between the boxes and the first lane, for arrowheads
LANE, PORT = 22, 12  # the least a lane is high, and ports are apart
NARROWEST_PICTURE = 480  # holds the legend
NARROWEST, WIDEST = 168, 216  # boxes, as far as titles decide; a crowd of ways makes them wider still


@dataclass(frozen=True)
class Box:
    stop: Stop
    x: float
    title: tuple[str, ...]
    phases: tuple[str, ...]


@dataclass(frozen=True)
class Label:
    lines: tuple[str, ...]
    x: float
    width: float

    @property
    def height(self) -> float:
        return len(self.lines) * SMALL_LINE + 6


@dataclass(frozen=True)
class Track:
    """A way that leaves the row: from ``start`` to ``end`` along ``y``."""

    way: Way
    start: float
    end: float
    y: float
    label: Label | None


@dataclass(frozen=True)
class Layout:
    heading: tuple[str, ...]
    boxes: tuple[Box, ...]
    box_width: float
    top: float
    bottom: float
    straight: tuple[Way, ...]
    tracks: tuple[Track, ...]
    width: float
    height: float


def layout(drawn: Network) -> Layout:
    """The picture of ``drawn``. No track shares a lane with one it would touch, no label lies on a box."""
    straight = [way for way in drawn.ways if way.end == way.start + 1 and not way.segments]
    above = [way for way in drawn.ways if not way.is_back and way not in straight]
    below = [way for way in drawn.ways if way.is_back]
    box_width = _box_width(drawn, above, below)
    boxes = [_box(stop, MARGIN + index * (box_width + GAP), box_width) for index, stop in enumerate(drawn.stops)]
    whole = max(NARROWEST_PICTURE, 2 * MARGIN + len(boxes) * (box_width + GAP) - GAP)
    heading = wrap(drawn.label, whole - 2 * MARGIN, HEADING, bold=True)
    over, under = _lanes(above, boxes, box_width), _lanes(below, boxes, box_width)
    top = MARGIN + len(heading) * HEADING_LINE + CLEAR + sum(over.heights)
    bottom = top + _box_height(boxes)
    return Layout(
        heading=tuple(heading),
        boxes=tuple(boxes),
        box_width=box_width,
        top=top,
        bottom=bottom,
        straight=tuple(straight),
        tracks=(*over.tracks(top, -1), *under.tracks(bottom, 1)),
        width=whole,
        height=bottom + CLEAR + sum(under.heights) + 2 * MARGIN,
    )


def _box_width(drawn: Network, above: Sequence[Way], below: Sequence[Way]) -> float:
    """Room for the longest word, within reason, and for a port a way at the busiest edge."""
    words = (word for stop in drawn.stops for word in stop.label.split())
    longest = max((width(word, TITLE, bold=True) for word in words), default=0) + 2 * PAD
    places = range(len(drawn.stops))
    busiest = max((sum(at in (w.start, w.end) for w in side) for at in places for side in (above, below)), default=0)
    return max(NARROWEST, min(longest, WIDEST), busiest * PORT + 2 * PAD)


def _box(stop: Stop, x: float, box_width: float) -> Box:
    room = box_width - 2 * PAD
    phases = ", ".join(Phase(phase).label for phase in stop.phases)
    return Box(stop, x, tuple(wrap(stop.label, room, TITLE, bold=True)), tuple(wrap(phases, room, SMALL)))


def _box_height(boxes: Sequence[Box]) -> float:
    titles = max((len(box.title) for box in boxes), default=1)
    phases = max((len(box.phases) for box in boxes), default=0)
    return 2 * PAD + MARK_HEIGHT + titles * TITLE_LINE + phases * SMALL_LINE + 12


@dataclass(frozen=True)
class Lanes:
    """The ways on one side of the row, each in a lane; lane 0 is next to the boxes."""

    placed: tuple[tuple[Way, float, float, int, Label | None], ...]
    heights: tuple[float, ...]

    def tracks(self, edge: float, sign: int) -> Iterable[Track]:
        """The tracks, away from ``edge``: upwards for ``sign`` -1, downwards for 1."""
        for way, start, end, lane, label in self.placed:
            middle = sum(self.heights[:lane]) + self.heights[lane] / 2 + CLEAR
            yield Track(way, start, end, edge + sign * middle, label)


def _lanes(ways: Sequence[Way], boxes: Sequence[Box], box_width: float) -> Lanes:
    """Short ways next to the boxes, so that a way which spans others runs outside of them."""
    ports = _ports(ways, boxes, box_width)
    spans = {way: sorted((ports[way, way.start], ports[way, way.end])) for way in ways}
    lanes: dict[Way, int] = {}
    for way in sorted(ways, key=lambda way: (abs(way.end - way.start), way.start)):
        left, right = spans[way]
        taken = {lanes[other] for other in lanes if spans[other][0] < right and left < spans[other][1]}
        lanes[way] = next(lane for lane in range(len(ways)) if lane not in taken)
    labels = {way: _label(way, spans, lanes) for way in ways}
    heights = [float(LANE)] * (max(lanes.values(), default=-1) + 1)
    for way, label in labels.items():
        if label:
            heights[lanes[way]] = max(heights[lanes[way]], label.height + 6)
    placed = [(way, ports[way, way.start], ports[way, way.end], lanes[way], labels[way]) for way in ways]
    return Lanes(tuple(placed), tuple(heights))


def _ports(ways: Sequence[Way], boxes: Sequence[Box], box_width: float) -> dict[tuple[Way, int], float]:
    """Where on the edge of a box each way begins or ends.

    On the left what goes left, the nearest first; then what goes right, the farthest first: so ways that
    begin or end at the same box never cross.
    """
    found: dict[tuple[Way, int], float] = {}
    for place, box in enumerate(boxes):
        others = {way: way.start + way.end - place for way in ways if place in (way.start, way.end)}
        to_left = sorted((way for way in others if others[way] < place), key=lambda way: -others[way])
        to_right = sorted((way for way in others if others[way] > place), key=lambda way: -others[way])
        room = box_width - 2 * PAD
        step = min(2 * PORT, room / max(1, len(others)))
        for index, way in enumerate(to_left):
            found[way, place] = box.x + PAD + (index + 0.5) * step
        for index, way in enumerate(reversed(to_right)):
            found[way, place] = box.x + box_width - PAD - (index + 0.5) * step
    return found


def _label(way: Way, spans: dict[Way, list[float]], lanes: dict[Way, int]) -> Label | None:
    """The segments' titles in the widest stretch of the way that no other crosses."""
    if not way.audience:
        return None
    left, right = spans[way]
    outer = [x for other in lanes if lanes[other] > lanes[way] for x in spans[other] if left < x < right]
    start, end = max(pairwise([left, *sorted(outer), right]), key=lambda pair: pair[1] - pair[0])
    named = ", ".join(shortened(title, 32) for title in way.audience[:3])
    more = len(way.audience) - 3
    text = f"{named} and {more} more" if more > 0 else named
    lines = wrap(text, end - start - 20, SMALL)
    return Label(tuple(lines), (start + end) / 2, max(width(line, SMALL) for line in lines) + 12)
