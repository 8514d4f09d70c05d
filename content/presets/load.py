"""The kinds that ship, from their data files into rows that editors own from then on."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from content.models import Kind

HERE = Path(__file__).parent / "kinds"
NAMES = tuple(sorted(path.stem for path in HERE.glob("*.json")))


@dataclass(frozen=True)
class LoadedKind:
    """What became of one preset: ``created``, or ``kept`` as editors have it."""

    name: str
    outcome: str


def load_kinds(names: list[str] | None = None) -> list[LoadedKind]:
    """Loads the kinds of these names, all by default. One that is there already is left exactly as it is.

    Refuses (``unknown_preset``) other names.
    """
    wanted = names or list(NAMES)
    if unknown := set(wanted) - set(NAMES):
        message = f"Unknown kind {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}."
        raise ValidationError(message, code="unknown_preset")
    with transaction.atomic():
        return [_load(name) for name in wanted]


def _load(name: str) -> LoadedKind:
    if Kind.objects.filter(preset=name).exists() or Kind.objects.filter(slug=name).exists():
        return LoadedKind(name, "kept")
    Kind.objects.create(preset=name, **json.loads((HERE / f"{name}.json").read_text("utf-8")))
    return LoadedKind(name, "created")
