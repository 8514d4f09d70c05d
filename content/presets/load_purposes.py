"""The purposes that ship, from their data file into a vocabulary that editors own from then on."""

import tomllib
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from content.models import Term, Vocabulary
from content.presets.load import LoadedKind

FILE = Path(__file__).parent / "purpose.toml"
PURPOSE = "purpose"


def load_purposes() -> LoadedKind:
    """Loads the vocabulary with its terms. Where it is there already, or another of its slug is, all is left exactly
    as it is: terms that editors changed or took away stay so."""
    if Vocabulary.objects.filter(Q(preset=PURPOSE) | Q(slug=PURPOSE)).exists():
        return LoadedKind(PURPOSE, "kept")
    data = tomllib.loads(FILE.read_text("utf-8"))
    with transaction.atomic():
        terms = data.pop("terms")
        made = Vocabulary.objects.create(preset=PURPOSE, **data)
        for term in terms:
            Term.objects.create(vocabulary=made, **term)
    return LoadedKind(PURPOSE, "created")


def purposes() -> dict[str, Term]:
    """The terms that ship, as far as editors have them, by the name that targets give them: ``purpose:delivery``."""
    shipped = [term["slug"] for term in tomllib.loads(FILE.read_text("utf-8"))["terms"]]
    there = Term.objects.filter(vocabulary__preset=PURPOSE, slug__in=shipped)
    return {f"{PURPOSE}:{term.slug}": term for term in there}
