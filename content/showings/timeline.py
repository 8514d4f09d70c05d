"""Pure functions on windows: when each edition ends, and which one a reader sees at each instant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from content.instants import FAR, micros


@dataclass(frozen=True)
class Window:
    """The time an edition asked for, in microseconds; ``number`` tells the later of two publishes."""

    number: int
    start: int
    asked_until: int


@dataclass(frozen=True)
class LiveSpan:
    """The time in which a reader sees ``edition``, without ``end``; ``fallback`` is its place in the chain."""

    start: int
    end: int
    edition: int
    fallback: int


@dataclass(frozen=True)
class Stretch:
    """The effective window of one edition, for the readers of one locale's chain."""

    edition: int
    start: int
    end: int
    market_bound: bool


def effective_ends(windows: Iterable[Window]) -> dict[int, int]:
    """The effective end of each edition of one asset and locale that is not cancelled, by number.

    The earlier of what it asked for and the start of the next one; of two with the same start the later
    publish wins, and the other's window is empty.
    """
    # From the last start backwards, each edition ends where the one after it starts. Of two with one start the later
    # publish (number 3) comes first here, and leaves the other (2) an empty window:
    #
    #     number   start   asked until   effective
    #     1        0       ∞             0 … 10
    #     2        10      ∞             10 … 10    empty
    #     3        10      20            10 … 20
    ends: dict[int, int] = {}
    next_start = FAR
    for window in sorted(windows, key=lambda w: (w.start, w.number), reverse=True):
        ends[window.number] = max(window.start, min(window.asked_until, next_start))
        next_start = window.start
    return ends


def spans(chain: Sequence[Sequence[Stretch]]) -> list[LiveSpan]:
    """The spans in which a reader sees an edition of one asset, in order of time; equal neighbours are joined.

    ``chain`` holds the stretches of the reader's own locale first, then of each fallback. At each instant the
    nearest live one is shown; a market-bound edition is shown to readers of its own locale only.
    """
    # Example: ``nb`` live 10–20 over an endless ``da`` gives da 0–10, nb 10–20, da from 20: each locale takes what
    # those before it in the chain have left free.
    found: list[LiveSpan] = []
    free = [(0, FAR)]
    for depth, stretches in enumerate(chain):
        for stretch in stretches:
            if stretch.end <= stretch.start or (depth and stretch.market_bound):
                continue
            taken, free = _cut(free, stretch.start, stretch.end)
            found += [LiveSpan(start, end, stretch.edition, depth) for start, end in taken]
    return _joined(sorted(found, key=lambda span: span.start))


def _cut(free: list[tuple[int, int]], start: int, end: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The parts of ``free`` inside ``start``–``end``, and what is left outside."""
    taken: list[tuple[int, int]] = []
    outside: list[tuple[int, int]] = []
    for low, high in free:
        # A window inside a free part cuts it in three: 0 … ∞ and 10 … 20 give what is taken, 10 … 20, and two parts
        # that are left to the languages further down the chain, 0 … 10 and 20 … ∞.
        inside = (max(low, start), min(high, end))
        if inside[0] >= inside[1]:
            outside.append((low, high))
            continue
        taken.append(inside)
        outside += [part for part in ((low, inside[0]), (inside[1], high)) if part[0] < part[1]]
    return taken, outside


def _joined(ordered: list[LiveSpan]) -> list[LiveSpan]:
    """``ordered`` with neighbours of the same edition as one span."""
    joined: list[LiveSpan] = []
    for span in ordered:
        last = joined[-1] if joined else None
        if last and last.end == span.start and last.edition == span.edition:
            joined[-1] = LiveSpan(last.start, span.end, span.edition, span.fallback)
        else:
            joined.append(span)
    return joined


def stretch(edition: int, live_from: datetime, live_until: datetime | None, *, market_bound: bool) -> Stretch:
    return Stretch(edition, micros(live_from), micros(live_until), market_bound)
