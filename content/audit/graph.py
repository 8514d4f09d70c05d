"""The journey as readers walk it: what each text leads on to, for one kind of reader after another."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple

import networkx as nx

from content.audit.graph_texts import NOWHERE, PLACE, SALE, Arrival, Placements, StagesOfTexts, StepTexts, Way, pk_of
from content.audit.live import Live
from content.catalogue import Catalogue
from content.delivery.candidates import CandidatePool
from content.delivery.next_steps import Position, Step, StepFinder, step_finder
from content.delivery.surrogate_keys import Dependencies
from content.query import Query
from journeys.models import Stage
from journeys.phases import CONSIDERATION


class Onward(NamedTuple):
    """What readers are led on to by next steps, fallbacks apart. The last ``derived`` of the arrivals are no editor's.
    ``hard_only``: whoever still compares has steps, with the fallbacks, and each of them asks to buy."""

    arrivals: tuple[Arrival, ...]
    derived: int
    dead_end: bool
    hard_only: bool


@dataclass(eq=False, slots=True)
class Node:
    """Where readers can be, and at which stage of the journey.

    ``asset``: by one text. ``class``: by any of several that no step leads to and that lead on to the same. ``place``:
    by none, as at a touchpoint. ``sale``: at the purchase. ``listed``: a list of the stage shows its texts; others
    are only reached by a step.
    """

    type: Literal["asset", "class", "place", "sale"]
    stage: int | None
    onward: Onward
    texts: list[Live] = field(default_factory=list)
    listed: bool = False


class Steps(nx.DiGraph):  # type: ignore[type-arg]
    """A directed graph whose edges say nothing of themselves: they share one dictionary, instead of having one each."""

    nothing: ClassVar[dict[str, object]] = {}

    def edge_attr_dict_factory(self) -> dict[str, object]:
        return self.nothing


@dataclass
class StepGraph:
    """One kind of reader's journey: its nodes, and the steps from each to others."""

    query: Query
    graph: Steps
    texts: StepTexts
    shown_assets: set[int]

    def authored(self, text: Live) -> list[Way]:
        """Returns where the steps lead that editors gave a text, as far as this reader is shown it."""
        return [
            (aim, intent)
            for aim, intent in self.texts.own[text.steps_text].ways
            if not isinstance(aim, int) or (aim in self.shown_assets and aim != text.asset_id)
        ]

    def derived(self, node: Node) -> list[Way]:
        """Returns where the transitions of the map lead from a node."""
        arrivals = node.onward.arrivals
        stages = self.texts.catalogue.atlas.stages
        return [(asset, stages[to].intent) for asset, to in arrivals[len(arrivals) - node.onward.derived :] if to]

    @cached_property
    def listed_nodes(self) -> dict[int | None, list[Node]]:
        """By stage the nodes at which a list shows something."""
        by_stage: dict[int | None, list[Node]] = {}
        for node in self.graph:
            if node.listed:
                by_stage.setdefault(node.stage, []).append(node)
        return by_stage

    @cached_property
    def places(self) -> dict[int | None, Node]:
        return {node.stage: node for node in self.graph if node.type == "place"}

    def distances(self, starts: Collection[Node], *, back: bool = False) -> dict[Node, int]:
        """Returns all that can be reached from any of ``starts``, or from where they can (``back``), with the number of
        steps."""
        graph = self.graph.reverse(copy=False) if back else self.graph
        # Breadth first, so the number of the layer in which a node comes up is the length of a shortest walk to it.
        layers = nx.bfs_layers(graph, list(starts)) if starts else []
        return {node: distance for distance, layer in enumerate(layers) for node in layer}

    def path_from(self, start: Node, goals: Collection[Node]) -> list[Node]:
        """Returns a shortest walk from ``start`` to any of ``goals``, of several to the first; empty if there is
        none."""
        paths = nx.single_source_shortest_path(self.graph, start)
        return min((paths[goal] for goal in goals if goal in paths), key=len, default=[])

    def path_to(self, goal: Node, starts: Collection[Node]) -> list[Node]:
        """Returns a shortest walk to ``goal`` from any of ``starts``, of several from the first; empty if there is
        none."""
        paths = nx.single_target_shortest_path(self.graph, goal)
        return min((paths[start] for start in starts if start in paths), key=len, default=[])


def step_graphs(
    readers: Sequence[Query], live: dict[int, list[Live]], placements: Placements, *, at: datetime, catalogue: Catalogue
) -> Iterator[StepGraph]:
    """Yields the network of each of ``readers``, who all ask for one journey; ``live`` is by their locale.

    Its edges are the next steps that they would get, by the same code (``content/delivery/next_steps.py``). Two or
    three statements a reader, however much is live.
    """
    if not readers or not (journey := readers[0].journey):
        return
    audiences = {_in_no_language(reader, readers[0]): None for reader in readers}
    stages = catalogue.atlas.stages_of[journey.pk]
    judge = StagesOfTexts(list(audiences), stages, catalogue)
    by_signature = {signature: judge.of(own) for signature, own in placements.items()}
    numbers = {audience: number for number, audience in enumerate(audiences)}
    texts: dict[int, StepTexts] = {}
    for reader in readers:
        if reader.locale.pk not in texts:
            texts[reader.locale.pk] = StepTexts(live[reader.locale.pk], placements, journey, catalogue)
        audience = numbers[_in_no_language(reader, readers[0])]
        # Only the signatures that this reader is shown anywhere: the rest is left out here once, instead of at each
        # text.
        own_stages = {signature: found[audience] for signature, found in by_signature.items() if found[audience]}
        builder = GraphBuilder(reader, texts[reader.locale.pk], own_stages, at=at, catalogue=catalogue)
        yield builder.build([*stages, None])


