"""What the walks of readers along next steps come to: dead ends, and goals out of reach."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.audit.checks.steps import step_findings
from content.audit.checks.texts import LiveTexts
from content.audit.evidence import Evidence, PathStepJSON, id_evidence
from content.audit.expected import ExpectedSteps
from content.audit.finding import Finding, audience, context_of, of_asset, of_journey, of_stage
from content.audit.graph import Node, StepGraph, step_graphs
from journeys.atlas import Atlas
from journeys.models import Stage
from journeys.phases import Phase

Explanation = tuple[str, str, Evidence]  # message, remedy, and evidence besides the ids


def walk_findings(
    texts: LiveTexts,
    *,
    most_steps: int,
    least_ways: int,
    expected: Sequence[ExpectedSteps],
    tick: Callable[[int], None],
) -> Iterator[Finding]:
    """Yields what each of the readers meets: ``dead_end``, ``unreachable_stage``, ``no_path_to_goal``,
    ``far_from_purchase`` and ``buy_or_leave``; and what ``step_findings`` does.

    Where readers who are at a stage by no text in particular meet the same, it is one finding of the stage, with all
    the texts; else one of each text.
    """
    atlas = texts.catalogue.atlas
    for network in step_graphs(texts.readers, texts.live, texts.placements, at=texts.at, catalogue=texts.catalogue):
        yield from Walk(network, atlas, most_steps).findings()
        yield from step_findings(network, expected, least_ways=least_ways, atlas=atlas)
        tick(1)


class Walk:
    """One network, walked from where the journey begins, and back from its goals and from the purchase."""

    def __init__(self, network: StepGraph, atlas: Atlas, most_steps: int) -> None:
        journey = network.query.journey
        if journey is None:
            raise ValueError("A network is of one journey.")
        self.network, self.atlas, self.journey, self.most_steps = network, atlas, journey, most_steps
        self.reader = network.query
        self.audience = audience(self.reader)
        self.line = self.reader.segment_line(atlas)
        self.stages = atlas.stages_of[journey.pk]
        self.text_nodes = [node for node in network.graph if node.texts]
        self.goal_stages = [stage for stage in self.stages if stage.is_goal]
        self.sale_stages = [stage for stage in self.stages if Phase.PURCHASE in stage.phases]
        # “Far from the purchase” is asked of stages before the first that covers it; after it nobody is on the way
        # there.
        first_sale = self.stages.index(self.sale_stages[0]) if self.sale_stages else 0
        self.before_sale = {stage.pk for stage in self.stages[:first_sale]}
        self.entries = [
            node for stage in self.stages if stage.is_entry for node in network.listed_nodes.get(stage.pk, ())
        ]
        self.goals, self.sales = self._nodes_at(self.goal_stages), self._nodes_at(self.sale_stages)
        self.from_entries = network.distances(self.entries)
        self.to_goal = network.distances(self.goals, back=True)
        self.to_sale = network.distances(self.sales, back=True)

    def findings(self) -> Iterator[Finding]:
        """A text that is a dead end is not said to have no path to a goal too, nor one without to be far away."""
        yield from self._grouped("dead_end", self._is_dead, self._dead_end)
        yield from self._unreachable()
        if self.goals:
            yield from self._grouped("no_path_to_goal", self._is_lost, self._no_path)
        if self.before_sale:
            yield from self._grouped("far_from_purchase", self._is_far, self._far)
        yield from self._grouped("buy_or_leave", lambda node: node.onward.hard_only, self._buy_or_leave)

    def _nodes_at(self, stages: Collection[Stage]) -> list[Node]:
        """Where one is at any of ``stages``: by a text, or at a place; or at the purchase, if they cover it."""
        here = {stage.pk for stage in stages}
        with_sale = any(Phase.PURCHASE in stage.phases for stage in stages)
        return [
            node
            for node in self.network.graph
            if (node.type == "sale" and with_sale) or (node.type != "sale" and node.stage in here)
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
        self, code: str, is_bad: Callable[[Node], bool], explain: Callable[[Stage | None, Node], Explanation]
    ) -> Iterator[Finding]:
        by_stage: dict[int | None, list[Node]] = {}
        for node in self.text_nodes:
            if is_bad(node):
                by_stage.setdefault(node.stage, []).append(node)
        for at_stage, nodes in by_stage.items():
            stage, place = self.atlas.stages[at_stage] if at_stage else None, self.network.places[at_stage]
            context = context_of(self.reader, stage)
            if is_bad(place):
                subject = of_stage(stage) if stage else of_journey(self.journey)
                # ``max`` with True after False: a node that a list shows explains better than one that only a step
                # leads to.
                message, remedy, more = explain(stage, max(nodes, key=lambda node: node.listed))
                texts = sorted({text.public_id: text for node in nodes for text in node.texts}.values())
                ids = id_evidence([text.public_id for text in texts])
                yield Finding(code, subject, context, message, remedy, {**ids, **more})
                continue
            for node in nodes:
                message, remedy, more = explain(stage, node)
                for text in node.texts:
                    ids = id_evidence([text.public_id])
                    yield Finding(code, of_asset(text), context, message, remedy, {**ids, **more})

    def _dead_end(self, stage: Stage | None, node: Node) -> Explanation:
        onward = self.atlas.ways_out(stage, self.line) if stage else self.atlas.entries(self.journey)
        words = {"audience": self.audience, "stage": stage and stage.title, "stages": _any_of(onward)}
        message = _("No next step leads %(audience)s on from texts without a stage.")
        remedy = _("Mark a stage of the journey as its entry.")
        if stage:
            message = _("Nothing leads %(audience)s on from %(stage)s: no next step follows a transition.")
            remedy = _("Add a transition from %(stage)s for %(audience)s to the map.")
        if onward:
            remedy = _("Publish something for %(audience)s at %(stages)s, or add a next step that leads there.")
        evidence: Evidence = {"stages": [item.slug for item in onward], **self._path_to(node)}
        return message % words, remedy % words, evidence

    def _no_path(self, stage: Stage | None, node: Node) -> Explanation:
        reached_pks = {other.stage for other in self.network.distances([node])}
        reached = [item for item in self.stages if item.pk in reached_pks]
        silent = [item for item in self.stages if item.pk not in self.network.listed_nodes]
        words = {
            "audience": self.audience,
            "stages": _any_of(reached),
            "goals": _any_of(self.goal_stages),
            "silent": _any_of(silent),
        }
        message = _("Next steps lead %(audience)s no further than %(stages)s, never to %(goals)s.")
        remedy = _("Add a next step at %(stages)s that leads on towards %(goals)s.")
        if silent:
            remedy = _("Publish something for %(audience)s at %(silent)s, or add a next step that leads past it.")
        evidence: Evidence = {"stages": [item.slug for item in reached], **self._path_to(node)}
        return message % words, remedy % words, evidence

    def _far(self, stage: Stage | None, node: Node) -> Explanation:
        distance = self.to_sale.get(node)
        nearest = [sale for sale in self.sales if self.to_sale.get(sale) == 0]
        path = self.network.path_from(node, nearest) if distance else []
        words = {
            "audience": self.audience,
            "stages": _any_of(self.sale_stages),
            "count": distance,
            "most": self.most_steps,
        }
        message = _("No path of next steps leads %(audience)s to %(stages)s.")
        if distance is not None:
            message = ngettext(
                "%(stages)s is %(count)d next step away, and should be at most %(most)d.",
                "%(stages)s is %(count)d next steps away, and should be at most %(most)d.",
                distance,
            )
        remedy = _("Add a next step that leads closer to %(stages)s, or a shorter transition to the map.")
        return message % words, remedy % words, {"steps": distance, "path": self._path_json(path)}

    def _buy_or_leave(self, stage: Stage | None, node: Node) -> Explanation:
        words = {"audience": self.audience, "stage": stage and stage.title}
        message = _("Here %(audience)s can only buy or leave.")
        if stage:
            message = _("At %(stage)s %(audience)s can only buy or leave.")
        return message % words, _("Add a softer next step: compare, read reviews, contact somebody."), {}

    def _unreachable(self) -> Iterator[Finding]:
        reached = {node.stage for node in self.from_entries}
        entries = [stage for stage in self.stages if stage.is_entry]
        if not any(entry.pk in self.network.listed_nodes for entry in entries):
            return  # the journey does not begin at all: an entry is silent, or there is none
        for stage in self.stages:
            nodes = self.network.listed_nodes.get(stage.pk)
            if not nodes or stage.is_entry or stage.pk in reached:
                continue
            before = [item for item in self.stages if stage in self.atlas.ways_out(item, self.line)]
            words = {
                "audience": self.audience,
                "entries": get_text_list([entry.title for entry in entries], _("and")),
                "stage": stage.title,
                "before": _any_of(before),
            }
            remedy = _("Add a transition to %(stage)s for %(audience)s to the map.")
            if before:
                remedy = _("Add a next step at %(before)s that leads to %(stage)s.")
            texts = sorted({text.public_id for node in nodes for text in node.texts})
            yield Finding(
                "unreachable_stage",
                of_stage(stage),
                context_of(self.reader, stage),
                _("No path of next steps leads %(audience)s from %(entries)s to %(stage)s.") % words,
                remedy % words,
                {**id_evidence(texts), "reached": [item.slug for item in self.stages if item.pk in reached]},
            )

    def _path_to(self, node: Node) -> Evidence:
        """How readers come here, if they do."""
        reached = node in self.from_entries
        return {"path": self._path_json(self.network.path_to(node, self.entries) if reached else [])}

    def _path_json(self, path: Iterable[Node]) -> list[PathStepJSON]:
        steps: list[PathStepJSON] = []
        for node in path:
            stage = self.atlas.stages[node.stage].slug if node.stage else None
            text = node.texts[0] if node.texts else None
            steps.append(
                {"stage": stage, "asset": text.public_id if text else None, "title": text.title if text else None}
            )
        return steps


def _any_of(stages: Iterable[Stage]) -> str:
    """“A, B or C”."""
    return get_text_list([stage.title for stage in stages], _("or"))
