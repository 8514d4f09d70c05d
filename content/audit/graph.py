"""The journey as readers walk it: what each text leads on to, for one kind of reader after another."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Literal, NamedTuple

import networkx as nx

from content.audit.graph_texts import NOWHERE, PLACE, SALE, Arrival, Placements, StagesOfTexts, StepTexts, Way, pk_of
from content.audit.live import Live
from content.catalogue import Catalogue
from content.delivery.candidates import CandidatePool, StepTarget
from content.delivery.next_steps import Position, Step, StepFinder, step_finder
from content.delivery.surrogate_keys import Dependencies
from content.query import Query
from journeys.models import Stage
from journeys.phases import CONSIDERATION


class Onward(NamedTuple):
    """What somebody is led on to by next steps, fallbacks apart. The last ``derived`` of the arrivals are no editor's.
    ``hard_only``: whoever still weighs has steps, with the fallbacks, and each of them asks to buy."""

    arrivals: tuple[Arrival, ...]
    derived: int
    dead_end: bool
    hard_only: bool


@dataclass(eq=False, slots=True)
class Node:
    """Where readers can stand, and at which stage of the journey.

    ``asset``: by one text. ``class``: by any of several that no step leads to and that lead on to the same. ``place``:
    by none, as at a touchpoint. ``sale``: at the purchase. ``listed``: a list of the stage shows its texts; others
    are only come to by a step.
    """

    type: Literal["asset", "class", "place", "sale"]
    stage: int | None
    onward: Onward
    texts: list[Live] = field(default_factory=list)
    listed: bool = False


class Steps(nx.DiGraph):  # type: ignore[type-arg]
    """A directed graph whose edges say nothing of themselves: they share one dictionary, instead of having one each."""

    nothing: ClassVar[dict[str, Any]] = {}

    def edge_attr_dict_factory(self) -> dict[str, Any]:
        return self.nothing


@dataclass
class StepGraph:
    """One kind of reader's journey: its nodes, and the steps from each to others."""

    query: Query
    graph: Steps
    texts: StepTexts
    shown: set[int]

    def authored(self, row: Live) -> list[Way]:
        """Where the steps lead that editors gave a text, as far as this reader is shown it."""
        ways = self.texts.own[row.steps_text].ways
        return [way for way in ways if not isinstance(way[0], int) or (way[0] in self.shown and way[0] != row.asset_id)]

    def derived(self, node: Node) -> list[Way]:
        """Where the transitions of the map lead from a node."""
        arrivals = node.onward.arrivals
        stages = self.texts.catalogue.atlas.stages
        return [(asset, stages[to].intent) for asset, to in arrivals[len(arrivals) - node.onward.derived :] if to]

    @cached_property
    def reverse(self) -> Steps:
        # Not by ``edges``: the graph would keep that, which holds the graph, and neither would be freed at once.
        return joined(self.graph, ((to, start) for start, steps in self.graph.adj.items() for to in steps))

    @cached_property
    def listed(self) -> dict[int | None, list[Node]]:
        """By stage the nodes at which a list shows something."""
        found: dict[int | None, list[Node]] = {}
        for node in self.graph:
            if node.listed:
                found.setdefault(node.stage, []).append(node)
        return found

    @cached_property
    def places(self) -> dict[int | None, Node]:
        return {node.stage: node for node in self.graph if node.type == "place"}

    def walked(self, starts: Collection[Node], *, back: bool = False) -> dict[Node, int]:
        """All that can be walked to from any of ``starts``, or ``back`` from where they can; in how many steps."""
        layers = nx.bfs_layers(self.reverse if back else self.graph, list(starts)) if starts else []
        return {node: distance for distance, layer in enumerate(layers) for node in layer}

    def path(self, start: Node, goals: Collection[Node]) -> list[Node]:
        """A shortest walk from ``start`` to any of ``goals``; empty if there is none."""
        paths = nx.single_source_shortest_path(self.graph, start)
        return min((paths[goal] for goal in goals if goal in paths), key=len, default=[])


