"""The journeys that ship, from their data files into rows that editors own from then on."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

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
    """What became of one preset: ``created``, or ``kept`` as editors have it."""

    name: str
    outcome: str
    stages: int
    transitions: int


def load_journeys(names: list[str] | None = None) -> list[Loaded]:
    """Loads the presets of these names, all by default; what became of each, in the order of ``names``.

    A journey that came from a preset is left exactly as it is, renamed or not, so editors' changes stay.
    Channels are added as the stages recommend them. The first journeys to come make one of them the default.
    Refuses (``unknown_preset``) other names.
    """
    wanted = names or list(NAMES)
    if unknown := set(wanted) - set(NAMES):
        message = f"Unknown journey {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}."
        raise ValidationError(message, code="unknown_preset")
    with transaction.atomic():
        loaded = [_load(name) for name in wanted]
        if not Journey.objects.filter(is_default=True).exists():
            first = Journey.objects.filter(preset=DEFAULT if DEFAULT in wanted else wanted[0]).get()
            first.is_default = True
            first.save()
    return loaded


def _load(name: str) -> Loaded:
    kept = Journey.objects.filter(preset=name).first() or Journey.objects.filter(slug=name).first()
    if kept:
        ways = Transition.objects.filter(from_stage__journey=kept)
        return Loaded(name, "kept", kept.stages.count(), ways.count())
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
    for position, stage in enumerate(data["stages"], start=1):
        made = Stage(journey=journey, position=position, **{key: stage[key] for key in STAGE if key in stage})
        made.save()
        stages[made.slug] = made
        for recommended in stage.get("channels", []):
            role = recommended.get("role", "")
            Recommendation.objects.create(stage=made, channel=_channel(recommended["channel"]), role=role)
    for way in data["transitions"]:
        Transition.objects.create(from_stage=stages[way["from"]], to_stage=stages[way["to"]])
    return Loaded(name, "created", len(stages), len(data["transitions"]))


def read(name: str) -> dict[str, Any]:
    """The data of one preset file."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))


@cache
def words_that_ship() -> frozenset[tuple[Any, ...]]:
    """The words of the stages of all presets, which are English, as ``words_of`` has them."""
    return frozenset(words_of(stage) for name in NAMES for stage in read(name)["stages"])


def words_of(stage: Mapping[str, Any]) -> tuple[Any, ...]:
    """What stands in a stage in one language alone: all but its titles."""
    return tuple(str(stage.get(name) or "") for name in WORDS)


def _channel(slug: str) -> Channel:
    found = Channel.objects.filter(slug=slug).first()
    return found or Channel.objects.create(**next(c for c in read("channels")["channels"] if c["slug"] == slug))
