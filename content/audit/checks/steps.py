"""Which steps the texts of a stage do not offer: those expected of them, and any choice at all."""

from collections.abc import Iterator, Sequence
from typing import Any

from content.audit.expected import ExpectedSteps
from content.audit.finding import Finding, as_json, audience, context_of, id_evidence, of_asset, of_stage
from content.audit.graph import Node, StepGraph
from content.audit.graph_texts import Aim
from content.audit.live import Live
from journeys.atlas import Atlas
from journeys.models import Stage
from journeys.phases import Intent, commitment


def step_findings(
    network: StepGraph, expected: Sequence[ExpectedSteps], *, least_ways: int, atlas: Atlas
) -> Iterator[Finding]:
    """``step_missing`` and ``few_alternatives`` of the steps that one kind of reader meets, authored and derived. No
    statement.

    Where somebody who stands at a stage by no text lacks the same step, and the rule is of the stage alone, it is one
    finding of the stage; else one of each text. A dead end is not said to lack a step too.
    """
    at_stages: dict[int, list[Node]] = {}
    for node in network.graph:
        if node.texts and node.stage:
            at_stages.setdefault(node.stage, []).append(node)
    for at_stage, nodes in at_stages.items():
        stage = atlas.stages[at_stage]
        for one in expected:
            if one.holds_at(at_stage):
                yield from _missing(network, stage, nodes, one)
        listed = [node for node in nodes if node.listed]
        if not all(node.onward.dead_end or node.onward.hard_only for node in listed):
            yield from _few(network, stage, listed, least_ways)


def _missing(network: StepGraph, stage: Stage, nodes: list[Node], one: ExpectedSteps) -> Iterator[Finding]:
    lacking = [
        (row, node)
        for node in nodes
        if _leaves_open(network, node, one)
        for row in node.texts
        if one.holds_for(row) and not _offers(network, row, one)
    ]
    if not lacking:
        return
    place = network.places[stage.pk]
    if one.of_stage_alone and _leaves_open(network, place, one):
        yield _of_step(network, stage, one, sorted(lacking, key=lambda item: item[0]), is_of_stage=True)
        return
    for item in lacking:
        yield _of_step(network, stage, one, [item], is_of_stage=False)


def _leaves_open(network: StepGraph, node: Node, one: ExpectedSteps) -> bool:
    """Whether the map leads on from here, and with none of the intents."""
    return not node.onward.dead_end and one.intents.isdisjoint(intent for _, intent in network.derived(node))


def _offers(network: StepGraph, row: Live, one: ExpectedSteps) -> bool:
    own = network.texts.own[row.steps_text]
    some = any(intent in one.intents for _, intent in own.ways)  # whoever reads it: most offer none
    return some and any(intent in one.intents for _, intent in network.authored(row))


def _of_step(
    network: StepGraph, stage: Stage, one: ExpectedSteps, lacking: list[tuple[Live, Node]], *, is_of_stage: bool
) -> Finding:
    rule, who = one.rule, audience(network.query)
    words = as_json(Intent(intent).words for intent in rule.intents)
    alike = {row.steps_text: row for row, _ in lacking}  # many have the same steps of their own
    ways = [way for row in alike.values() for way in network.authored(row)]
    ways += [way for node in {node for _, node in lacking} for way in network.derived(node)]
    offered = {intent for _, intent in ways}
    why = f" {rule.note.rstrip('.')}." if rule.note else ""
    evidence: dict[str, Any] = {
        **id_evidence([row.public_id for row, _ in lacking]),
        "expected": rule.intents,
        "offered": [intent for intent in Intent.values if intent in offered],
        "note": rule.note,
    }
    return Finding(
        "step_missing",
        of_stage(stage) if is_of_stage else of_asset(lacking[0][0]),
        context_of(network.query, stage),
        f"At {stage.title} no step lets {who} {words}.",
        f"Add a step that lets them {words}.{why}",
        evidence,
        detail=rule.detail,
    )


def _few(network: StepGraph, stage: Stage, listed: list[Node], least_ways: int) -> Iterator[Finding]:
    aims: set[Aim] = set()
    commitments: set[str] = set()
    for node in listed:
        derived = network.derived(node)
        for row in node.texts:
            for aim, intent in [*network.authored(row), *derived]:
                aims.add(aim)
                commitments.add(commitment(intent))
            if len(aims) >= least_ways and (len(commitments) > 1 or least_ways == 1):
                return
    who, count = audience(network.query), len(aims)
    message = f"All that is at {stage.title} leads {who} on in {count} ways, which all ask the same of them."
    if count < least_ways:
        ways = "one way" if count == 1 else f"{count} ways"
        message = f"All that is at {stage.title} leads {who} on in {ways} only."
    remedy = "Add steps that ask for more and for less: learn more, talk to somebody, buy."
    texts = sorted({row.public_id for node in listed for row in node.texts})
    evidence = {**id_evidence(texts), "ways": count, "commitments": sorted(commitments)}
    context = context_of(network.query, stage)
    yield Finding("few_alternatives", of_stage(stage), context, message, remedy, evidence)
