"""Which of many questions an asset answers, and how, from its placements alone."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from content.catalogue import Catalogue
from content.coverage.packed_counts import pack
from content.delivery.match import channel_fits, level_of, place_of
from content.query import Query
from journeys.atlas import Atlas


class TargetAnswers(NamedTuple):
    """The questions that placements answer, as masks of lanes; each question stands in one of them at most.

    ``own`` and ``everyone`` at a stage that was asked for: for the reader's own segment, or for everyone or an
    ancestor; ``crosswalk`` only at one that corresponds.
    """

    own: int
    everyone: int
    crosswalk: int

    @property
    def any(self) -> int:
        return self.own | self.everyone | self.crosswalk

    def within(self, mask: int) -> "TargetAnswers":
        return TargetAnswers(self.own & mask, self.everyone & mask, self.crosswalk & mask)


NOTHING = TargetAnswers(0, 0, 0)


class TargetBoard:
    """Questions, each in a lane of its own. Each part of a placement is judged once for all questions, by the very
    functions that judge single texts (``content/delivery/match.py``).

    Kinds are asked of with ``of_kind``; terms, ids and languages are not: that is for the database.
    """

    def __init__(self, queries: Sequence[Query], catalogue: Catalogue) -> None:
        atlas = catalogue.atlas
        self.queries = queries
        self.levels = [query.levels(atlas) for query in queries]
        self.audiences = [query.audience(atlas) for query in queries]
        self.placeless = self._where(lambda place, query: not query.asks_stage)
        self.all_of, self.none_of = self._groups(atlas), self._hidden(atlas)
        self.stages: dict[int, tuple[int, int]] = {}
        self.segments: dict[tuple[int, ...], tuple[int, int]] = {}
        self.channels: dict[tuple[int, ...], int] = {}
        self.kinds: dict[int, int] = {}

    def answered(self, placements: Sequence[dict[str, Any]]) -> TargetAnswers:
        """What an asset with these placements answers, each question by its best."""
        own = everyone = crosswalk = 0
        for placement in placements:
            exact, corresponding = self._at_stage(placement)
            nearest, told = self._for_segments(placement)
            fits = self._on_channels(placement)
            own |= exact & nearest & fits
            everyone |= exact & told & fits
            crosswalk |= corresponding & told & fits
        if not placements:
            nearest, told = self._for_segments({"segments": []})
            everyone = self.placeless & told & self._on_channels({"channels": []})
            own = everyone & nearest
        found = TargetAnswers(own, everyone & ~own, crosswalk & ~everyone)  # what is own stands in ``everyone`` too
        return found.within(self._elsewhere(placements)) if self.all_of or self.none_of else found

    def of_kind(self, kind: int) -> int:
        """The questions that take this kind."""
        if kind not in self.kinds:
            self.kinds[kind] = self._where(
                lambda place, query: (not query.kinds or kind in query.kinds) and kind not in query.kinds_none
            )
        return self.kinds[kind]

    def _where(self, fits: Callable[[int, Query], bool]) -> int:
        return pack(place for place, query in enumerate(self.queries) if fits(place, query))

    def _at_stage(self, placement: dict[str, Any]) -> tuple[int, int]:
        """The questions in which the stage is one that was asked for, and those in which it corresponds to one."""
        stage = placement["stage"]
        if stage not in self.stages:
            found = [level_of(placement, self.levels[place], query) for place, query in enumerate(self.queries)]
            self.stages[stage] = (
                pack(place for place, level in enumerate(found) if level == 0),
                pack(place for place, level in enumerate(found) if level),
            )
        return self.stages[stage]

    def _for_segments(self, placement: dict[str, Any]) -> tuple[int, int]:
        """The questions whose reader the placement names, and all those whose reader it is for."""
        key = tuple(placement["segments"])
        if key not in self.segments:
            found = [place_of(placement, query, self.audiences[place]) for place, query in enumerate(self.queries)]
            self.segments[key] = (
                pack(place for place, distance in enumerate(found) if distance == 0),
                pack(place for place, distance in enumerate(found) if distance is not None),
            )
        return self.segments[key]

    def _on_channels(self, placement: dict[str, Any]) -> int:
        key = tuple(placement["channels"])
        if key not in self.channels:
            self.channels[key] = self._where(lambda place, query: channel_fits(placement, query))
        return self.channels[key]

    def _groups(self, atlas: Atlas) -> dict[frozenset[int], int]:
        """By stages that may stand for one another: the questions that ask for all such groups, of which it is one."""
        groups: dict[frozenset[int], int] = {}
        for place, query in enumerate(self.queries):
            for stages in query.widened(query.stages_all, atlas):
                groups[frozenset(stages)] = groups.get(frozenset(stages), 0) | pack([place])
        return groups

    def _hidden(self, atlas: Atlas) -> dict[int, int]:
        """By stage the questions that hide what is placed there."""
        hidden: dict[int, int] = {}
        for place, query in enumerate(self.queries):
            for stage in {pk for stages in query.widened(query.stages_none, atlas) for pk in stages}:
                hidden[stage] = hidden.get(stage, 0) | pack([place])
        return hidden

    def _elsewhere(self, placements: Sequence[dict[str, Any]]) -> int:
        """The questions whose ``stages_all`` and ``stages_none`` the placements meet."""
        left = pack(range(len(self.queries)))
        for stages, asking in self.all_of.items():
            there = 0
            for placement in placements:
                if placement["stage"] in stages:
                    there |= self._for_segments(placement)[1] & self._on_channels(placement)
            left &= there | ~asking
        for placement in placements:
            left &= ~self.none_of.get(placement["stage"], 0)
        return left
