"""Texts and places – what the steps of each text say whoever reads it, and at which stages it stands for whom."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from content.audit.live import Live
from content.catalogue import Catalogue
from content.coverage.judge import QuestionBoard
from content.coverage.packed_counts import slots_in
from content.delivery.candidates import StepTarget
from content.delivery.match import stage_in
from content.query import Query
from journeys.models import Journey, Stage
from journeys.phases import Commitment, commitment

PLACE, SALE = 0, -1  # no assets: where somebody stands by no text, and where a step to an address asks to buy
NOWHERE = None  # the stage of whoever stands at none of the journey
Arrival = tuple[int, int | None]  # an asset, PLACE or SALE, and the stage at which one stands there
Placements = dict[int, list[dict[str, Any]]]
Aim = int | tuple[str, str]  # an asset, or a touchpoint or an address
Way = tuple[Aim, str]  # to what a step leads, and with which intent


class OwnSteps(NamedTuple):
    """What a text's own steps say, whoever reads it; ``ways`` are those whose target there is, each target once."""

    steps: list[dict[str, Any]]
    ways: tuple[Way, ...]
    arrivals: tuple[Arrival, ...]
    assets: frozenset[int]
    all_hard: bool

    @property
    def is_quiet(self) -> bool:
        """It leads nowhere on the journey, and does not only ask to buy."""
        return not self.arrivals and not (self.steps and self.all_hard)


class StepTexts:
    """What is shown in one language, with where the steps of each lead in the words of one journey."""

    def __init__(self, rows: Sequence[Live], placements: Placements, journey: Journey, catalogue: Catalogue) -> None:
        self.quiet: dict[int, list[Live]] = {}  # by signature, as the others
        self.others: dict[int, list[Live]] = {}
        self.rows = {row.asset_id: row for row in rows}
        self.targets: dict[int, StepTarget] = {}
        self.own: dict[str, OwnSteps] = {}
        self.journey, self.catalogue = journey, catalogue
        for row in rows:
            words = (row.asset_id, row.public_id, row.kind_id, row.locale_id, row.slug, row.title)
            self.targets[row.asset_id] = StepTarget(*words, placements[row.signature])
        for text in {row.steps_text for row in rows}:
            steps = orjson.loads(text)
            ways: dict[Aim, str] = {}
            for step in steps:
                if aim := self._aim(step):
                    ways.setdefault(aim, step["intent"])
            found = (self._arrival(step) for step in steps)
            arrivals = tuple(dict.fromkeys(arrival for arrival in found if arrival))
            assets = frozenset(asset_id for asset_id, _ in arrivals)
            self.own[text] = OwnSteps(
                steps, tuple(ways.items()), arrivals, assets, all(_is_hard(step) for step in steps)
            )
        for row in rows:
            part = self.quiet if self.own[row.steps_text].is_quiet else self.others
            part.setdefault(row.signature, []).append(row)

    def _aim(self, step: dict[str, Any]) -> Aim | None:
        if step["asset"]:
            return step["asset"] if step["asset"] in self.targets else None
        if step["touchpoint"]:
            return (
                ("touchpoint", step["touchpoint"]) if step["touchpoint"] in self.catalogue.atlas.touchpoints else None
            )
        return "url", step["url"]

    def _arrival(self, step: dict[str, Any]) -> Arrival | None:
        atlas = self.catalogue.atlas
        if step["asset"]:
            target = self.targets.get(step["asset"])
            return (target.asset_id, pk_of(stage_in(self.journey, target.placements, atlas))) if target else None
        if step["touchpoint"]:
            place = atlas.touchpoints.get(step["touchpoint"])
            at_stage = place and place.stage_id and atlas.counterpart(atlas.stages[place.stage_id], self.journey)
            return (PLACE, pk_of(at_stage or None)) if place else None
        return (SALE, NOWHERE) if _is_hard(step) else None


class StagesOfTexts:
    """At which stages of a journey texts stand for each of many readers: each set of placements is judged once."""

    def __init__(self, readers: Sequence[Query], stages: list[Stage], catalogue: Catalogue) -> None:
        self.readers = len(readers)
        self.stages: list[int | None] = [*(stage.pk for stage in stages), NOWHERE]
        asked = [q for reader in readers for q in [*(reader.at_stage(stage) for stage in stages), reader.anywhere()]]
        self.board = QuestionBoard(asked, catalogue)

    def of(self, placements: list[dict[str, Any]]) -> list[list[int | None]]:
        """For each reader the stages; nowhere if shown at none of them, nothing if not shown at all."""
        found: list[list[int | None]] = [[] for _ in range(self.readers)]
        for lane in slots_in(self.board.answers(placements).any, len(self.board.queries)):
            reader, place = divmod(lane, len(self.stages))
            if self.stages[place] is not NOWHERE or not found[reader]:  # the question without a stage comes last
                found[reader].append(self.stages[place])
        return found


def pk_of(stage: Stage | None) -> int | None:
    return stage.pk if stage else None


def _is_hard(step: dict[str, Any]) -> bool:
    return commitment(step["intent"]) == Commitment.HARD
