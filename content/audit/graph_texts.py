"""What the steps of each text say whoever reads it, and at which stages it is for whom."""

from collections.abc import Sequence
from typing import NamedTuple

import orjson

from content.audit.live import Live
from content.catalogue import Catalogue
from content.coverage.judge import QuestionBoard
from content.coverage.packed_counts import slots_in
from content.delivery.candidates import StepTarget
from content.delivery.match import stage_in
from content.models.edition import StoredPlacement, StoredStep
from content.query import Query
from journeys.models import Journey, Stage
from journeys.phases import Commitment, commitment

PLACE, SALE = 0, -1  # no assets: where readers are by no text, and where a step to an address asks to buy
NOWHERE = None  # the stage of whoever is at none of the journey
Arrival = tuple[int, int | None]  # an asset, PLACE or SALE, and the stage at which one arrives there
Placements = dict[int, list[StoredPlacement]]  # by signature
Aim = int | tuple[str, str | None]  # an asset, or a touchpoint or an address
Way = tuple[Aim, str]  # to what a step leads, and with which intent


class OwnSteps(NamedTuple):
    """What a text's own steps say, whoever reads it; ``ways`` are those whose target there is, each target once."""

    steps: list[StoredStep]
    ways: tuple[Way, ...]
    arrivals: tuple[Arrival, ...]
    assets: frozenset[int]
    all_hard: bool

    @property
    def is_quiet(self) -> bool:
        """It leads nowhere on the journey, and does not only ask to buy."""
        return not self.arrivals and not (self.steps and self.all_hard)


class StepTexts:
    """What is shown in one language, with where the steps of each lead in the terms of one journey."""

    def __init__(self, texts: Sequence[Live], placements: Placements, journey: Journey, catalogue: Catalogue) -> None:
        self.quiet: dict[int, list[Live]] = {}  # by signature, as the others
        self.others: dict[int, list[Live]] = {}
        self.by_asset = {text.asset_id: text for text in texts}
        self.targets: dict[int, StepTarget] = {}
        self.own: dict[str, OwnSteps] = {}  # by the JSON of the steps: many texts have the same
        self.journey, self.catalogue = journey, catalogue
        for text in texts:
            words = (text.asset_id, text.public_id, text.kind_id, text.locale_id, text.slug, text.title)
            self.targets[text.asset_id] = StepTarget(*words, placements[text.signature])
        for steps_text in {text.steps_text for text in texts}:
            self.own[steps_text] = self._own_steps(orjson.loads(steps_text))
        # The assets that any step names: what the targets of steps are looked up among.
        self.named = frozenset(pk for own in self.own.values() for pk in own.assets if pk in self.targets)
        for text in texts:
            part = self.quiet if self.own[text.steps_text].is_quiet else self.others
            part.setdefault(text.signature, []).append(text)

    def _own_steps(self, steps: list[StoredStep]) -> OwnSteps:
        ways: dict[Aim, str] = {}
        for step in steps:
            if aim := self._aim(step):
                ways.setdefault(aim, step["intent"])
        arrivals = tuple(dict.fromkeys(arrival for step in steps if (arrival := self._arrival(step))))
        assets = frozenset(asset_id for asset_id, _ in arrivals)
        return OwnSteps(steps, tuple(ways.items()), arrivals, assets, all(_is_hard(step) for step in steps))

    def _aim(self, step: StoredStep) -> Aim | None:
        if step["asset"]:
            return step["asset"] if step["asset"] in self.targets else None
        if slug := step["touchpoint"]:
            return ("touchpoint", slug) if slug in self.catalogue.atlas.touchpoints else None
        return "url", step["url"]

    def _arrival(self, step: StoredStep) -> Arrival | None:
        atlas = self.catalogue.atlas
        if step["asset"]:
            target = self.targets.get(step["asset"])
            return (target.asset_id, pk_of(stage_in(self.journey, target.placements, atlas))) if target else None
        if step["touchpoint"]:
            touchpoint = atlas.touchpoints.get(step["touchpoint"])
            if touchpoint is None:
                return None
            stage = atlas.stages[touchpoint.stage_id] if touchpoint.stage_id else None
            return PLACE, pk_of(atlas.counterpart(stage, self.journey) if stage else None)
        return (SALE, NOWHERE) if _is_hard(step) else None


class StagesOfTexts:
    """At which stages of a journey texts are for each of many readers: each set of placements is judged once."""

    def __init__(self, readers: Sequence[Query], stages: list[Stage], catalogue: Catalogue) -> None:
        self.readers = len(readers)
        self.stages: list[int | None] = [*(stage.pk for stage in stages), NOWHERE]
        # For each reader in turn a question at each stage, then one at none: slot = reader * stages + stage.
        questions = [
            question
            for reader in readers
            for question in [*(reader.at_stage(stage) for stage in stages), reader.anywhere()]
        ]
        self.board = QuestionBoard(questions, catalogue)

    def of(self, placements: list[StoredPlacement]) -> list[list[int | None]]:
        """Returns for each reader the stages; nowhere if shown at none of them, nothing if not shown at all."""
        stages: list[list[int | None]] = [[] for _ in range(self.readers)]
        for slot in slots_in(self.board.answers(placements).any, len(self.board.queries)):
            # With 5 stages a reader has 6 slots, the last for “nowhere”: slot 15 is reader 2, stage 3, both counted
            # from 0.
            reader, number = divmod(slot, len(self.stages))
            if self.stages[number] is not NOWHERE or not stages[reader]:  # the question without a stage comes last
                stages[reader].append(self.stages[number])
        return stages


def pk_of(stage: Stage | None) -> int | None:
    return stage.pk if stage else None


def _is_hard(step: StoredStep) -> bool:
    return commitment(step["intent"]) == Commitment.HARD
