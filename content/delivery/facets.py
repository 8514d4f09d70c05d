"""How many would answer if one condition were another: what a front-end shows beside its filters."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError

from content.catalogue import Catalogue
from content.delivery.reading import Reading
from content.query import Query
from journeys.phases import Phase

NAMES = ("stage", "phase", "kind", "segment", "channel", "locale", "term")
MOST_VALUES = 1000


def facets(names: tuple[str, ...], query: Query, reading: Reading) -> dict[str, dict[str, int]]:
    """For each name and value the count of the same query with that value in place of the name's own condition.

    ``term`` has the terms of all vocabularies, as ``topic:travel``; a vocabulary's slug has its own and replaces
    only the conditions of that vocabulary. Counts stop at the cap of ``Selection.count``. A query for every hundred
    values. Refuses (``too_many_values``) more values than a thousand.
    """
    asked = [(name, value, other) for name in names for value, other in _values(name, query, reading)]
    if len(asked) > MOST_VALUES:
        message = f"These facets have {len(asked)} values, {MOST_VALUES} are the most; ask for fewer at a time."
        raise ValidationError({"facets": ValidationError(message, code="too_many_values")})
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    for (name, value, _), count in zip(asked, reading.counts([other for _, _, other in asked]), strict=True):
        found[name][value] = count
    return found


def _values(name: str, query: Query, reading: Reading) -> Iterator[tuple[str, Query]]:
    """Each value of a facet, and the query with it in place."""
    catalogue = reading.catalogue
    if name in NAMES and name != "term":
        part, values = _parts(query, catalogue)[name]
        for value, condition in values.items():
            # In place of the condition and not beside it: with ``kind=guide`` chosen, the facet “kind” goes on saying
            # how many “faq” there would be instead, which is what a filter offers.
            yield value, replace(query, **{part: condition})
        return
    vocabulary = None if name == "term" else catalogue.vocabularies[name]
    kept = [term for term in query.terms.any if vocabulary and term.vocabulary_id != vocabulary.pk]
    for (group, slug), term in reading.terms.items():
        if vocabulary is None or term.vocabulary_id == vocabulary.pk:
            value = slug if vocabulary else f"{group}:{slug}"
            yield value, replace(query, terms=replace(query.terms, any=(*kept, term)))


def _parts(query: Query, catalogue: Catalogue) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """By facet: the part of a query that it replaces, and what by."""
    atlas = catalogue.atlas
    stages = atlas.stages_of[query.journey.pk] if query.journey else []
    return {
        "stage": ("stages", {stage.slug: (stage,) for stage in stages}),
        "phase": ("phases", {phase: frozenset({phase}) for phase in Phase.values}),
        "kind": ("kinds", {slug: (kind.pk,) for slug, kind in catalogue.kinds.items()}),
        "segment": ("segment", {"everyone": "everyone", **atlas.segments}),
        "channel": ("channel", {"any": "any", **atlas.channels}),
        "locale": ("locale", dict(catalogue.locales)),
    }
