"""What the walks of readers along next steps come to: dead ends, and goals out of reach."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from content.audit.checks.steps import step_findings
from content.audit.expected import ExpectedSteps
from content.audit.finding import Finding, as_json, audience, context_of, id_evidence, of_asset, of_journey, of_stage
from content.audit.graph import Node, StepGraph, step_graphs
from content.audit.graph_texts import Placements
from content.audit.live import Live
from content.catalogue import Catalogue
from content.query import Query
from journeys.atlas import Atlas
from journeys.models import Stage
from journeys.phases import Phase

MOST_STARTS = 20  # entries from which the shortest way to a dead end is looked for


def walk_findings(
    readers: Sequence[Query],
    live: dict[int, list[Live]],
    placements: Placements,
    *,
    at: datetime,
    catalogue: Catalogue,
    most_steps: int,
    least_ways: int,
    expected: Sequence[ExpectedSteps],
    tick: Callable[[int], None],
) -> Iterator[Finding]:
    """What each of ``readers`` (of one journey) meets: ``dead_end``, ``unreachable_stage``, ``no_path_to_goal``,
    ``far_from_purchase`` and ``buy_or_leave``; and what ``step_findings`` tells.

    Where somebody who stands at a stage by no text in particular meets the same, it is one finding of the stage, with
    all the texts; else one of each text.
    """
    for network in step_graphs(readers, live, placements, at=at, catalogue=catalogue):
        yield from Walk(network, catalogue.atlas, most_steps).findings()
        yield from step_findings(network, expected, least_ways=least_ways, atlas=catalogue.atlas)
        tick(1)


class Walk:
    """One network, walked from where the journey begins, and back from its goals and from the purchase."""

    def __init__(self, network: StepGraph, atlas: Atlas, most_steps: int) -> None:
        journey = network.query.journey
        if journey is None:
            raise ValueError("A network is of one journey.")
        self.network, self.atlas, self.journey, self.most_steps = network, atlas, journey, most_steps
        self.reader = network.query
        self.line = self.reader.segment_line(atlas)
        self.stages = atlas.stages_of[journey.pk]
        self.by_text = [node for node in network.graph if node.texts]
        entries = [node for stage in self.stages if stage.is_entry for node in network.listed.get(stage.pk, ())]
        self.reached = network.walked(entries)
        sale = [stage for stage in self.stages if Phase.PURCHASE in stage.phases]
        self.goals = self._at([stage for stage in self.stages if stage.is_goal])
        self.sales = self._at(sale)
        self.before_sale = {stage.pk for stage in self.stages[: self.stages.index(sale[0])]} if sale else set()
        self.to_goal = network.walked(self.goals, back=True)
        self.to_sale = network.walked(self.sales, back=True)

    def findings(self) -> Iterator[Finding]:
        """A text that is a dead end is not said to have no path to a goal too, nor one without to be far away."""
        yield from self._grouped("dead_end", self._is_dead, self._dead_end)
        yield from self._unreachable()
        if self.goals:
            yield from self._grouped("no_path_to_goal", self._is_lost, self._no_path)
        if self.before_sale:
            yield from self._grouped("far_from_purchase", self._is_far, self._far)
        yield from self._grouped("buy_or_leave", lambda node: node.onward.hard_only, self._buy_or_leave)

    def _at(self, stages: Collection[Stage]) -> list[Node]:
        """Where one stands at any of ``stages``: by a text, or at a place; or at the purchase, if they cover it."""
        here = {stage.pk for stage in stages}
        bought = any(Phase.PURCHASE in stage.phases for stage in stages)
        return [
            node
            for node in self.network.graph
            if (node.type == "sale" and bought) or (node.type != "sale" and node.stage in here)
        ]

    @staticmethod
    def _is_dead(node: Node) -> bool:
        return node.onward.dead_end

    def _is_lost(self, node: Node) -> bool:
        return node.stage is not None and not node.onward.dead_end and node not in self.to_goal

    def _is_far(self, node: Node) -> bool:
        if node.stage not in self.before_sale or node.onward.dead_end or self._is_lost(node):
            return False
        return self.to_sale.get(node, self.most_steps + 1) > self.most_steps

    def _grouped(
        self, code: str, is_bad: Callable[[Node], bool], say: Callable[[Stage | None, Node], tuple[str, str, Any]]
    ) -> Iterator[Finding]:
        by_stage: dict[int | None, list[Node]] = {}
        for node in self.by_text:
            if is_bad(node):
                by_stage.setdefault(node.stage, []).append(node)
        for at_stage, nodes in by_stage.items():
            stage, place = self.atlas.stages[at_stage] if at_stage else None, self.network.places[at_stage]
            context = context_of(self.reader, stage)
            texts = sorted({text.public_id: text for node in nodes for text in node.texts}.values())
            if is_bad(place):
                subject = of_stage(stage) if stage else of_journey(self.journey)
                message, remedy, more = say(stage, max(nodes, key=lambda node: node.listed))
                told_ids = id_evidence([text.public_id for text in texts])
                yield Finding(code, subject, context, message, remedy, {**told_ids, **more})
                continue
            for node in nodes:
                message, remedy, more = say(stage, node)
                for text in node.texts:
                    yield Finding(
                        code, of_asset(text), context, message, remedy, {**id_evidence([text.public_id]), **more}
                    )

    def _dead_end(self, stage: Stage | None, node: Node) -> tuple[str, str, Any]:
        who, here = audience(self.reader), stage.title if stage else "outside the stages"
        onward = self.atlas.ways_out(stage, self.line) if stage else self.atlas.entries(self.journey)
        message = f"Nothing leads {who} on from {here}: no step follows a transition."
        titles = as_json(one.title for one in onward)
        remedy = f"Publish something for {who} at {titles}, or let a step lead there."
        if not onward:
            remedy = f"Open a transition from {here} for {who} on the map."
            if not stage:
                remedy = "Mark a stage of the journey as its entry."
        return message, remedy, {"stages": [one.slug for one in onward], **self._way_here(node)}

    def _no_path(self, stage: Stage | None, node: Node) -> tuple[str, str, Any]:
        walked = self.network.walked([node])
        there = [one for one in self.stages if one.pk in {other.stage for other in walked}]
        goals = [one for one in self.stages if one.is_goal]
        who, titles = audience(self.reader), as_json(one.title for one in there)
        message = f"Next steps lead {who} no further than {titles}, never to {as_json(one.title for one in goals)}."
        silent = [one for one in self.stages if one.pk not in self.network.listed]
        remedy = f"Let a step at {titles} lead on towards {as_json(one.title for one in goals)}."
        if silent:
            remedy = (
                f"Publish something for {who} at {as_json(one.title for one in silent)}, or let a step lead past it."
            )
        return message, remedy, {"stages": [one.slug for one in there], **self._way_here(node)}

    def _far(self, stage: Stage | None, node: Node) -> tuple[str, str, Any]:
        distance = self.to_sale.get(node)
        path = self.network.path(node, [one for one in self.sales if self.to_sale.get(one) == 0]) if distance else []
        sale = as_json(one.title for one in self.stages if Phase.PURCHASE in one.phases)
        message = f"{sale} is {distance} steps away; {self.most_steps} are the most there should be."
        if distance is None:
            message = f"No walk along next steps leads {audience(self.reader)} to {sale}."
        remedy = f"Let one of its next steps lead closer to {sale}, or open a shorter transition."
        return message, remedy, {"steps": distance, "path": self._told_path(path)}

    def _buy_or_leave(self, stage: Stage | None, node: Node) -> tuple[str, str, Any]:
        here = stage.title if stage else "here"
        message = f"At {here} all that {audience(self.reader)} can do next is to buy, or to leave."
        remedy = "Add a softer step: compare, read reviews, ask somebody."
        return message, remedy, {}

    def _unreachable(self) -> Iterator[Finding]:
        stages = {node.stage for node in self.reached}
        entries = [stage for stage in self.stages if stage.is_entry]
        begin = as_json((one.title for one in entries), "and")
        if not any(entry.pk in self.network.listed for entry in entries):
            return  # the journey does not begin at all: an entry is silent, or there is none
        for stage in self.stages:
            nodes = self.network.listed.get(stage.pk)
            if not nodes or stage.is_entry or stage.pk in stages:
                continue
            who = audience(self.reader)
            message = f"No walk along next steps leads {who} from {begin} to {stage.title}."
            before = [one for one in self.stages if stage in self.atlas.ways_out(one, self.line)]
            remedy = f"Let a step at {as_json(one.title for one in before)} lead to {stage.title}."
            if not before:
                remedy = f"Open a transition to {stage.title} for {who} on the map."
            texts = sorted({text.public_id for node in nodes for text in node.texts})
            known = [one.slug for one in self.stages if one.pk in stages]
            yield Finding(
                "unreachable_stage",
                of_stage(stage),
                context_of(self.reader, stage),
                message,
                remedy,
                {**id_evidence(texts), "reached": known},
            )

    def _way_here(self, node: Node) -> dict[str, Any]:
        """How readers come here, if they do."""
        if node not in self.reached:
            return {"path": []}
        starts = [one for one, distance in self.reached.items() if distance == 0]
        paths = [self.network.path(start, [node]) for start in starts[:MOST_STARTS]]
        found = sorted((path for path in paths if path), key=len)
        return {"path": self._told_path(found[0] if found else [])}

    def _told_path(self, path: Iterable[Node]) -> list[dict[str, str | None]]:
        found = []
        for node in path:
            stage = self.atlas.stages[node.stage].slug if node.stage else None
            text = node.texts[0] if node.texts else None
            found.append({"stage": stage, "asset": text.public_id if text else None, "title": text and text.title})
        return found