def step_graphs(
    readers: Sequence[Query], live: dict[int, list[Live]], placements: Placements, *, at: datetime, catalogue: Catalogue
) -> Iterator[StepGraph]:
    """The network of each of ``readers``, who all ask for one journey; ``live`` is by their locale.

    Its edges are the next steps that they would get, by the same code (``content/delivery/next_steps.py``). Two or
    three statements a reader, however much is live.
    """
    if not readers or not (journey := readers[0].journey):
        return
    audiences = {_in_no_language(reader, readers[0]): None for reader in readers}
    stages = catalogue.atlas.stages_of[journey.pk]
    judge = StagesOfTexts(list(audiences), stages, catalogue)
    places = {signature: judge.of(own) for signature, own in placements.items()}
    number = {audience: place for place, audience in enumerate(audiences)}
    texts: dict[int, StepTexts] = {}
    for reader in readers:
        if reader.locale.pk not in texts:
            texts[reader.locale.pk] = StepTexts(live[reader.locale.pk], placements, journey, catalogue)
        audience = number[_in_no_language(reader, readers[0])]
        standing = {signature: found[audience] for signature, found in places.items() if found[audience]}
        yield GraphBuilder(reader, texts[reader.locale.pk], standing, at=at, catalogue=catalogue).woven([*stages, None])


def _in_no_language(reader: Query, first: Query) -> Query:
    return Query(locale=first.locale, journey=reader.journey, segment=reader.segment, channel=reader.channel)


