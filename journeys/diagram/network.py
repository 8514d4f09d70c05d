"""network() – one journey as it is drawn: its stages in order and the ways between them, in the reader's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from journeys.atlas import Atlas, direction
from journeys.diagram.letters import clean
from journeys.models import Journey, Stage
from journeys.models.mapped import Mapped
from journeys.phases import Phase

NO_STAGES = "There are no stages yet."


@dataclass(frozen=True)
class Stop:
    """A stage. ``lang`` is the locale its title is told in, empty where that is not known."""

    slug: str
    title: str
    lang: str
    phases: tuple[str, ...]
    is_entry: bool
    is_goal: bool
    question: str

    @property
    def label(self) -> str:
        """The title as it can be drawn."""
        return clean(self.title) or self.slug


@dataclass(frozen=True)
class Way:
    """A transition between two stops, by their place in the network. No segments: for everyone."""

    start: int
    end: int
    direction: str
    segments: tuple[str, ...]
    audience: tuple[str, ...]

    @property
    def is_back(self) -> bool:
        return self.direction == "return"


@dataclass(frozen=True)
class Network:
    slug: str
    title: str
    lang: str
    stops: tuple[Stop, ...]
    ways: tuple[Way, ...]

    @property
    def label(self) -> str:
        """The title as it can be drawn."""
        return clean(self.title) or self.slug


def network(journey: Journey, atlas: Atlas, codes: list[str]) -> Network:
    """``journey`` with its titles in the first of ``codes`` that has one. No queries.

    Stops are in journey order; ways by where they start, then as the atlas has them.
    """
    stages = atlas.stages_of[journey.pk]
    place = {stage.pk: index for index, stage in enumerate(stages)}
    ways = []
    for stage in stages:
        for edge in atlas.edges.get(stage.pk, []):
            named = sorted((atlas.segments_by_id[pk] for pk in edge.segments), key=lambda segment: segment.slug)
            ways.append(
                Way(
                    start=place[stage.pk],
                    end=place[edge.to_stage.pk],
                    direction=direction(stage, edge.to_stage),
                    segments=tuple(segment.slug for segment in named),
                    audience=tuple(clean(segment.title_in(codes)) or segment.slug for segment in named),
                )
            )
    return Network(
        slug=journey.slug,
        title=journey.title_in(codes),
        lang=_lang(journey, codes),
        stops=tuple(_stop(stage, codes) for stage in stages),
        ways=tuple(ways),
    )


def _stop(stage: Stage, codes: list[str]) -> Stop:
    return Stop(
        slug=stage.slug,
        title=stage.title_in(codes),
        lang=_lang(stage, codes),
        phases=tuple(stage.phases),
        is_entry=stage.is_entry,
        is_goal=stage.is_goal,
        question=stage.question,
    )


def _lang(thing: Mapped, codes: Iterable[str]) -> str:
    return next((code for code in codes if thing.titles.get(code)), "")


def as_data(drawn: Network) -> dict[str, Any]:
    """The network as JSON tells it: everything by its slug."""
    return {
        "journey": {"slug": drawn.slug, "title": drawn.title},
        "stages": [
            {
                "slug": stop.slug,
                "title": stop.title,
                "phases": list(stop.phases),
                "is_entry": stop.is_entry,
                "is_goal": stop.is_goal,
                "question": stop.question,
            }
            for stop in drawn.stops
        ],
        "transitions": [
            {
                "from": drawn.stops[way.start].slug,
                "to": drawn.stops[way.end].slug,
                "direction": way.direction,
                "segments": list(way.segments),
            }
            for way in drawn.ways
        ],
    }


def in_words(drawn: Network) -> str:
    """The whole network in sentences, for who cannot see it."""
    if not drawn.stops:
        return NO_STAGES
    count = "1 stage" if len(drawn.stops) == 1 else f"{len(drawn.stops)} stages, in order"
    told = [f"{count}: {listed(_described(stop) for stop in drawn.stops)}."]
    for index, stop in enumerate(drawn.stops):
        ways = [way for way in drawn.ways if way.start == index]
        on = listed(_target(drawn, way) for way in ways if not way.is_back)
        back = listed(_target(drawn, way) for way in ways if way.is_back)
        leads = ", and ".join([*([f"on to {on}"] if on else []), *([f"back to {back}"] if back else [])])
        told.append(f"From {stop.label} {leads or 'nothing leads on'}.")
    return " ".join(told)


def _described(stop: Stop) -> str:
    marks = [*(["entry"] if stop.is_entry else []), *(["goal"] if stop.is_goal else [])]
    phases = [Phase(phase).label for phase in stop.phases]
    return f"{stop.label} ({'; '.join([', '.join(phases), *marks])})"


def _target(drawn: Network, way: Way) -> str:
    only = f" (only for {listed(way.audience)})" if way.audience else ""
    return f"{drawn.stops[way.end].label}{only}"


def listed(words: Iterable[str]) -> str:
    """``a, b and c``; empty for none."""
    *firsts, last = [*words] or [""]
    return f"{', '.join(firsts)} and {last}" if firsts else last
