"""Routes the ways that leave the row of boxes: the level, ends and label of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

from django.utils.translation import ngettext

from journeys.diagram.letters import shortened, width, wrap
from journeys.diagram.network import DiagramWay
from journeys.diagram.sizes import CLEAR, PORT, Sizes

MOST_LINES = 2  # of a label; where names need more, or break within a word, letters with a key take their place
MOST_NAMED = 3


@dataclass(frozen=True)
class TrackSpan:
    """The horizontal extent of a box or column."""

    x: float
    width: float


@dataclass(frozen=True)
class Label:
    lines: tuple[str, ...]
    x: float
    width: float
    height: float


@dataclass(frozen=True)
class TransitionTrack:
    """A way that leaves the row: from ``start`` to ``end`` along ``y``."""

    way: DiagramWay
    start: float
    end: float
    y: float
    label: Label | None


@dataclass(frozen=True)
class Course:
    """A way before the edges of the boxes are known: its ports, its level (0 is next to the boxes), and its widest
    stretch that no other way crosses."""

    way: DiagramWay
    start: float
    end: float
    level: int
    free: tuple[float, float]


def courses(ways: Sequence[DiagramWay], spans: Sequence[TrackSpan], sizes: Sizes) -> list[Course]:
    """The courses of ``ways``: shorter ones nearer to the boxes, so that longer ones run around them."""
    #     level 1       .---------- 1 → 4 -----------.
    #     level 0       | .----- 1 → 3 -----.        | .---- 4 → 6 ----.
    #     boxes        [ 1 ]     [ 2 ]     [ 3 ]    [ 4 ]     [ 5 ]   [ 6 ]
    #
    # 1 → 3 and 4 → 6 do not overlap and share the level next to the boxes; 1 → 4 overlaps the former and goes around
    # it.
    # Greedy colouring of intervals: shortest first, each on the lowest level that no overlapping way has taken.
    ports = _ports(ways, spans, sizes)
    reach = {way: sorted((ports[way, way.start], ports[way, way.end])) for way in ways}
    levels: dict[DiagramWay, int] = {}
    for way in sorted(ways, key=lambda way: (abs(way.end - way.start), way.start)):
        west, east = reach[way]
        taken = {levels[other] for other in levels if reach[other][0] < east and west < reach[other][1]}
        levels[way] = next(level for level in range(len(ways)) if level not in taken)
    found = []
    for way in ways:
        west, east = reach[way]
        # Ways on outer levels cross this one on their way to the boxes: its label needs the widest gap between them.
        outer = [x for other in levels if levels[other] > levels[way] for x in reach[other] if west < x < east]
        free = max(pairwise([west, *sorted(outer), east]), key=lambda pair: pair[1] - pair[0])
        found.append(Course(way, ports[way, way.start], ports[way, way.end], levels[way], free))
    return found


def _ports(ways: Sequence[DiagramWay], spans: Sequence[TrackSpan], sizes: Sizes) -> dict[tuple[DiagramWay, int], float]:
    """The x on the edge of a box at which each way begins or ends.

    On the left what goes left, the nearest first; then what goes right, the farthest first: so ways that
    begin or end at the same box never cross.
    """
    found: dict[tuple[DiagramWay, int], float] = {}
    for place, span in enumerate(spans):
        # ``start + end - place`` is the other end of a way, whichever of its ends is here.
        others = {way: way.start + way.end - place for way in ways if place in (way.start, way.end)}
        to_left = sorted((way for way in others if others[way] < place), key=lambda way: -others[way])
        to_right = sorted((way for way in others if others[way] > place), key=lambda way: -others[way])
        room = span.width - 2 * sizes.pad
        step = min(2 * PORT, room / max(1, len(others)))  # closer together where many ways share the edge
        for index, way in enumerate(to_left):
            found[way, place] = span.x + sizes.pad + (index + 0.5) * step
        for index, way in enumerate(reversed(to_right)):
            found[way, place] = span.x + span.width - sizes.pad - (index + 0.5) * step
    return found


def audience_text(way: DiagramWay) -> str:
    """The segments of a way, at most three by name: ``Families, Students, Seniors and 2 more``."""
    names = ", ".join(shortened(title, 32) for title in way.audience[:MOST_NAMED])
    more = len(way.audience) - MOST_NAMED
    if more <= 0:
        return names
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {
        "names": names,
        "count": more,
    }


def key_for(found: Iterable[Course], sizes: Sizes) -> dict[tuple[str, ...], str]:
    """A letter for each audience, if their names would not fit beside some way; else none at all."""
    bound = [course for course in found if course.way.segments]
    if all(_fits(course, sizes) for course in bound):
        return {}
    audiences = dict.fromkeys(course.way.segments for course in bound)
    return {segments: _letter(index) for index, segments in enumerate(audiences)}


def _letter(index: int) -> str:
    """a … z, then a1 … z1, a2 …"""
    turn, place = divmod(index, len(ascii_lowercase))
    return f"{ascii_lowercase[place]}{turn or ''}"


def _lines(course: Course, sizes: Sizes) -> list[str]:
    return wrap(audience_text(course.way), _room(course), sizes.small)


def _room(course: Course) -> float:
    start, end = course.free
    return end - start - 20


def _fits(course: Course, sizes: Sizes) -> bool:
    # A single word that is wider than the stretch would be broken within: then all ways have letters, so that one
    # diagram does not mix the two.
    longest = max((width(word, sizes.small) for word in audience_text(course.way).split()), default=0)
    return longest <= _room(course) and len(_lines(course, sizes)) <= MOST_LINES


def _label(course: Course, key: dict[tuple[str, ...], str], sizes: Sizes) -> Label | None:
    """The label of a way, in the middle of its widest free stretch."""
    if not course.way.audience:
        return None
    lines = [key[course.way.segments]] if key else _lines(course, sizes)
    across = max(width(line, sizes.small) for line in lines) + (8 if key else 12)
    return Label(tuple(lines), sum(course.free) / 2, across, len(lines) * sizes.small_line + (4 if key else 6))


@dataclass(frozen=True)
class Side:
    """The ways on one side of the row."""

    placed: tuple[tuple[Course, Label | None], ...]
    heights: tuple[float, ...]

    @property
    def height(self) -> float:
        return sum(self.heights) + (CLEAR if self.heights else 0)

    def tracks(self, edge: float, sign: int) -> Iterable[TransitionTrack]:
        """The tracks, away from ``edge``: upwards for ``sign`` -1, downwards for 1."""
        for course, label in self.placed:
            # Levels stand on one another from the boxes outwards, each as high as its highest label: the middle of
            # level 2 is what levels 0 and 1 take, and half of its own.
            middle = sum(self.heights[: course.level]) + self.heights[course.level] / 2 + CLEAR
            yield TransitionTrack(course.way, course.start, course.end, edge + sign * middle, label)


def side(found: Sequence[Course], key: dict[tuple[str, ...], str], sizes: Sizes) -> Side:
    labels = [_label(course, key, sizes) for course in found]
    heights = [float(sizes.level)] * (max((course.level for course in found), default=-1) + 1)
    for course, label in zip(found, labels, strict=True):
        if label:
            heights[course.level] = max(heights[course.level], label.height + 4)
    return Side(tuple(zip(found, labels, strict=True)), tuple(heights))
