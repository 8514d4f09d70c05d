"""What is recommended at the stages that ship, as targets that editors own from then on."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from content.models import Kind, Target
from content.presets.load_purposes import PURPOSE, purposes
from journeys.models import Journey, Stage

FILE = Path(__file__).parent / "targets.toml"
KINDS = "kinds"
FRESH = "fresh:"  # and a number of days
Things = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class LoadedTargets:
    """What became of the targets of one journey, of ``kinds`` or of ``purpose``: ``created``, or ``kept`` as editors
    have them."""

    name: str
    outcome: str
    count: int


def load_targets() -> list[LoadedTargets]:
    """Loads the targets of the journeys, kinds and purposes that came from presets and are there: run it again when
    more are.

    Where any of a journey's own is there for a kind, all for that kind are left exactly as they are, and so are all
    others where any other is there: what editors changed or took away stays so. A kind or a purpose that is recommended
    somewhere is expected there alone: by itself its minimum is none.
    """
    kinds: Things = {kind.preset: {"kind": kind} for kind in Kind.objects.exclude(preset="")}
    terms: Things = {name: {"term": term} for name, term in purposes().items()}
    with transaction.atomic():
        loaded = [
            _load(journey, stages, kinds | terms)
            for name, stages in tomllib.loads(FILE.read_text("utf-8")).items()
            if (journey := Journey.objects.filter(preset=name).first())
        ]
        return [*loaded, *(_load_by_itself(*both) for both in ((KINDS, kinds), (PURPOSE, terms)) if both[1])]


def _load(journey: Journey, stages: dict[str, dict[str, str]], things: Things) -> LoadedTargets:
    there = {stage.slug: stage for stage in Stage.objects.filter(journey=journey)}
    wanted = [
        Target(stage=there[slug], note=why, preset=journey.preset, **said)
        for slug, recommended in stages.items()
        for name, why in recommended.items()
        if slug in there and (said := _said(name, things))
    ]
    return _add(journey.preset, wanted)


def _said(name: str, things: Things) -> dict[str, Any] | None:
    """What a target of this name says; ``None`` where its kind or purpose is not there."""
    if name.startswith(FRESH):
        return {"minimum": None, "fresh_days": int(name.removeprefix(FRESH))}
    return {"minimum": 1, **things[name]} if name in things else None


def _load_by_itself(preset: str, things: Things) -> LoadedTargets:
    note = "Only where it is recommended"
    return _add(preset, [Target(minimum=0, note=note, preset=preset, **thing) for thing in things.values()])


def _add(preset: str, wanted: Collection[Target]) -> LoadedTargets:
    """Those for kinds, for purposes and of rhythms of which there is none yet, unless an editor has said something
    about exactly this already."""
    own = Target.objects.filter(preset=preset)
    known, added = {_sort(target) for target in own.select_related("kind")}, 0
    for target in wanted:
        if _sort(target) not in known and not _same(target):
            target.save()
            added += 1
    return LoadedTargets(preset, "created" if added else "kept", own.count())


def _sort(target: Target) -> tuple[str | None, bool]:
    """For which kind it is, else whether for a purpose."""
    return (target.kind.preset, False) if target.kind else (None, bool(target.term_id))


def _same(target: Target) -> bool:
    named = {"stage": target.stage, "kind": target.kind, "term": target.term}
    journey = {} if target.stage else {"journey": None}
    return Target.objects.filter(**named, **journey, segment=None, channel=None, locale=None).exists()
