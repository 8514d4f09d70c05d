"""Loads the journeys that ship from their data files into rows, which editors own from then on."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from journeys.models import Channel, Journey, Recommendation, Stage, Transition

HERE = Path(__file__).parent
NAMES = ("nordic-omni", "aida-loyalty", "see-think-do-care", "content-path")
DEFAULT = "see-think-do-care"
LANGUAGE = "en"  # of the words that ship
WORDS = ("purpose", "question", "need", "barrier", "goals")
STAGE = [
    "slug",
    "title",
    "original_title",
    "titles",
    "phases",
    "is_entry",
    "is_goal",
    "intent",
    "purpose",
    "question",
    "need",
    "barrier",
    "goals",
]


@dataclass(frozen=True)
class Loaded:
    """The outcome of one preset: ``created``, or ``kept`` as editors have it."""

    name: str
    outcome: str
    stages: int
    transitions: int


def load_journeys(names: list[str] | None = None) -> list[Loaded]:
    """Loads the presets of these names, all by default; returns the outcomes in the order of ``names``.

    A journey that came from a preset is left exactly as it is, renamed or not, so editors' changes stay.
    Channels are added as the stages recommend them. The first journeys to come make one of them the default.
    Refuses (``unknown_preset``) other names.
    """
    chosen = names or list(NAMES)
    if unknown := set(chosen) - set(NAMES):
        message = _("Unknown journey %(unknown)s; there are %(known)s.")
        words = {"unknown": ", ".join(sorted(unknown)), "known": ", ".join(NAMES)}
        raise ValidationError(message % words, code="unknown_preset")
    with transaction.atomic():
        loaded = [_load(name) for name in chosen]
        if not Journey.objects.filter(is_default=True).exists():
            first = Journey.objects.filter(preset=DEFAULT if DEFAULT in chosen else chosen[0]).get()
            first.is_default = True
            first.save()
    return loaded


def _load(name: str) -> Loaded:
    existing = Journey.objects.filter(preset=name).first() or Journey.objects.filter(slug=name).first()
    if existing:
        transitions = Transition.objects.filter(from_stage__journey=existing)
        return Loaded(name, "kept", existing.stages.count(), transitions.count())
    data = read(name)
    closing = data.get("closing", {})
    journey = Journey.objects.create(
        slug=data["slug"],
        title=data["title"],
        titles=data.get("titles", {}),
        original_title=data.get("original_title", ""),
        description=data.get("description", ""),
        preset=name,
        closing_intent=closing.get("intent", "contact"),
        closing_label=closing.get("label", ""),
        closing_labels=closing.get("labels", {}),
        closing_url=closing.get("url", ""),
    )
    stages = {}
    for position, values in enumerate(data["stages"], start=1):
        stage = Stage(journey=journey, position=position, **{key: values[key] for key in STAGE if key in values})
        stage.save()
        stages[stage.slug] = stage
        for row in values.get("channels", []):
            Recommendation.objects.create(stage=stage, channel=_channel(row["channel"]), role=row.get("role", ""))
    for transition in data["transitions"]:
        Transition.objects.create(from_stage=stages[transition["from"]], to_stage=stages[transition["to"]])
    return Loaded(name, "created", len(stages), len(data["transitions"]))


def read(name: str) -> dict[str, Any]:
    """The data of one preset file."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))


@cache
def words_that_ship() -> frozenset[tuple[object, ...]]:
    """The English words of the stages of all presets, each as ``words_of`` returns them."""
    return frozenset(words_of(stage) for name in NAMES for stage in read(name)["stages"])


def words_of(stage: Mapping[str, Any]) -> tuple[object, ...]:
    """The words that a stage has in one language alone: all but its titles."""
    return tuple(str(stage.get(name) or "") for name in WORDS)


def _channel(slug: str) -> Channel:
    found = Channel.objects.filter(slug=slug).first()
    return found or Channel.objects.create(**next(c for c in read("channels")["channels"] if c["slug"] == slug))
