"""How much there is at every stage and touchpoint of one journey, as the coverage matrix counts it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from content.catalogue import Catalogue
from content.coverage.axes import axes, put
from content.coverage.count import Tally, tally
from content.coverage.matrix import CellState, filled_count, state_of
from content.coverage.targets import Bounds, all_targets
from content.query import Query
from journeys.models import Journey


@dataclass(frozen=True)
class Count:
    """What is there, how much of that counts, and how much there should be."""

    tally: Tally
    filled: int
    target: Bounds

    @property
    def state(self) -> CellState:
        return state_of(self.filled, self.target)


@dataclass(frozen=True)
class Counts:
    """By slug."""

    stages: dict[str, Count]
    touchpoints: dict[str, Count]


def counts(
    query: Query, journey: Journey, *, at: datetime, catalogue: Catalogue, count_fallback: Collection[str] = ()
) -> Counts:
    """Returns for readers as in ``query``, at ``at`` (aware), each stage, and each touchpoint on its own channel.

    Each is the cell that ``matrix`` has there. Five statements, whatever the size of the journey.
    """
    at_stages = replace(query, journey=journey, stages=())
    at_touchpoints = replace(at_stages, channel=None)
    own = {slug for slug, point in catalogue.atlas.touchpoints.items() if point.journey_id == journey.pk}
    [stages], [touchpoints] = axes(["stage"], at_stages, catalogue), axes(["touchpoint"], at_touchpoints, catalogue)
    questions = {("stage", value.slug): put(at_stages, [value]) for value in stages.values}
    questions |= {
        ("touchpoint", value.slug): put(at_touchpoints, [value]) for value in touchpoints.values if value.slug in own
    }
    if not questions:
        return Counts({}, {})
    targets = all_targets()
    result: dict[str, dict[str, Count]] = {"stage": {}, "touchpoint": {}}
    tallies = tally([*questions.values()], at=at, catalogue=catalogue)
    for ((axis, slug), question), answer in zip(questions.items(), tallies, strict=True):
        target = targets.of(question, at_touchpoint=axis == "touchpoint")
        result[axis][slug] = Count(answer, filled_count(answer, count_fallback), target)
    return Counts(result["stage"], result["touchpoint"])
