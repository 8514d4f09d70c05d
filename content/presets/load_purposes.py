"""Loads the purposes that ship into a vocabulary, which editors own from then on."""

import tomllib
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from content.models import Term, Vocabulary
from content.presets.load import LoadedKind

FILE = Path(__file__).parent / "purpose.toml"
PURPOSE = "purpose"


def load_purposes() -> LoadedKind:
    """Loads the vocabulary with its terms, unless it or another with its slug exists already: terms that editors
    changed or deleted stay so."""
    if Vocabulary.objects.filter(Q(preset=PURPOSE) | Q(slug=PURPOSE)).exists():
        return LoadedKind(PURPOSE, "kept")
    data = tomllib.loads(FILE.read_text("utf-8"))
    with transaction.atomic():
        terms = data.pop("terms")
        vocabulary = Vocabulary.objects.create(preset=PURPOSE, **data)
        for term in terms:
            Term.objects.create(vocabulary=vocabulary, **term)
    return LoadedKind(PURPOSE, "created")


def purposes() -> dict[str, Term]:
    """The terms that ship and still exist, by their name in the files of targets and steps: ``purpose:delivery``."""
    slugs = [term["slug"] for term in tomllib.loads(FILE.read_text("utf-8"))["terms"]]
    terms = Term.objects.filter(vocabulary__preset=PURPOSE, slug__in=slugs)
    return {f"{PURPOSE}:{term.slug}": term for term in terms}
