"""The picture of a journey in sentences, for who cannot see it."""

from collections.abc import Iterable

from journeys.diagram.network import DiagramWay, JourneyNetwork, Lane, Spot, Stop
from journeys.diagram.overlay import NOTHING, Mark, Overlay
from journeys.phases import Phase

NO_STAGES = "There are no stages yet."
NOWHERE = "nothing leads on"


def in_words(drawn: JourneyNetwork, overlay: Overlay = NOTHING) -> list[str]:
    """The whole picture: what stages there are, where each leads, what stands on each channel, what the marks mean."""
    caption = [overlay.caption] if overlay.caption else []
    if not drawn.stops:
        return [NO_STAGES, *(_lane(drawn, lane, overlay) for lane in drawn.lanes), *caption]
    count = "1 stage" if len(drawn.stops) == 1 else f"{len(drawn.stops)} stages, in order"
    stops = listed(_described(stop, overlay.stages.get(stop.slug)) for stop in drawn.stops)
    ways = (f"From {stop.label} {leads(drawn, index)}." for index, stop in enumerate(drawn.stops))
    return [f"{count}: {stops}.", *ways, *(_lane(drawn, lane, overlay) for lane in drawn.lanes), *caption]


def of_the_network(drawn: JourneyNetwork) -> str:
    """Stages and transitions alone."""
    return " ".join(in_words(JourneyNetwork(drawn.slug, drawn.title, drawn.lang, drawn.stops, drawn.ways)))


def leads(drawn: JourneyNetwork, start: int) -> str:
    """Where the ways of one stage lead: ``on to Think, and back to See``."""
    ways = [way for way in drawn.ways if way.start == start]
    on = listed(_target(drawn, way) for way in ways if not way.is_back)
    back = listed(_target(drawn, way) for way in ways if way.is_back)
    return ", and ".join([*([f"on to {on}"] if on else []), *([f"back to {back}"] if back else [])]) or NOWHERE


def _described(stop: Stop, mark: Mark | None) -> str:
    marks = [*(["entry"] if stop.is_entry else []), *(["goal"] if stop.is_goal else [])]
    phases = [Phase(phase).label for phase in stop.phases]
    return f"{stop.label} ({'; '.join([', '.join(phases), *marks, *([mark.text] if mark else [])])})"


def _target(drawn: JourneyNetwork, way: DiagramWay) -> str:
    only = f" (only for {listed(way.audience)})" if way.audience else ""
    return f"{drawn.stops[way.end].label}{only}"


def _lane(drawn: JourneyNetwork, lane: Lane, overlay: Overlay) -> str:
    told = listed(_spot(drawn, spot, overlay.touchpoints.get(spot.slug)) for spot in lane.spots)
    return f"On {lane.label} ({lane.ownership}): {told}."


def _spot(drawn: JourneyNetwork, spot: Spot, mark: Mark | None) -> str:
    where = "every stage" if spot.stop is None else drawn.stops[spot.stop].label
    return f"{spot.label} at {where}{f' ({mark.text})' if mark else ''}"


def listed(words: Iterable[str]) -> str:
    """``a, b and c``; empty for none."""
    *firsts, last = [*words] or [""]
    return f"{', '.join(firsts)} and {last}" if firsts else last
