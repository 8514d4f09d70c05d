"""Loads the kinds that ship from their data files; editors own the rows from then on."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from content.models import Kind

HERE = Path(__file__).parent / "kinds"
NAMES = tuple(sorted(path.stem for path in HERE.glob("*.json")))
OUTCOMES = {  # as commands print them
    "created": pgettext_lazy("outcome of a preset", "created"),
    "kept": pgettext_lazy("outcome of a preset", "kept"),
}


@dataclass(frozen=True)
class LoadedKind:
    """The outcome for one preset: ``created``, or ``kept`` as editors have it."""

    name: str
    outcome: str


def load_kinds(names: list[str] | None = None) -> list[LoadedKind]:
    """Loads the kinds of these names, all by default. One that exists already is left exactly as it is.

    Refuses (``unknown_preset``) other names.
    """
    if unknown := set(names or ()) - set(NAMES):
        message = _("Unknown kinds: %(names)s; there are %(known)s.")
        words = {"names": ", ".join(sorted(unknown)), "known": ", ".join(NAMES)}
        raise ValidationError(message % words, code="unknown_preset")
    with transaction.atomic():
        return [_load(name) for name in names or NAMES]


def _load(name: str) -> LoadedKind:
    if Kind.objects.filter(preset=name).exists() or Kind.objects.filter(slug=name).exists():
        return LoadedKind(name, "kept")
    Kind.objects.create(preset=name, **json.loads((HERE / f"{name}.json").read_text("utf-8")))
    return LoadedKind(name, "created")
