"""Why a way on is not offered: for editors who look for it."""

from dataclasses import dataclass, replace

from content.delivery.eligibility import Reason
from content.delivery.explain import Explanation
from content.delivery.next_steps import WaysOn
from content.delivery.reading import Reading
from content.delivery.rows import ShownText
from content.query import Query
from journeys.atlas import Atlas
from journeys.models import Stage


@dataclass(frozen=True)
class LeftOut:
    """An authored step that this reader is not offered, and why."""

    position: int
    label: str
    why: Explanation

    @property
    def reason(self) -> Reason:
        return self.why.reason or Reason.ALREADY_OFFERED


def steps_left_out(shown: ShownText, ways: WaysOn, query: Query, reading: Reading) -> list[LeftOut]:
    """The authored steps to assets that are not among ``ways``, by position."""
    offered = {step.asset.asset_id for step in ways.steps if step.asset and step.source == "authored"}
    missing = []
    for position, step in enumerate(shown.steps, start=1):
        target = step["asset"]
        if target in offered:
            offered.remove(target)  # the first that leads there is the one that is offered
        elif target:
            missing.append((position, step["label"], target))
    reader = query.context.anywhere()
    explanations = {why.asset_id: why for why in reading.explain(reader, ids={target for _, _, target in missing})}
    found = []
    for position, label, target in missing:
        if why := explanations.get(target):
            found.append(LeftOut(position, label, why if why.reason else replace(why, reason=Reason.ALREADY_OFFERED)))
    return found


def silent_stages(stage: Stage | None, ways: WaysOn, query: Query, atlas: Atlas) -> list[Stage]:
    """The stages that a transition leads to from ``stage`` and for which there is nothing to offer this reader."""
    if stage is None:
        return []
    spoken = {step.to_stage.pk for step in ways.steps if step.to_stage}
    return [onward for onward in atlas.ways_out(stage, query.segment_line(atlas)) if onward.pk not in spoken]
