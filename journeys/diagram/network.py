"""One journey as data for drawing: its stages in order, the ways between them and its touchpoints by channel, with
titles in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from journeys.atlas import Atlas, direction
from journeys.diagram.letters import clean
from journeys.models import Channel, Journey, Stage
from journeys.models.channel import Ownership
from journeys.models.mapped import Mapped


@dataclass(frozen=True)
class Stop:
    """A stage. ``lang`` is the locale of its title, empty where that is not known."""

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
class DiagramWay:
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
class Spot:
    """A touchpoint. ``stop`` is the index of its stage; ``None``: it is at every stage."""

    slug: str
    title: str
    lang: str
    stop: int | None

    @property
    def label(self) -> str:
        """The title as it can be drawn."""
        return clean(self.title) or self.slug


@dataclass(frozen=True)
class Lane:
    """A channel, with this journey's touchpoints on it: those at every stage first, then by stage."""

    slug: str
    title: str
    lang: str
    ownership: str
    is_digital: bool
    spots: tuple[Spot, ...]

    @property
    def label(self) -> str:
        """The title as it can be drawn."""
        return clean(self.title) or self.slug


@dataclass(frozen=True)
class JourneyNetwork:
    slug: str
    title: str
    lang: str
    stops: tuple[Stop, ...]
    ways: tuple[DiagramWay, ...]
    lanes: tuple[Lane, ...] = ()

    @property
    def label(self) -> str:
        """The title as it can be drawn."""
        return clean(self.title) or self.slug


def network(journey: Journey, atlas: Atlas, codes: list[str]) -> JourneyNetwork:
    """``journey`` with its titles in the first of ``codes`` that has one. No queries.

    Stops are in journey order; ways by where they start, then as the atlas has them; lanes are those of channels that
    have touchpoints here: owned ones first, then earned, then paid.
    """
    stages = atlas.stages_of[journey.pk]
    place = {stage.pk: index for index, stage in enumerate(stages)}
    ways = []
    for stage in stages:
        for edge in atlas.edges.get(stage.pk, []):
            segments = sorted((atlas.segments_by_id[pk] for pk in edge.segments), key=lambda segment: segment.slug)
            ways.append(
                DiagramWay(
                    start=place[stage.pk],
                    end=place[edge.to_stage.pk],
                    direction=direction(stage, edge.to_stage),
                    segments=tuple(segment.slug for segment in segments),
                    audience=tuple(clean(segment.title_in(codes)) or segment.slug for segment in segments),
                )
            )
    return JourneyNetwork(
        slug=journey.slug,
        title=journey.title_in(codes),
        lang=_lang(journey, codes),
        stops=tuple(_stop(stage, codes) for stage in stages),
        ways=tuple(ways),
        lanes=tuple(_lanes(journey, atlas, place, codes)),
    )


def _lanes(journey: Journey, atlas: Atlas, place: dict[int, int], codes: list[str]) -> Iterable[Lane]:
    by_channel: dict[int, list[Spot]] = {}
    for touchpoint in atlas.touchpoints.values():
        if touchpoint.journey_id == journey.pk:
            stop = place.get(touchpoint.stage_id) if touchpoint.stage_id else None
            spot = Spot(touchpoint.slug, touchpoint.title_in(codes), _lang(touchpoint, codes), stop)
            by_channel.setdefault(touchpoint.channel_id, []).append(spot)
    for channel in sorted((atlas.channels_by_id[pk] for pk in by_channel), key=_rank):
        spots = sorted(by_channel[channel.pk], key=lambda spot: (-1 if spot.stop is None else spot.stop, spot.slug))
        title, lang = channel.title_in(codes), _lang(channel, codes)
        yield Lane(channel.slug, title, lang, channel.ownership, channel.is_digital, tuple(spots))


def _rank(channel: Channel) -> tuple[int, str]:
    return Ownership.values.index(channel.ownership), channel.slug


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


def as_data(drawn: JourneyNetwork) -> dict[str, Any]:
    """The network as JSON data, everything by its slug."""
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
        "channels": [
            {"slug": lane.slug, "title": lane.title, "ownership": lane.ownership, "is_digital": lane.is_digital}
            for lane in drawn.lanes
        ],
        "touchpoints": [
            {
                "slug": spot.slug,
                "title": spot.title,
                "channel": lane.slug,
                "stage": None if spot.stop is None else drawn.stops[spot.stop].slug,
            }
            for lane in drawn.lanes
            for spot in lane.spots
        ],
    }
