"""What stands at a touchpoint: its pins first, in their order, then the rest of what fits."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.catalogue import Catalogue
from content.delivery.reading import Reading
from content.delivery.rows import ShownText
from content.delivery.select import COUNT_LIMIT, SelectedPage
from content.models import Pin
from content.query import Query
from journeys.models import Touchpoint

PIN = "pin"  # a position among the pins
MOST_PINS = 100


def words_of(filters: dict[str, str], name: str) -> list[str]:
    """The words of one default filter; an audience is one word."""
    parts = [filters.get(name, "")] if name == "segment" else filters.get(name, "").split(",")
    return [word for part in parts if (word := part.strip())]


def unknown_words(filters: dict[str, str], catalogue: Catalogue) -> list[str]:
    """The words of a touchpoint's default filters that nothing is called."""
    known = {
        "segment": {*catalogue.atlas.segments, "everyone"},
        "kind": set(catalogue.kinds),
        "term": {f"{group}:{slug}" for group, slug in catalogue.terms},
    }
    return [f"{name} “{word}”" for name in known for word in words_of(filters, name) if word not in known[name]]


def narrow_query(query: Query, place: Touchpoint, catalogue: Catalogue, *, any_audience: bool) -> Query:
    """``query`` within the kinds and terms of the place, which it may narrow further.

    Where none of its kinds, not all of its terms or not its audience (unless ``any_audience`` may ask) are called
    anything any longer, nothing fits: the answer is never wider than the place.
    """
    kinds, terms = words_of(place.filters, "kind"), words_of(place.filters, "term")
    known = {f"{group}:{slug}": term for (group, slug), term in catalogue.terms.items()}
    own_kinds = tuple(catalogue.kinds[word].pk for word in kinds if word in catalogue.kinds)
    own_terms = tuple(known[word] for word in terms if word in known)
    lost = not any_audience and any(word.startswith("segment ") for word in unknown_words(place.filters, catalogue))
    both = tuple(pk for pk in own_kinds if not query.kinds or pk in query.kinds) if kinds else query.kinds
    closed = lost or bool(kinds and not both) or len(own_terms) < len(terms)
    own = replace(query.terms, any=(*query.terms.any, *own_terms))
    return replace(query, kinds=both, terms=own, among=() if closed else query.among)


def query_at(query: Query, place: Touchpoint, catalogue: Catalogue) -> Query:
    """``query`` at a touchpoint: its own stage, channel, audience and filters where the query says nothing else.

    In another journey's words its stage is the one that corresponds; where none does, nothing fits. A reader of an
    audience that is no longer there is led on as one of whom nothing is known.
    """
    atlas = catalogue.atlas
    own = narrow_query(query, place, catalogue, any_audience=query.segment is not None)
    if query.channel is None:
        own = replace(own, channel=atlas.channels_by_id[place.channel_id])
    if query.segment is None and (words := words_of(place.filters, "segment")):
        own = replace(own, segment=atlas.segments.get(words[0], "everyone"))
    if place.stage_id and not query.stages and query.journey:
        stage = atlas.counterpart(atlas.stages[place.stage_id], query.journey)
        return replace(own, stages=(stage,)) if stage else replace(own, among=())
    return own


class Pinned:
    """What of ``query`` is shown at ``place``, read by the page (``Paged``).

    A pin that does not fit (it is not live, for others, on other channels) is passed over: pins give an order, they
    open no doors. One query more than the selection's own, and one for the pins themselves.
    """

    def __init__(self, place: Touchpoint, query: Query, reading: Reading) -> None:
        pins = Pin.objects.filter(touchpoint=place).order_by("position", "pk")
        self.pins = [(pk, uid.hex) for pk, uid in pins.values_list("asset_id", "asset__uid")[:MOST_PINS]]
        self.ids = tuple(uid for _, uid in self.pins)
        self.query = query
        self.reading = reading
        self.rest = reading.select(replace(query, excluded=(*query.excluded, *self.ids)))

    @cached_property
    def first(self) -> list[ShownText]:
        """The pinned assets that fit, in the order of the pins."""
        if not self.ids or self.query.among is not None:
            return []
        # By title, since the pins have their own order and that one reads all bands in one statement.
        found = self.reading.select(replace(self.query, among=self.ids, ordering="title")).page(len(self.ids)).results
        order = {pk: place for place, (pk, _) in enumerate(self.pins)}
        return sorted(found, key=lambda text: order[text.asset_id])

    def page(self, size: int, after: Sequence[int | str] | None = None) -> SelectedPage:
        """The next ``size`` after a position, which is one among the pins or one of the rest."""
        if after is not None and after[0] != PIN:
            return self.rest.page(size, after)
        begin = self._place(after) if after else 0
        # With two pins and pages of three the walk is: both pins and the first of the rest; then by the rest's own
        # position. With three pins the first page ends exactly behind them, and only a look for one more tells whether
        # there is a next.
        pins = self.first[begin : begin + size]
        if begin + size < len(self.first):
            return SelectedPage(pins, (PIN, begin + size))
        if len(pins) == size:
            more = self.rest.page(1).results
            return SelectedPage(pins, (PIN, begin + size) if more else None)
        rest = self.rest.page(size - len(pins))
        return SelectedPage([*pins, *rest.results], rest.after)

    def count(self, limit: int = COUNT_LIMIT) -> int:
        return min(limit, len(self.first) + self.rest.count(limit))

    @staticmethod
    def _place(after: Sequence[int | str]) -> int:
        if len(after) != 2 or type(after[1]) is not int or after[1] < 0:
            raise ValidationError(
                {"cursor": ValidationError(_("Begin again without a cursor."), code="invalid_cursor")}
            )
        return after[1]
