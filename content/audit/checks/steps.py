"""Which next steps the texts of a stage do not offer: those expected of them, and any choice at all."""

from collections.abc import Iterator, Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.audit.evidence import Evidence, id_evidence
from content.audit.expected import ExpectedSteps
from content.audit.finding import Finding, audience, context_of, of_asset, of_stage
from content.audit.graph import Node, StepGraph
from content.audit.graph_texts import Aim
from content.audit.live import Live
from journeys.atlas import Atlas
from journeys.models import Stage
from journeys.phases import Intent, commitment


def step_findings(
    network: StepGraph, expected: Sequence[ExpectedSteps], *, least_ways: int, atlas: Atlas
) -> Iterator[Finding]:
    """Yields ``step_missing`` and ``few_alternatives`` of the steps that one kind of reader meets, authored and
    derived. No statement.

    Where the place of a stage lacks the same step, and the rule is of the stage alone, it is one finding of the stage;
    else one of each text. A dead end is not said to lack a step too.
    """
    by_stage: dict[int, list[Node]] = {}
    for node in network.graph:
        if node.texts and node.stage:
            by_stage.setdefault(node.stage, []).append(node)
    for at_stage, nodes in by_stage.items():
        stage = atlas.stages[at_stage]
        for rule in expected:
            if rule.holds_at(at_stage):
                yield from _missing(network, stage, nodes, rule)
        listed = [node for node in nodes if node.listed]
        if not all(node.onward.dead_end or node.onward.hard_only for node in listed):
            yield from _few(network, stage, listed, least_ways)


def _missing(network: StepGraph, stage: Stage, nodes: list[Node], expected: ExpectedSteps) -> Iterator[Finding]:
    lacking = [
        (text, node)
        for node in nodes
        if _map_offers_none(network, node, expected)
        for text in node.texts
        if expected.holds_for(text) and not _offers(network, text, expected)
    ]
    if not lacking:
        return
    if expected.of_stage_alone and _map_offers_none(network, network.places[stage.pk], expected):
        yield _step_missing(network, stage, expected, sorted(lacking, key=lambda pair: pair[0]), is_of_stage=True)
        return
    for pair in lacking:
        yield _step_missing(network, stage, expected, [pair], is_of_stage=False)


def _map_offers_none(network: StepGraph, node: Node, expected: ExpectedSteps) -> bool:
    """Whether the map leads on from here, and with none of the intents."""
    return not node.onward.dead_end and expected.intents.isdisjoint(intent for _, intent in network.derived(node))


def _offers(network: StepGraph, text: Live, expected: ExpectedSteps) -> bool:
    ways = network.texts.own[text.steps_text].ways
    # Whoever reads it, first: most texts offer none, and what this reader is shown takes longer to tell.
    any_reader = any(intent in expected.intents for _, intent in ways)
    return any_reader and any(intent in expected.intents for _, intent in network.authored(text))


def _step_missing(
    network: StepGraph, stage: Stage, expected: ExpectedSteps, lacking: list[tuple[Live, Node]], *, is_of_stage: bool
) -> Finding:
    rule = expected.rule
    evidence: Evidence = {
        **id_evidence([text.public_id for text, _node in lacking]),
        "expected": rule.intents,
        "offered": _offered(network, lacking),
        "note": rule.note,
    }
    actions = get_text_list([str(Intent(intent).words) for intent in rule.intents], _("or"))
    words = {"stage": stage.title, "audience": audience(network.query), "actions": actions}
    remedy = _("Add a next step that lets them %(actions)s.") % words
    return Finding(
        "step_missing",
        of_stage(stage) if is_of_stage else of_asset(lacking[0][0]),
        context_of(network.query, stage),
        _("At %(stage)s no next step lets %(audience)s %(actions)s.") % words,
        f"{remedy} {rule.note.rstrip('.')}." if rule.note else remedy,
        evidence,
        detail=rule.detail,
    )


def _offered(network: StepGraph, lacking: list[tuple[Live, Node]]) -> list[str]:
    """The intents that these texts offer instead, in the order of ``Intent``."""
    by_steps = {text.steps_text: text for text, _ in lacking}  # many have the same steps of their own
    ways = [way for text in by_steps.values() for way in network.authored(text)]
    ways += [way for node in {node for _, node in lacking} for way in network.derived(node)]
    offered = {intent for _, intent in ways}
    return [intent for intent in Intent.values if intent in offered]


def _few(network: StepGraph, stage: Stage, listed: list[Node], least_ways: int) -> Iterator[Finding]:
    aims: set[Aim] = set()
    commitments: set[str] = set()
    for node in listed:
        derived = network.derived(node)
        for text in node.texts:
            for aim, intent in [*network.authored(text), *derived]:
                aims.add(aim)
                commitments.add(commitment(intent))
            if len(aims) >= least_ways and (len(commitments) > 1 or least_ways == 1):
                return
    count = len(aims)
    message = ngettext(
        "All texts at %(stage)s together offer %(audience)s %(count)d next step, which asks one thing of them.",
        "All texts at %(stage)s together offer %(audience)s %(count)d next steps, which all ask the same of them.",
        count,
    )
    if count < least_ways:
        message = ngettext(
            "All texts at %(stage)s together offer %(audience)s only %(count)d next step.",
            "All texts at %(stage)s together offer %(audience)s only %(count)d next steps.",
            count,
        )
    words = {"stage": stage.title, "audience": audience(network.query), "count": count}
    remedy = _("Add next steps that ask for more and for less: learn more, contact somebody, buy.")
    ids = sorted({text.public_id for node in listed for text in node.texts})
    evidence: Evidence = {**id_evidence(ids), "ways": count, "commitments": sorted(commitments)}
    context = context_of(network.query, stage)
    yield Finding("few_alternatives", of_stage(stage), context, message % words, remedy, evidence)