def _in_no_language(reader: Query, first: Query) -> Query:
    return Query(locale=first.locale, journey=reader.journey, segment=reader.segment, channel=reader.channel)


class GraphBuilder:
    """Builds one network, for one kind of reader.

    By far the most texts lead on to what readers are led on to who are at their stage by no text (its *place*), and
    besides to where their own steps lead. Such texts share the place's ``Onward``, and one *class* node a stage,
    however many they are. A text has steps computed for itself alone where the two meet, or where only hard steps may
    be left. A text that a step leads to has a node of its own (*asset*), since one arrives at it and at no other:

        place  See ─────────────┐
        class  See (40 texts) ──┼──▶ asset 7, Think ──▶ asset 12, Do ──▶ sale
        class  See (2 texts) ───┤                           ▲
                                └─────── own step ──────────┘

    Here 7 is the best text at Think, to which the map leads everybody from See, and 12 the best at Do, which has a step
    to an address that asks to buy. Two texts at See have a step to 12 besides: another ``Onward``, so another class.
    """

    def __init__(
        self,
        reader: Query,
        texts: StepTexts,
        stages_of: dict[int, list[int | None]],
        *,
        at: datetime,
        catalogue: Catalogue,
    ) -> None:
        self.reader, self.texts, self.at, self.catalogue = reader, texts, at, catalogue
        self.stages_of = stages_of  # by signature
        self.shown = {
            text.asset_id
            for part in (texts.quiet, texts.others)
            for signature in stages_of
            for text in part.get(signature, ())
        }
        self.targets = {pk: texts.targets[pk] for pk in texts.named & self.shown}
        self.shown |= {PLACE, SALE}
        # Each by the stage of the place:
        self.finders: dict[int | None, StepFinder] = {}
        self.by_place: dict[int | None, Onward] = {}
        self.targets_of_place: dict[int | None, set[int]] = {}
        self.is_considering: dict[int | None, bool] = {}
        self.by_arrival: dict[Arrival, Onward] = {}  # what those lead on to that a step leads to
        self.nodes: dict[tuple[int | Onward, int | None], Node] = {}

    def build(self, stages: list[Stage | None]) -> StepGraph:
        """Returns the network; ``stages`` are the journey's, and ``None`` for readers at none of them."""
        self._add_places(stages)
        quiet, apart = self._texts_by_treatment()
        onwards = [(text, at_stage, self._onward(text, at_stage)) for text, at_stage in apart]
        steps = [*self.by_place.values(), *(onward for *_, onward in onwards)]
        self._follow([arrival for onward in steps for arrival in onward.arrivals])
        onwards += [(text, at_stage, self.by_place[at_stage]) for at_stage, texts in quiet.items() for text in texts]
        for text, at_stage, onward in onwards:
            self._add_text(text, at_stage, onward)
        for (asset_id, at_stage), onward in self.by_arrival.items():
            if (asset_id, at_stage) not in self.nodes:
                node = self.nodes[asset_id, at_stage] = Node("asset", at_stage, onward)
                node.texts.append(self.texts.by_asset[asset_id])
        return StepGraph(self.reader, self._graph(), self.texts, self.shown)

    def _add_places(self, stages: list[Stage | None]) -> None:
        authored = [own.steps for own in self.texts.own.values()]
        # The longest as well, so that the pool of candidates reaches deep enough for any of them.
        longest = Position(None, max(authored, key=len, default=[]), None)
        positions = [*(Position(None, (), stage) for stage in stages), longest]
        finders, self.pool = step_finder(
            positions, self.reader, at=self.at, catalogue=self.catalogue, draw=self._pool, met=Dependencies()
        )
        for stage, finder in zip(stages, finders, strict=False):
            at_stage = pk_of(stage)
            self.finders[at_stage] = finder
            self.by_place[at_stage] = self._steps_of(finder)
            self.targets_of_place[at_stage] = {asset_id for asset_id, _ in self.by_place[at_stage].arrivals}
            self.is_considering[at_stage] = stage is not None and bool(CONSIDERATION & set(stage.phases))
            self.nodes[PLACE, at_stage] = Node("place", at_stage, self.by_place[at_stage])
        self.nodes[SALE, NOWHERE] = Node("sale", NOWHERE, Onward((), 0, dead_end=False, hard_only=False))

    def _pool(
        self,
        query: Query,
        stages: Iterable[Stage],
        authored: set[int],
        *,
        depth: int,
        at: datetime,
        catalogue: Catalogue,
        links: Collection[str],
    ) -> CandidatePool:
        """What steps are drawn from. The assets that steps name are not read again: those shown here are known."""
        pool = CandidatePool(query, stages, set(), depth=depth, at=at, catalogue=catalogue, links=links)
        pool.authored = self.targets
        return pool

    def _texts_by_treatment(self) -> tuple[dict[int | None, list[Live]], list[tuple[Live, int | None]]]:
        """The texts that lead on to what their place does, by stage; and those that are looked at one by one."""
        quiet: dict[int | None, list[Live]] = {}
        apart: list[tuple[Live, int | None]] = []
        for signature, stages in self.stages_of.items():
            for at_stage in stages:
                quiet.setdefault(at_stage, []).extend(self.texts.quiet.get(signature, ()))
                apart += [(text, at_stage) for text in self.texts.others.get(signature, ())]
        for at_stage, texts in quiet.items():
            targets = self.targets_of_place[at_stage]
            # Looked at one by one: texts of no stage; and where the place offers hard steps alone, since a step of a
            # text's own may be softer.
            every = at_stage is NOWHERE or self.by_place[at_stage].hard_only
            apart += [(text, at_stage) for text in texts if every or text.asset_id in targets]
            quiet[at_stage] = [text for text in texts if not every and text.asset_id not in targets]
        return quiet, apart

    def _onward(self, text: Live, stage: int | None) -> Onward:
        """What one text leads on to."""
        own, place = self.texts.own[text.steps_text], self.by_place[stage]
        targets, asset_id = self.targets_of_place[stage], text.asset_id
        # A step never leads to the text itself, nor twice to the same: then the next best is drawn.
        meets = asset_id in targets or asset_id in own.assets or not targets.isdisjoint(own.assets)
        if stage is NOWHERE or meets or (self.is_considering[stage] and own.all_hard):
            return self._computed_onward(text, stage)
        arrivals = tuple(arrival for arrival in own.arrivals if arrival[0] in self.shown)
        if not arrivals:
            return place if not place.hard_only else place._replace(hard_only=False)
        onward = self.finders[stage].route.leads_to
        dead_end = place.dead_end and not any(to in onward for _, to in arrivals)
        return Onward((*arrivals, *place.arrivals), place.derived, dead_end, hard_only=False)

    def _computed_onward(self, text: Live, stage: int | None) -> Onward:
        other = self.finders[stage]
        position = Position(text.asset_id, self.texts.own[text.steps_text].steps, other.stage)
        return self._steps_of(StepFinder(position, other.query, other.route, other.drawn))

    def _steps_of(self, finder: StepFinder) -> Onward:
        finder.lead_on(self.pool, self.catalogue)
        steps = tuple(finder.found.steps)
        arrivals = tuple(dict.fromkeys(arrival for step in steps if (arrival := _arrival_of(step))))
        derived = sum(step.source == "derived" for step in steps)
        hard_only = finder.found.weighing and all(step.is_hard for step in steps)
        if hard_only:
            finder.fall_back(self.pool, self.catalogue)
            hard_only = bool(finder.found.steps) and all(step.is_hard for step in finder.found.steps)
        return Onward(arrivals, derived, finder.found.dead_end, hard_only)

    def _follow(self, arrivals: Iterable[Arrival]) -> None:
        """Fills ``by_arrival`` with all that steps lead to, and on from there.

        A search of our own: what an arrival leads on to is computed when it is reached, so there is no graph yet.
        """
        waiting = list(dict.fromkeys(arrivals))
        while waiting:
            arrival = waiting.pop()
            if arrival[0] not in (PLACE, SALE) and arrival not in self.by_arrival:
                onward = self.by_arrival[arrival] = self._onward(self.texts.by_asset[arrival[0]], arrival[1])
                waiting += onward.arrivals

    def _add_text(self, text: Live, stage: int | None, onward: Onward) -> None:
        is_arrival = (text.asset_id, stage) in self.by_arrival
        # ``Onward`` is a tuple, so equal ones are one key: that is what puts forty texts into one class.
        key = (text.asset_id, stage) if is_arrival else (onward, stage)
        node = self.nodes.get(key)
        if node is None:
            node = self.nodes[key] = Node("asset" if is_arrival else "class", stage, onward, listed=True)
        node.texts.append(text)

    def _graph(self) -> Steps:
        nodes = self.nodes.values()
        graph = Steps()
        graph.add_nodes_from(nodes)
        graph.add_edges_from((node, self.nodes[arrival]) for node in nodes for arrival in node.onward.arrivals)
        return graph


def _arrival_of(step: Step) -> Arrival | None:
    if step.asset:
        return step.asset.asset_id, pk_of(step.to_stage)
    if step.touchpoint:
        return PLACE, pk_of(step.to_stage)
    # An address outside leads off the journey; only one that asks to buy counts as having arrived.
    return (SALE, NOWHERE) if step.is_hard else None
