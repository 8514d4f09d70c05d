"""The steps that texts should offer by the stage where they stand, as rules that editors own."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from content.models import ExpectedStep, Term
from content.presets.load_purposes import purposes
from journeys.models import Journey, Stage

FILE = Path(__file__).parent / "steps.toml"
EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class LoadedSteps:
    """What became of the rules of one journey, or ``everywhere``: ``created``, or ``kept`` as editors have them."""

    name: str
    outcome: str
    count: int


def load_steps() -> list[LoadedSteps]:
    """Loads what is expected in the journeys that came from presets and are there, and everywhere of texts with a
    purpose that is there: run it again when more are.

    Where any of a journey's own is there for a term, or for none, all for that are left exactly as they are, so what
    editors changed or took away stays so.
    """
    terms = purposes()
    with transaction.atomic():
        return [
            _load(name, rules, terms)
            for name, rules in tomllib.loads(FILE.read_text("utf-8")).items()
            if name == EVERYWHERE or Journey.objects.filter(preset=name).exists()
        ]


def _load(name: str, rules: list[dict[str, Any]], terms: dict[str, Term]) -> LoadedSteps:
    own = ExpectedStep.objects.filter(preset=name)
    known, before = set(own.values_list("term_id", flat=True)), own.count()
    stages = {stage.slug: stage for stage in Stage.objects.filter(journey__preset=name)}
    for rule in rules:
        stage, term = stages.get(rule.get("stage", "")), terms.get(rule.get("term", ""))
        is_there = ("stage" not in rule or stage) and ("term" not in rule or term)
        if is_there and (term.pk if term else None) not in known:
            _add(ExpectedStep(stage=stage, term=term, intents=rule["intents"], note=rule["why"], preset=name))
    return LoadedSteps(name, "kept" if own.count() == before else "created", own.count())


def _add(expected: ExpectedStep) -> None:
    """Unless an editor has said something about exactly these already."""
    if not ExpectedStep.objects.filter(stage=expected.stage, kind=None, term=expected.term).exists():
        expected.save()