class GraphBuilder:
    """The work on one network.

    By far the most texts lead on to what somebody at their stage is led on to who reads none, and besides to where
    their own steps lead. Where the two meet, or only hard steps may be left, the text is walked on from by itself.
    """

    def __init__(
        self,
        reader: Query,
        texts: StepTexts,
        standing: dict[int, list[int | None]],
        *,
        at: datetime,
        catalogue: Catalogue,
    ) -> None:
        self.reader, self.texts, self.at, self.catalogue = reader, texts, at, catalogue
        self.standing = standing
        self.shown = {row.asset_id for part in (texts.quiet, texts.others) for s in standing for row in part.get(s, ())}
        self.shown |= {PLACE, SALE}
        self.walks: dict[int | None, StepFinder] = {}
        self.plain: dict[int | None, Onward] = {}
        self.drawn: dict[int | None, set[int]] = {}
        self.weighing: dict[int | None, bool] = {}
        self.alone: dict[Arrival, Onward] = {}
        self.nodes: dict[tuple[int | Onward, int | None], Node] = {}

    def woven(self, stages: list[Stage | None]) -> StepGraph:
        self._set_out(stages)
        quiet: dict[int | None, list[Live]] = {}
        apart: list[tuple[Live, int | None]] = []
        for signature, own in self.standing.items():
            for at_stage in own:
                quiet.setdefault(at_stage, []).extend(self.texts.quiet.get(signature, ()))
                apart += [(row, at_stage) for row in self.texts.others.get(signature, ())]
        for at_stage, rows in quiet.items():
            drawn = self.drawn[at_stage]
            every = at_stage is NOWHERE or self.plain[at_stage].hard_only
            apart += [(row, at_stage) for row in rows if every or row.asset_id in drawn]
            quiet[at_stage] = [row for row in rows if not every and row.asset_id not in drawn]
        found = [(row, at_stage, self._onward(row, at_stage)) for row, at_stage in apart]
        self._led_to([to for onward in [*self.plain.values(), *(one[2] for one in found)] for to in onward.arrivals])
        found += [(row, at_stage, self.plain[at_stage]) for at_stage, rows in quiet.items() for row in rows]
        for row, at_stage, onward in found:
            self._stand(row, at_stage, onward)
        for (asset_id, at_stage), onward in self.alone.items():
            if (asset_id, at_stage) not in self.nodes:
                node = self.nodes[asset_id, at_stage] = Node("asset", at_stage, onward)
                node.texts.append(self.texts.rows[asset_id])
        return StepGraph(self.reader, self._graph(), self.texts, self.shown)

    def _set_out(self, stages: list[Stage | None]) -> None:
        authored = [own.steps for own in self.texts.own.values()]
        # The longest as well, so that what is drawn from reaches deep enough for any of them.
        longest = Position(None, max(authored, key=len, default=[]), None)
        standings = [*(Position(None, (), stage) for stage in stages), longest]
        walks, self.pool = step_finder(
            standings, self.reader, at=self.at, catalogue=self.catalogue, draw=self._draw, met=Dependencies()
        )
        for stage, walk in zip(stages, walks, strict=False):
            at_stage = pk_of(stage)
            self.walks[at_stage] = walk
            self.plain[at_stage] = self._walked(walk)
            self.drawn[at_stage] = {asset_id for asset_id, _ in self.plain[at_stage].arrivals}
            self.weighing[at_stage] = stage is not None and bool(CONSIDERATION & set(stage.phases))
            self.nodes[PLACE, at_stage] = Node("place", at_stage, self.plain[at_stage])
        self.nodes[SALE, NOWHERE] = Node("sale", NOWHERE, Onward((), 0, dead_end=False, hard_only=False))

    def _draw(self, query: Query, stages: Any, authored: Any, **how: Any) -> CandidatePool:
        """What steps are drawn from. Of the assets that steps name, those that this reader is shown are known."""
        pool = CandidatePool(query, stages, set(), **how)
        pool.authored = _Shown(self.texts.targets, self.shown)
        return pool

    def _onward(self, row: Live, stage: int | None) -> Onward:
        """What one text leads on to."""
        own, plain = self.texts.own[row.steps_text], self.plain[stage]
        drawn, asset_id = self.drawn[stage], row.asset_id
        by_itself = asset_id in drawn or asset_id in own.assets or not drawn.isdisjoint(own.assets)
        if stage is NOWHERE or by_itself or (self.weighing[stage] and own.all_hard):
            return self._walked_from(row, stage)
        arrivals = tuple(arrival for arrival in own.arrivals if arrival[0] in self.shown)
        if not arrivals:
            return plain if not plain.hard_only else plain._replace(hard_only=False)
        onward = self.walks[stage].route.leads_to
        dead_end = plain.dead_end and not any(to in onward for _, to in arrivals)
        return Onward((*arrivals, *plain.arrivals), plain.derived, dead_end, hard_only=False)

    def _walked_from(self, row: Live, stage: int | None) -> Onward:
        other = self.walks[stage]
        standing = Position(row.asset_id, self.texts.own[row.steps_text].steps, other.stage)
        return self._walked(StepFinder(standing, other.query, other.route, other.drawn))

    def _walked(self, walk: StepFinder) -> Onward:
        walk.lead_on(self.pool, self.catalogue)
        steps = tuple(walk.found.steps)
        arrivals = tuple(dict.fromkeys(arrival for step in steps if (arrival := _arrival_of(step))))
        derived = sum(step.source == "derived" for step in steps)
        hard_only = walk.found.weighing and all(step.is_hard for step in steps)
        if hard_only:
            walk.fall_back(self.pool, self.catalogue)
            hard_only = bool(walk.found.steps) and all(step.is_hard for step in walk.found.steps)
        return Onward(arrivals, derived, walk.found.dead_end, hard_only)

    def _led_to(self, led: list[Arrival]) -> None:
        """Who is led to, and on from there; what each of them leads on to."""
        waiting = list(dict.fromkeys(led))
        while waiting:
            arrival = waiting.pop()
            if arrival[0] not in (PLACE, SALE) and arrival not in self.alone:
                own = self.alone[arrival] = self._onward(self.texts.rows[arrival[0]], arrival[1])
                waiting += own.arrivals

    def _stand(self, row: Live, stage: int | None, onward: Onward) -> None:
        alone = (row.asset_id, stage) in self.alone
        key = (row.asset_id, stage) if alone else (onward, stage)
        node = self.nodes.get(key)
        if node is None:
            node = self.nodes[key] = Node("asset" if alone else "class", stage, onward, listed=True)
        node.texts.append(row)

    def _graph(self) -> Steps:
        nodes = self.nodes.values()
        return joined(nodes, ((node, self.nodes[to]) for node in nodes for to in node.onward.arrivals))


class _Shown(dict[int, StepTarget]):
    """Those of ``targets`` that are ``shown``: there are many of either, and few are asked for."""

    def __init__(self, targets: dict[int, StepTarget], shown: set[int]) -> None:
        super().__init__()
        self.targets, self.shown = targets, shown

    def get(self, key: int, default: Any = None) -> Any:
        return self.targets.get(key, default) if key in self.shown else default


def joined(nodes: Iterable[Node], edges: Iterable[tuple[Node, Node]]) -> Steps:
    graph = Steps()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    return graph


def _arrival_of(step: Step) -> Arrival | None:
    if step.asset:
        return step.asset.asset_id, pk_of(step.to_stage)
    if step.touchpoint:
        return PLACE, pk_of(step.to_stage)
    return (SALE, NOWHERE) if step.is_hard else None
