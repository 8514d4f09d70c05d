"""load_targets() – the kinds recommended at the stages that ship, as targets that editors own from then on."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from content.models import Kind, Target
from journeys.models import Journey, Stage

FILE = Path(__file__).parent / "targets.toml"
KINDS = "kinds"


@dataclass(frozen=True)
class LoadedTargets:
    """What became of the targets of one journey, or of ``kinds``: ``created``, or ``kept`` as editors have them."""

    name: str
    outcome: str
    count: int


def load_targets() -> list[LoadedTargets]:
    """Loads the targets of the journeys and kinds that came from presets and are there: run it again when more are.

    Where any of a journey's own is there for a kind, all for that kind are left exactly as they are, so what editors
    changed or took away stays so. A kind that is recommended somewhere is expected there alone: by itself its minimum
    is none.
    """
    kinds = {kind.preset: kind for kind in Kind.objects.exclude(preset="")}
    with transaction.atomic():
        loaded = [
            _load(journey, stages, kinds)
            for name, stages in tomllib.loads(FILE.read_text("utf-8")).items()
            if (journey := Journey.objects.filter(preset=name).first())
        ]
        return [*loaded, _load_kinds(kinds)] if kinds else loaded


def _load(journey: Journey, stages: dict[str, dict[str, str]], kinds: dict[str, Kind]) -> LoadedTargets:
    own = Target.objects.filter(preset=journey.preset)
    known = set(own.values_list("kind__preset", flat=True))
    there = {stage.slug: stage for stage in Stage.objects.filter(journey=journey)}
    for slug, recommended in stages.items():
        for kind, why in recommended.items():
            if slug in there and kind in kinds and kind not in known:
                _add(Target(stage=there[slug], kind=kinds[kind], minimum=1, note=why, preset=journey.preset))
    return _loaded(journey.preset, known, own.values_list("kind__preset", flat=True))


def _load_kinds(kinds: dict[str, Kind]) -> LoadedTargets:
    own = Target.objects.filter(preset=KINDS)
    known = set(own.values_list("kind__preset", flat=True))
    for name in set(kinds) - known:
        _add(Target(kind=kinds[name], minimum=0, note="Only where it is recommended", preset=KINDS))
    return _loaded(KINDS, known, own.values_list("kind__preset", flat=True))


def _loaded(name: str, known: set[str], now: Collection[str]) -> LoadedTargets:
    """``kept`` where nothing came."""
    return LoadedTargets(name, "kept" if set(now) == known else "created", len(now))


def _add(target: Target) -> None:
    """Unless an editor has said something about exactly this already."""
    named = {"stage": target.stage, "kind": target.kind, **({} if target.stage else {"journey": None})}
    same = Target.objects.filter(**named, segment=None, channel=None, locale=None)
    if not same.exists():
        target.save()
