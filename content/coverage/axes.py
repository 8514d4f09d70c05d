"""What the coverage matrix can be laid out by, and what each of their values makes of a question."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError

from content.catalogue import Catalogue
from content.delivery.touchpoint import query_at
from content.models import Term, Vocabulary
from content.query import Query
from journeys.models import Channel, Touchpoint

NAMES = ("stage", "segment", "channel", "locale", "kind", "touchpoint")
MOST_CELLS = 10_000


@dataclass(frozen=True)
class Value:
    """One row or column: how the API names it, what people read, and a question put there."""

    slug: str
    title: str
    put: Callable[[Query], Query]


@dataclass(frozen=True)
class Axis:
    name: str
    values: list[Value]

    @property
    def slugs(self) -> list[str]:
        return [value.slug for value in self.values]


def axis_names(catalogue: Catalogue) -> list[str]:
    """All that can be an axis; a vocabulary by its slug."""
    return [*NAMES, *(slug for slug in catalogue.vocabularies if slug not in NAMES)]


def axes(names: Iterable[str], query: Query, catalogue: Catalogue, *, ownership: Collection[str] = ()) -> list[Axis]:
    """The axes of these names. Stages, kinds and terms that ``query`` names leave only these on their axis, and
    ``ownership`` leaves only channels, and touchpoints of channels, that are owned, earned or paid.

    Refuses ``unknown_axis``, (``axis_twice``) one that stands twice, (``not_together``) a condition on the very
    audience or channel that is an axis, on terms beside touchpoints, which have terms of their own, or on ownership
    with neither channels nor touchpoints, and (``too_many_cells``) more than ten thousand cells.
    """
    found: list[Axis] = []
    for name in names:
        if name not in axis_names(catalogue):
            told = ", ".join(axis_names(catalogue))
            raise ValidationError(f"Unknown axis “{name}”; there are {told}.", code="unknown_axis")
        if name in [axis.name for axis in found]:
            raise ValidationError(f"“{name}” is an axis already; choose another.", code="axis_twice")
        _refuse_conditions(name, query)
        found.append(Axis(name, _values(name, query, catalogue, ownership)))
    if ownership and not {"channel", "touchpoint"} & {axis.name for axis in found}:
        message = "Ownership narrows an axis of channels or touchpoints, and there is none; choose one."
        raise ValidationError(message, code="not_together")
    cells = 1
    for axis in found:
        cells *= len(axis.values)
    if cells > MOST_CELLS:
        message = f"These axes have {cells:,} cells, {MOST_CELLS:,} are the most; narrow one of them."
        raise ValidationError(message, code="too_many_cells")
    return found


def put(query: Query, values: Iterable[Value]) -> Query:
    """``query`` in the cell of these values. A touchpoint comes last: it fills in what nothing else says."""
    for value in sorted(values, key=_is_place):
        query = value.put(query)
    return query


def _is_place(value: Value) -> bool:
    return isinstance(value.put, partial) and value.put.func is _at_place


def _refuse_conditions(name: str, query: Query) -> None:
    named = {"segment": query.segment, "channel": query.channel, "touchpoint": query.terms.any or None}
    if named.get(name) is not None:
        what = "term (write term__all)" if name == "touchpoint" else name
        message = f"The axis “{name}” and a condition on {what} do not go together; choose one."
        raise ValidationError(message, code="not_together")


def _values(name: str, query: Query, catalogue: Catalogue, ownership: Collection[str]) -> list[Value]:
    if name == "touchpoint":
        places = catalogue.atlas.touchpoints.items()
        fit = [(slug, place) for slug, place in places if not ownership or place.channel.ownership in ownership]
        return [Value(slug, place.title, partial(_at_place, place, catalogue)) for slug, place in fit]
    if name not in NAMES:
        return _of_vocabulary(catalogue.vocabularies[name], query, catalogue)
    part, values = _parts(name, query, catalogue)
    if name == "channel" and ownership:
        values = [value for value in values if isinstance(value[2], Channel) and value[2].ownership in ownership]
    return [Value(slug, title, partial(_with, part, one)) for slug, title, one in values]


def _parts(name: str, query: Query, catalogue: Catalogue) -> tuple[str, list[tuple[str, str, Any]]]:
    """The part of a question that an axis replaces, and by what: each by its slug and title."""
    atlas = catalogue.atlas
    if name == "stage":
        stages = query.stages or (atlas.stages_of[query.journey.pk] if query.journey else ())
        return "stages", [(stage.slug, stage.title, (stage,)) for stage in stages]
    if name == "kind":
        kinds = [kind for kind in catalogue.kinds.values() if not query.kinds or kind.pk in query.kinds]
        return "kinds", [(kind.slug, kind.title, (kind.pk,)) for kind in kinds if kind.pk not in query.kinds_none]
    if name == "segment":
        segments = [(slug, segment.title, segment) for slug, segment in atlas.segments.items()]
        return "segment", [("everyone", "Everyone", "everyone"), *segments]
    if name == "channel":
        channels = [(slug, channel.title, channel) for slug, channel in atlas.channels.items()]
        return "channel", [("any", "Any channel", "any"), *channels]
    return "locale", [(code, locale.title, locale) for code, locale in catalogue.locales.items()]


def _of_vocabulary(vocabulary: Vocabulary, query: Query, catalogue: Catalogue) -> list[Value]:
    named = [term for term in query.terms.any if term.vocabulary_id == vocabulary.pk]
    terms = named or catalogue.terms_of(vocabulary)
    return [Value(term.slug, term.title, partial(_with_term, term)) for term in terms]


def _with(part: str, one: Any, query: Query) -> Query:
    return replace(query, **{part: one})


def _with_term(term: Term, query: Query) -> Query:
    return replace(query, terms=replace(query.terms, all=(*query.terms.all, term)))


def _at_place(place: Touchpoint, catalogue: Catalogue, query: Query) -> Query:
    return query_at(query, place, catalogue)
