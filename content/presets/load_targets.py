"""Loads what is recommended at the stages that ship as targets, which editors own from then on."""

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
Subjects = dict[str, dict[str, Any]]  # by the name in the file: the kind or the term that a target is for


@dataclass(frozen=True)
class LoadedTargets:
    """The outcome for the targets of one journey, of ``kinds`` or of ``purpose``: how many were ``created``, or were
    ``kept`` as editors have them."""

    name: str
    outcome: str
    count: int


def load_targets() -> list[LoadedTargets]:
    """Loads the targets of the preset journeys, kinds and purposes that exist; run it again when there are more.

    If a journey has a target for a kind already, all for that kind are left exactly as they are, and so are all
    for purposes, and all rhythms: what editors changed or deleted stays so. A kind or a purpose that is recommended
    somewhere is expected there alone: its minimum elsewhere is 0.
    """
    kinds: Subjects = {kind.preset: {"kind": kind} for kind in Kind.objects.exclude(preset="")}
    terms: Subjects = {name: {"term": term} for name, term in purposes().items()}
    with transaction.atomic():
        loaded = [
            _load(journey, stages, kinds | terms)
            for name, stages in tomllib.loads(FILE.read_text("utf-8")).items()
            if (journey := Journey.objects.filter(preset=name).first())
        ]
        return [*loaded, *(_load_minimums(*both) for both in ((KINDS, kinds), (PURPOSE, terms)) if both[1])]


def _load(journey: Journey, stages: dict[str, dict[str, str]], subjects: Subjects) -> LoadedTargets:
    by_slug = {stage.slug: stage for stage in Stage.objects.filter(journey=journey)}
    targets = [
        Target(stage=by_slug[slug], note=why, preset=journey.preset, **values)
        for slug, recommended in stages.items()
        for name, why in recommended.items()
        if slug in by_slug and (values := _values(name, subjects))
    ]
    return _add(journey.preset, targets)


def _values(name: str, subjects: Subjects) -> dict[str, Any] | None:
    """The values of a target of this name; ``None`` where its kind or purpose does not exist."""
    if name.startswith(FRESH):
        return {"minimum": None, "fresh_days": int(name.removeprefix(FRESH))}
    return {"minimum": 1, **subjects[name]} if name in subjects else None


def _load_minimums(preset: str, subjects: Subjects) -> LoadedTargets:
    note = "Only where it is recommended"
    return _add(preset, [Target(minimum=0, note=note, preset=preset, **subject) for subject in subjects.values()])


def _add(preset: str, targets: Collection[Target]) -> LoadedTargets:
    """Saves the targets of each sort of which there is none yet, unless an editor has one for exactly the same."""
    own = Target.objects.filter(preset=preset)
    sorts, added = {_sort(target) for target in own.select_related("kind")}, 0
    for target in targets:
        if _sort(target) not in sorts and not _exists(target):
            target.save()
            added += 1
    return LoadedTargets(preset, "created", added) if added else LoadedTargets(preset, "kept", own.count())


def _sort(target: Target) -> tuple[str | None, bool]:
    """The preset of its kind; without a kind, whether it is for a purpose."""
    return (target.kind.preset, False) if target.kind else (None, bool(target.term_id))


def _exists(target: Target) -> bool:
    subject = {"stage": target.stage, "kind": target.kind, "term": target.term}
    journey = {} if target.stage else {"journey": None}
    return Target.objects.filter(**subject, **journey, segment=None, channel=None, locale=None).exists()
