"""Pinned – what stands at a touchpoint: its pins first, in their order, then the rest of what fits."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from content.models import Pin
from content.query import Query
from content.reading import Reading
from content.select import COUNT_LIMIT, Page
from content.shown import Shown
from journeys.models import Touchpoint

PIN = "pin"  # a position among the pins
MOST_PINS = 100


class Pinned:
    """What of ``query`` is shown at ``place``; reads like a ``Selection``.

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
    def first(self) -> list[Shown]:
        """The pinned assets that fit, in the order of the pins."""
        if not self.ids or self.query.among is not None:
            return []
        # By title, since the pins have their own order and that one reads all bands in one statement.
        found = self.reading.select(replace(self.query, among=self.ids, ordering="title")).page(len(self.ids)).results
        order = {pk: place for place, (pk, _) in enumerate(self.pins)}
        return sorted(found, key=lambda one: order[one.asset_id])

    def page(self, size: int, after: Sequence[Any] | None = None) -> Page:
        """The next ``size`` after a position, which is one among the pins or one of the rest."""
        if after is not None and after[0] != PIN:
            return self.rest.page(size, after)
        begin = self._place(after) if after else 0
        pins = self.first[begin : begin + size]
        if begin + size < len(self.first):
            return Page(pins, (PIN, begin + size))
        if len(pins) == size:
            more = self.rest.page(1).results
            return Page(pins, (PIN, begin + size) if more else None)
        rest = self.rest.page(size - len(pins))
        return Page([*pins, *rest.results], rest.after)

    def count(self, limit: int = COUNT_LIMIT) -> int:
        return min(limit, len(self.first) + self.rest.count(limit))

    @staticmethod
    def _place(after: Sequence[Any]) -> int:
        if len(after) != 2 or type(after[1]) is not int or after[1] < 0:
            raise ValidationError({"cursor": ValidationError("Begin again without a cursor.", code="invalid_cursor")})
        return after[1]
