"""networks() – the journey as readers walk it: what each text leads on to, for one kind of reader after another."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple

import networkx as nx
import orjson

from content.board import Board
from content.catalogue import Catalogue
from content.lanes import places_in
from content.live import Live
from content.next_steps import Standing, Step, Walk, set_out
from content.pool import Pool, Target
from content.query import Query
from content.surrogate import Met
from journeys.models import Stage
from journeys.phases import Phase

NO_STEPS = "[]"


class Node(NamedTuple):
    """Where a reader can stand, and at which stage of the journey (``None``: at none).

    ``asset``: by one text. ``class``: by any of several that nothing leads to and that lead on to the same, since
    they stand at the same stage and have the same steps of their own. ``stage``: by none, as at a touchpoint.
    ``sale``: where a step to an address asks to buy.
    """

    type: Literal["asset", "class", "stage", "sale"]
    stage: int | None
    id: int | str = 0


SALE = Node("sale", None)


@dataclass(frozen=True)
class Onward:
    """What a reader is led on to by next steps, fallbacks apart. ``hard_only``: whoever still weighs has steps, with
    the fallbacks, and each of them asks to buy."""

    steps: tuple[Step, ...]
    dead_end: bool
    hard_only: bool

    @cached_property
    def arrivals(self) -> list[tuple[int, int | None]]:
        """The assets that are led to, and at which stage."""
        return [(step.asset.asset_id, _pk(step.to_stage)) for step in self.steps if step.asset]

    @cached_property
    def assets(self) -> frozenset[int]:
        return frozenset(asset_id for asset_id, _ in self.arrivals)


@dataclass
class Network:
    """One kind of reader's journey. ``texts`` are those who stand at each node; not all of them are found there by a
    list: ``listed`` are."""

    query: Query
    graph: "nx.DiGraph[Node]" = field(default_factory=nx.DiGraph)
    texts: dict[Node, list[Live]] = field(default_factory=dict)
    onward: dict[Node, Onward] = field(default_factory=dict)
    listed: set[Node] = field(default_factory=set)

    def standing_at(self, stages: Collection[int | None]) -> list[Node]:
        """The nodes at ``stages`` where a list shows something."""
        return [node for node in self.texts if node.stage in stages and node in self.listed]

    def walked(self, starts: Collection[Node], *, back: bool = False) -> dict[Node, int]:
        """All that can be walked to from any of ``starts``, or ``back`` from where they can; in how many steps."""
        graph = self.graph.reverse(copy=False) if back else self.graph
        layers = nx.bfs_layers(graph, list(starts)) if starts else []
        return {node: distance for distance, layer in enumerate(layers) for node in layer}

    def path(self, start: Node, goals: Collection[Node]) -> list[Node]:
        """The shortest walk from ``start`` to any of ``goals``; empty if there is none."""
        paths = nx.single_source_shortest_path(self.graph, start)
        return min((paths[goal] for goal in goals if goal in paths), key=len, default=[])


class Places:
    """At which stages of a journey texts stand for each of many readers: each set of placements is judged once."""

    def __init__(self, readers: Sequence[Query], stages: list[Stage], catalogue: Catalogue) -> None:
        self.readers = len(readers)
        self.stages: list[int | None] = [*(stage.pk for stage in stages), None]
        asked = [q for reader in readers for q in [*(reader.at_stage(stage) for stage in stages), reader.anywhere()]]
        self.board = Board(asked, catalogue)
        self.known: dict[int, list[list[int | None]]] = {}

    def of(self, signature: int, placements: list[dict[str, Any]]) -> list[list[int | None]]:
        """For each reader the stages, ``[None]`` where it is shown at none of them, nothing where it is not shown."""
        if signature not in self.known:
            found: list[list[int | None]] = [[] for _ in range(self.readers)]
            for lane in places_in(self.board.answered(placements).any, len(self.board.queries)):
                reader, place = divmod(lane, len(self.stages))
                if self.stages[place] is not None or not found[reader]:  # “anywhere” comes last
                    found[reader].append(self.stages[place])
            self.known[signature] = found
        return self.known[signature]


def networks(
    readers: Sequence[Query],
    live: dict[int, list[Live]],
    placements: dict[int, list[dict[str, Any]]],
    *,
    at: datetime,
    catalogue: Catalogue,
) -> Iterator[Network]:
    """The network of each of ``readers``, who ask for one journey; ``live`` is by their locale.

    Its edges are the next steps that they would get, by the same rules and code (``content/next_steps.py``). Two or
    three statements a reader, however much is live.
    """
    audiences = list({_in_no_language(reader, readers[0]): None for reader in readers})
    stages = catalogue.atlas.stages_of[readers[0].journey.pk] if readers and readers[0].journey else []
    places = Places(audiences, stages, catalogue)
    number = {audience: place for place, audience in enumerate(audiences)}
    parsed: dict[str, list[dict[str, Any]]] = {NO_STEPS: []}
    targets: dict[int, dict[int, Target]] = {}
    for reader in readers:
        rows = live[reader.locale.pk]
        for row in rows:
            if row.steps_text not in parsed:
                parsed[row.steps_text] = orjson.loads(row.steps_text)
        if reader.locale.pk not in targets:
            targets[reader.locale.pk] = {row.asset_id: _target(row, placements) for row in rows}
        audience = number[_in_no_language(reader, readers[0])]
        standing = {row: own for row in rows if (own := places.of(row.signature, placements[row.signature])[audience])}
        weaver = Weaver(reader, standing, parsed, targets[reader.locale.pk], at=at, catalogue=catalogue)
        yield weaver.woven([*(stage for stage in stages), None])


def _in_no_language(reader: Query, first: Query) -> Query:
    return Query(locale=first.locale, journey=reader.journey, segment=reader.segment, channel=reader.channel)


def _target(row: Live, placements: dict[int, list[dict[str, Any]]]) -> Target:
    return Target(
        row.asset_id, row.public_id, row.kind_id, row.locale_id, row.slug, row.title, placements[row.signature]
    )


class Weaver:
    """The work on one network. Texts at one stage that have the same steps of their own lead on to the same, but for
    those that are led to by these very steps: no text leads on to itself."""

    def __init__(
        self,
        reader: Query,
        standing: dict[Live, list[int | None]],
        parsed: dict[str, list[dict[str, Any]]],
        targets: dict[int, Target],
        *,
        at: datetime,
        catalogue: Catalogue,
    ) -> None:
        self.network = Network(reader)
        self.reader = reader
        self.standing = standing
        self.rows = {row.asset_id: row for row in standing}
        self.parsed = parsed
        self.targets = targets
        self.at = at
        self.catalogue = catalogue
        self.plans: dict[tuple[int | None, str], Onward] = {}
        self.walks: dict[int | None, Walk] = {}

    def woven(self, stages: list[Stage | None]) -> Network:
        keys = dict.fromkeys((_pk(stage), NO_STEPS) for stage in stages)
        keys |= dict.fromkeys((at_stage, row.steps_text) for row, own in self.standing.items() for at_stage in own)
        standings = [self._standing(None, *key) for key in keys]
        walks, self.pool = set_out(
            standings, self.reader, at=self.at, catalogue=self.catalogue, draw=self._draw, met=Met()
        )
        for key, walk in zip(keys, walks, strict=True):
            self.walks.setdefault(key[0], walk)
            self.plans[key] = self._onward(walk)
        alone = self._alone()
        for stage in stages:
            self.network.onward[Node("stage", _pk(stage))] = self.plans[_pk(stage), NO_STEPS]
        for row, own in self.standing.items():
            for at_stage in own:
                self._stand(row, at_stage, alone)
        self.network.listed = set(self.network.texts)
        for asset_id, at_stage in alone:
            if Node("asset", at_stage, asset_id) not in self.network.onward:
                self._stand(self.rows[asset_id], at_stage, alone)
        self._join()
        return self.network

    def _alone(self) -> dict[tuple[int, int | None], Onward]:
        """Who is led to, and who would be by its own steps; what each of them leads on to."""
        waiting = [arrival for plan in self.plans.values() for arrival in plan.arrivals]
        waiting += [
            (row.asset_id, at_stage)
            for row, own in self.standing.items()
            for at_stage in own
            if row.asset_id in self.plans[at_stage, row.steps_text].assets
        ]
        found: dict[tuple[int, int | None], Onward] = {}
        while waiting:
            asset_id, at_stage = waiting.pop()
            if (asset_id, at_stage) not in found:
                own = found[asset_id, at_stage] = self._own(self.rows[asset_id], at_stage)
                waiting += own.arrivals
        return found

    def _draw(self, query: Query, stages: Any, authored: set[int], **how: Any) -> Pool:
        """What steps are drawn from; of the assets that steps name, those that this reader is shown are known."""
        pool = Pool(query, stages, set(), **how)
        pool.authored = {pk: self.targets[pk] for pk in authored if pk in self.rows}
        return pool

    def _standing(self, asset_id: int | None, stage: int | None, steps_text: str) -> Standing:
        at_stage = self.catalogue.atlas.stages[stage] if stage else None
        return Standing(asset_id, self.parsed[steps_text], at_stage)

    def _onward(self, walk: Walk) -> Onward:
        walk.lead_on(self.pool, self.catalogue)
        steps = tuple(walk.found.steps)
        hard_only = walk.found.weighing and all(step.is_hard for step in steps)
        if hard_only:
            walk.fall_back(self.pool, self.catalogue)
            hard_only = bool(walk.found.steps) and all(step.is_hard for step in walk.found.steps)
        return Onward(steps, walk.found.dead_end, hard_only)

    def _own(self, row: Live, stage: int | None) -> Onward:
        """What one text leads on to."""
        key = (stage, row.steps_text)
        plan = self.plans.get(key)
        if plan is not None and row.asset_id not in plan.assets:
            return plan
        other = self.walks[stage]
        walk = Walk(self._standing(row.asset_id, *key), other.query, other.route, other.drawn)
        return self._onward(walk)

    def _stand(self, row: Live, stage: int | None, alone: dict[tuple[int, int | None], Onward]) -> None:
        own = alone.get((row.asset_id, stage))
        node = Node("asset", stage, row.asset_id) if own else Node("class", stage, row.steps_text)
        self.network.texts.setdefault(node, []).append(row)
        self.network.onward.setdefault(node, own or self.plans[stage, row.steps_text])

    def _join(self) -> None:
        graph = self.network.graph
        for node, onward in self.network.onward.items():
            graph.add_node(node, count=len(self.network.texts.get(node, ())))
            graph.add_edges_from((node, to) for step in onward.steps if (to := self._arrival(step)))

    @staticmethod
    def _arrival(step: Step) -> Node | None:
        if step.asset:
            return Node("asset", _pk(step.to_stage), step.asset.asset_id)
        if step.touchpoint:
            return Node("stage", _pk(step.to_stage))
        return SALE if step.is_hard else None


def _pk(stage: Stage | None) -> int | None:
    return stage.pk if stage else None


def covers_purchase(stage: Stage) -> bool:
    return Phase.PURCHASE in stage.phases
