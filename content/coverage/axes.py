"""What the coverage matrix can be laid out by, and how each value of an axis narrows a question."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial
from math import prod

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from content.catalogue import Catalogue
from content.delivery.touchpoint import query_at
from content.models import Locale, Term, Vocabulary
from content.query import AnyChannel, Everyone, Query
from journeys.models import Channel, Segment, Stage, Touchpoint

NAMES = ("stage", "segment", "channel", "locale", "kind", "touchpoint")
# A packed number of 10,000 slots is 40 kB, and one of these is added for every signature (``packed_counts.py``): ten
# times as many cells would make each of these additions ten times as long.
MOST_CELLS = 10_000


@dataclass(frozen=True)
class Value:
    """One row or column: how the API names it, what people read, and a question put there."""

    slug: str
    title: str
    put: Callable[[Query], Query]


@dataclass(frozen=True)
class Axis:
    """One side of the matrix; ``name`` is one of ``axis_names``."""

    name: str
    values: list[Value]

    @property
    def slugs(self) -> list[str]:
        return [value.slug for value in self.values]


def axis_names(catalogue: Catalogue) -> list[str]:
    """Returns all that can be an axis; a vocabulary by its slug."""
    return [*NAMES, *(slug for slug in catalogue.vocabularies if slug not in NAMES)]


def axes(names: Iterable[str], query: Query, catalogue: Catalogue, *, ownership: Collection[str] = ()) -> list[Axis]:
    """Returns the axes of these names. Stages, kinds and terms that ``query`` names leave only these on their axis, and
    ``ownership`` leaves only channels, and touchpoints of channels, that are owned, earned or paid.

    Refuses ``unknown_axis``, (``axis_twice``) one that is named twice, (``not_together``) a condition on the very
    audience or channel that is an axis, on terms beside touchpoints, which have terms of their own, or on ownership
    with neither channels nor touchpoints, and (``too_many_cells``) more than ten thousand cells.
    """
    result: list[Axis] = []
    for name in names:
        _refuse_name(name, [axis.name for axis in result], catalogue)
        _refuse_conditions(name, query)
        result.append(Axis(name, _values(name, query, catalogue, ownership)))
    if ownership and not {"channel", "touchpoint"} & {axis.name for axis in result}:
        message = _("Ownership narrows an axis of channels or touchpoints, and there is none; choose one.")
        raise ValidationError(message, code="not_together")
    cells = prod(len(axis.values) for axis in result)
    if cells > MOST_CELLS:
        message = _("Too many cells: these axes have %(count)s, and the most is %(most)s. Narrow one of the axes.")
        numbers = {"count": cells, "most": MOST_CELLS}
        words = {name: number_format(number, force_grouping=True) for name, number in numbers.items()}
        raise ValidationError(message % words, code="too_many_cells")
    return result


def put(query: Query, values: Iterable[Value]) -> Query:
    """Returns ``query`` in the cell of these values. A touchpoint comes last: it fills in what nothing else says."""
    # False sorts before True, and the sort is stable: the other axes keep their order.
    for value in sorted(values, key=_is_touchpoint):
        query = value.put(query)
    return query


def _is_touchpoint(value: Value) -> bool:
    return isinstance(value.put, partial) and value.put.func is _at_touchpoint


def _refuse_name(name: str, earlier: list[str], catalogue: Catalogue) -> None:
    if name not in axis_names(catalogue):
        words = {"name": name, "names": ", ".join(axis_names(catalogue))}
        raise ValidationError(_("Unknown axis “%(name)s”; there are %(names)s.") % words, code="unknown_axis")
    if name in earlier:
        message = _("“%(name)s” is an axis already; choose another.") % {"name": name}
        raise ValidationError(message, code="axis_twice")


def _refuse_conditions(name: str, query: Query) -> None:
    conditions = {"segment": query.segment, "channel": query.channel, "touchpoint": query.terms.any or None}
    if conditions.get(name) is None:
        return
    message = _("The axis “%(name)s” and a condition on it do not go together; choose one.")
    if name == "touchpoint":
        message = _("The axis “%(name)s” and a condition on term do not go together; choose one, or write term__all.")
    raise ValidationError(message % {"name": name}, code="not_together")


def _values(name: str, query: Query, catalogue: Catalogue, ownership: Collection[str]) -> list[Value]:
    atlas = catalogue.atlas
    match name:
        case "stage":
            stages = query.stages or (atlas.stages_of[query.journey.pk] if query.journey else ())
            values = [Value(stage.slug, stage.title, partial(_at_stage, stage)) for stage in stages]
        case "segment":
            segments = atlas.segments.items()
            named = [Value(slug, segment.title, partial(_for_segment, segment)) for slug, segment in segments]
            values = [Value("everyone", _("Everyone"), partial(_for_segment, "everyone")), *named]
        case "channel":
            channels = [item for item in atlas.channels.items() if not ownership or item[1].ownership in ownership]
            owned = [Value(slug, channel.title, partial(_on_channel, channel)) for slug, channel in channels]
            values = owned if ownership else [Value("any", _("Any channel"), partial(_on_channel, "any")), *owned]
        case "locale":
            locales = catalogue.locales.items()
            values = [Value(code, locale.title, partial(_in_locale, locale)) for code, locale in locales]
        case "kind":
            taken = query.kinds or catalogue.kinds_by_id
            kinds = [kind for kind in catalogue.kinds.values() if kind.pk in taken and kind.pk not in query.kinds_none]
            values = [Value(kind.slug, kind.title, partial(_of_kind, kind.pk)) for kind in kinds]
        case "touchpoint":
            values = [
                Value(slug, touchpoint.title, partial(_at_touchpoint, touchpoint, catalogue))
                for slug, touchpoint in atlas.touchpoints.items()
                if not ownership or touchpoint.channel.ownership in ownership
            ]
        case _:
            values = _of_vocabulary(catalogue.vocabularies[name], query, catalogue)
    return values


def _of_vocabulary(vocabulary: Vocabulary, query: Query, catalogue: Catalogue) -> list[Value]:
    named = [term for term in query.terms.any if term.vocabulary_id == vocabulary.pk]
    terms = named or catalogue.terms_of(vocabulary)
    return [Value(term.slug, term.title, partial(_with_term, term)) for term in terms]


def _at_stage(stage: Stage, query: Query) -> Query:
    return replace(query, stages=(stage,))


def _for_segment(segment: Segment | Everyone, query: Query) -> Query:
    return replace(query, segment=segment)


def _on_channel(channel: Channel | AnyChannel, query: Query) -> Query:
    return replace(query, channel=channel)


def _in_locale(locale: Locale, query: Query) -> Query:
    return replace(query, locale=locale)


def _of_kind(kind: int, query: Query) -> Query:
    return replace(query, kinds=(kind,))


def _with_term(term: Term, query: Query) -> Query:
    return replace(query, terms=replace(query.terms, all=(*query.terms.all, term)))


def _at_touchpoint(touchpoint: Touchpoint, catalogue: Catalogue, query: Query) -> Query:
    return query_at(query, touchpoint, catalogue)
