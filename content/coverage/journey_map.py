"""How much there is at every stage and touchpoint of one journey, as the coverage matrix counts it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from content.catalogue import Catalogue
from content.coverage.axes import axes, put
from content.coverage.count import Tally, tally
from content.coverage.matrix import State, filled, state_of
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
    def state(self) -> State:
        return state_of(self.filled, self.target)


@dataclass(frozen=True)
class Counts:
    """By slug."""

    stages: dict[str, Count]
    touchpoints: dict[str, Count]


def counts(
    query: Query, journey: Journey, *, at: datetime, catalogue: Catalogue, count_fallback: Collection[str] = ()
) -> Counts:
    """For readers as in ``query``, at ``at`` (aware): each stage, and each touchpoint on its own channel.

    Each is the cell that ``matrix`` has there. Five statements, whatever the size of the journey.
    """
    here = replace(query, journey=journey, stages=())
    there = replace(here, channel=None)
    own = {slug for slug, place in catalogue.atlas.touchpoints.items() if place.journey_id == journey.pk}
    stages, places = axes(["stage"], here, catalogue)[0].values, axes(["touchpoint"], there, catalogue)[0].values
    asked = {("stage", value.slug): put(here, [value]) for value in stages}
    asked |= {("touchpoint", value.slug): put(there, [value]) for value in places if value.slug in own}
    if not asked:
        return Counts({}, {})
    targets = all_targets()
    found: dict[str, dict[str, Count]] = {"stage": {}, "touchpoint": {}}
    tallies = tally([*asked.values()], at=at, catalogue=catalogue)
    for ((axis, slug), one), told in zip(asked.items(), tallies, strict=True):
        target = targets.of(one, at_touchpoint=axis == "touchpoint")
        found[axis][slug] = Count(told, filled(told, count_fallback), target)
    return Counts(found["stage"], found["touchpoint"])
