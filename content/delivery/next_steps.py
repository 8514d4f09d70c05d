"""Where to from here: what each edition leads on to, for one reader."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from content.catalogue import Catalogue, current_catalogue
from content.delivery.candidates import CandidatePool, StepTarget
from content.delivery.match import stage_in
from content.delivery.surrogate_keys import Dependencies
from content.models.edition import StoredStep
from content.query import Query
from journeys.atlas import Atlas, direction
from journeys.models import Stage, Touchpoint
from journeys.phases import CONSIDERATION, Commitment, commitment

ENOUGH = 2  # a goal, not a promise


class StepSource(Protocol):
    """What steps are drawn from."""

    authored: dict[int, StepTarget]
    linked: dict[str, StepTarget]

    def best(self, stage: Stage, passed_over: Collection[object]) -> StepTarget | None: ...


class Draw(Protocol):
    """Makes a source of steps for the reader of ``query``: from what is published, from drafts, from what is known."""

    def __call__(
        self,
        query: Query,
        stages: Iterable[Stage],
        authored: set[int],
        *,
        depth: int,
        at: datetime,
        catalogue: Catalogue,
        links: Collection[str],
    ) -> StepSource: ...


class Position(NamedTuple):
    """An edition and the stage at which its reader stands, ``None`` if it stands nowhere on the journey.

    A place without an edition has no asset.
    """

    asset_id: int | None
    steps: Sequence[StoredStep]
    stage: Stage | None


class Step(NamedTuple):
    """One way on. Exactly one of ``asset``, ``touchpoint`` and ``url`` is its target."""

    intent: str
    label: str
    source: str
    primary: bool = False
    to_stage: Stage | None = None
    direction: str | None = None
    asset: StepTarget | None = None
    touchpoint: Touchpoint | None = None
    url: str | None = None

    @property
    def commitment(self) -> str:
        return commitment(self.intent)

    @property
    def is_hard(self) -> bool:
        return self.commitment == Commitment.HARD


@dataclass
class WaysOn:
    """The steps of one edition, in order. ``dead_end``: none that is authored or derived leaves the stage."""

    steps: list[Step] = field(default_factory=list)
    dead_end: bool = True
    weighing: bool = False

    def first(self, limit: int | None) -> list[Step]:
        """The first ``limit``. Where the reader still weighs and all of those are hard, the last of them gives way to
        the first softer one behind, but never the primary."""
        kept = self.steps[:limit]
        softer = next((step for step in self.steps[len(kept) :] if not step.is_hard), None)
        if self.weighing and softer and kept and not kept[-1].primary and all(step.is_hard for step in kept):
            return [*kept[:-1], softer]
        return kept


def next_steps(
    standings: Iterable[Position],
    query: Query,
    *,
    at: datetime,
    catalogue: Catalogue | None = None,
    draw: Draw = CandidatePool,
    met: Dependencies | None = None,
) -> list[WaysOn]:
    """The ways on from each of ``standings`` for the reader of ``query`` at ``at``, in their order.

    Authored steps whose target this reader is shown, then the best of each stage a transition leads to, then
    the ladder until there are two: same stage, beyond, the journey's closing step. Never the asset itself,
    never one of ``query.excluded``, never twice the same. One statement for any number of standings, one more
    where a stage has too little of its own and the crosswalk is on. They are drawn from what is published, or as
    ``draw`` says.
    """
    catalogue, met = catalogue or current_catalogue(), met or Dependencies()
    walks, pool = step_finder(standings, query, at=at, catalogue=catalogue, draw=draw, met=met)
    found = [walk.ways_on(pool, catalogue) for walk in walks]
    met.saw(assets=[step.asset.public_id for ways in found for step in ways.steps if step.asset])
    return found


def step_finder(
    standings: Iterable[Position],
    query: Query,
    *,
    at: datetime,
    catalogue: Catalogue,
    draw: Draw = CandidatePool,
    links: Collection[str] = (),
    met: Dependencies,
) -> "tuple[list[StepFinder], StepSource]":
    """The walks from each of ``standings``, and all that they may draw from; with it, what ``links`` lead to."""
    # Routes are kept on the query (``Query.routes``), and queries with the catalogue: requests that ask the same walk
    # the map once, as long as it stays as it is.
    reader, items = query.context, list(standings)
    known: dict[int | None, Route] = reader.routes(catalogue.atlas)
    routes: dict[int | None, Route] = {}
    for item in items:
        at_stage = item.stage.id if item.stage else None
        if at_stage not in routes:
            if at_stage not in known:
                known[at_stage] = route_from(item.stage, reader, catalogue.atlas)
            routes[at_stage] = known[at_stage]
    drawn: Drawn = {}
    walks = [StepFinder(item, reader, routes[item.stage.id if item.stage else None], drawn) for item in items]
    authored = {step["asset"] for item in items for step in item.steps if step["asset"]}
    stages = {stage.id: stage for route in routes.values() for stage in route.stages}
    most = max((len(item.steps) for item in items), default=0)
    # The most that can be passed over at one stage: the targets of all authored steps, one that was drawn at each other
    # stage, those of the ladder, and the asset itself. A page whose texts have 3 steps and whose routes touch 5 stages
    # reads 11 deep at most.
    depth = most + len(stages) + ENOUGH + 1
    pool = draw(reader, stages.values(), authored, depth=depth, at=at, catalogue=catalogue, links=links)
    asked = [reader.levels_at(stage, catalogue.atlas) for stage in stages.values()]
    met.saw(stages={pk for levels in asked for level in levels for pk in level})
    if authored - set(pool.authored):
        met.everything(query.locale)  # what a step would lead to, were it shown, has no name here
    return walks, pool


@dataclass(frozen=True)
class Route:
    """Where the map leads from a stage: at once, and from there; and all stages that steps may be drawn from."""

    onward: list[Stage]
    beyond: list[Stage]
    stages: list[Stage]
    leads_to: frozenset[int]


def route_from(stage: Stage | None, query: Query, atlas: Atlas) -> Route:
    """The ways of this reader from ``stage``; from nowhere, the entries of the journey."""
    line = query.segment_line(atlas)
    entries = atlas.entries(query.journey) if query.journey and not stage else []
    onward = atlas.ways_out(stage, line) if stage else entries
    # With See → Think → Do → Care and Think → See, for who stands at See:
    #
    #     onward   Think        the map leads there at once
    #     beyond   Do           two steps away; See itself is ``near``, so the way back is none
    #     ladder   See, then Do, then the journey's closing step, until there are two
    near = {to.id for to in onward} | ({stage.id} if stage else set())
    further = (to for step in onward for to in atlas.ways_out(step, line))
    beyond = list({to.id: to for to in further if to.id not in near}.values())
    here = [stage] if stage else []
    return Route(onward, beyond, [*onward, *beyond, *here], frozenset(to.id for to in onward))


# The steps that were drawn for other items of the same page: most of them lead on to the same few.
Drawn = dict[tuple[int, int, str, int | None], Step]


class StepFinder:
    """The work on one standing: which stages it may draw from, and the steps as they are found."""

    def __init__(self, standing: Position, query: Query, route: Route, drawn: Drawn) -> None:
        self.standing = standing
        self.query = query
        self.stage = standing.stage
        self.route = route
        self.drawn = drawn
        self.used: set[object] = {standing.asset_id}
        self.found = WaysOn(weighing=self.stage is not None and bool(CONSIDERATION & set(self.stage.phases)))

    def ways_on(self, pool: StepSource, catalogue: Catalogue) -> WaysOn:
        self.lead_on(pool, catalogue)
        self.fall_back(pool, catalogue)
        return self.found

    def lead_on(self, pool: StepSource, catalogue: Catalogue) -> None:
        """The steps that are authored or derived, and whether any of them leaves the stage."""
        self._authored(pool, catalogue)
        for stage in self.route.onward:
            self._draw(pool, stage, "derived")
        onward = self.route.leads_to
        self.found.dead_end = not any(
            self.stage is None or (step.to_stage and step.to_stage.id in onward) for step in self.found.steps
        )

    def _authored(self, pool: StepSource, catalogue: Catalogue) -> None:
        atlas, journey = catalogue.atlas, self.query.journey
        for position, step in enumerate(self.standing.steps, start=1):
            target = pool.authored.get(step["asset"]) if step["asset"] else None
            place = atlas.touchpoints.get(step["touchpoint"]) if step["touchpoint"] else None
            to_stage = stage_in(journey, target.placements, atlas) if target else None
            if place and place.stage_id and journey:
                to_stage = atlas.counterpart(atlas.stages[place.stage_id], journey)
            if target or place or step["url"]:
                self._add(
                    Step(
                        intent=step["intent"],
                        label=step["label"],
                        source="authored",
                        primary=position == 1,
                        to_stage=to_stage,
                        direction=self._direction(to_stage),
                        asset=target,
                        touchpoint=place,
                        url=step["url"],
                    )
                )

    def _draw(self, pool: StepSource, stage: Stage, source: str) -> bool:
        """Adds the best of ``stage`` that is not used yet; whether there was one."""
        target = pool.best(stage, self.used)
        if target is None:
            return False
        key = (target.asset_id, stage.id, source, self.stage.id if self.stage else None)
        step = self.drawn.get(key)
        if step is None:
            step = self.drawn[key] = Step(
                intent=stage.intent,
                label=target.title,
                source=source,
                to_stage=stage,
                direction=self._direction(stage),
                asset=target,
            )
        return self._add(step)

    def fall_back(self, pool: StepSource, catalogue: Catalogue) -> None:
        """The ladder, until there are enough."""
        rungs = [("fallback:same_stage", stage) for stage in ([self.stage] if self.stage else [])]
        rungs += [("fallback:beyond", stage) for stage in self.route.beyond]
        for source, stage in rungs:
            while self._wants(stage.intent) and self._draw(pool, stage, source):
                pass
        journey = self.query.journey
        if journey and journey.closing_url and self._wants(journey.closing_intent):
            label = journey.closing_label_in(catalogue.codes(self.query.locale))
            self._add(Step(journey.closing_intent, label, "fallback:default", url=journey.closing_url))

    def _wants(self, intent: str) -> bool:
        """There are too few, or only hard ones where the reader still weighs and ``intent`` is softer (S4)."""
        steps = self.found.steps
        if len(steps) < ENOUGH:
            return True
        return self.found.weighing and all(step.is_hard for step in steps) and commitment(intent) != Commitment.HARD

    def _add(self, step: Step) -> bool:
        target = step.asset.asset_id if step.asset else step.touchpoint.slug if step.touchpoint else step.url
        # Assets by number, all else by a pair: an asset 7 and a touchpoint or an address “7” are never taken for each
        # other.
        key = target if step.asset else (step.touchpoint is not None, target)
        if key in self.used:
            return False
        self.used.add(key)
        self.found.steps.append(step)
        return True

    def _direction(self, to_stage: Stage | None) -> str | None:
        return direction(self.stage, to_stage) if self.stage and to_stage else None
