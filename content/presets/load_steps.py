"""Loads the rules that ship for the next steps that texts should offer at their stage; editors own them."""

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
    """The outcome for the rules of one journey, or ``everywhere``: how many were ``created``, or were ``kept`` as
    editors have them."""

    name: str
    outcome: str
    count: int


def load_steps() -> list[LoadedSteps]:
    """Loads the rules of the preset journeys that exist, and those for texts with a purpose, everywhere.

    Run it again when there are more. Rules for a term (or for none) are left exactly as they are if the journey has
    any of them already, so what editors changed or deleted stays so.
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
    after = own.count()
    return LoadedSteps(name, "created", after - before) if after != before else LoadedSteps(name, "kept", after)


def _add(expected: ExpectedStep) -> None:
    """Saves a rule, unless an editor has one for the same stage and term already."""
    if not ExpectedStep.objects.filter(stage=expected.stage, kind=None, term=expected.term).exists():
        expected.save()
