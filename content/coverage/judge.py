"""Which of many questions an asset answers, and how, from its placements alone."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from content.catalogue import Catalogue
from content.coverage.packed_counts import pack
from content.delivery.eligibility import NOWHERE
from content.delivery.match import channel_fits, level_of, place_of
from content.models.edition import StoredPlacement
from content.query import Query
from journeys.atlas import Atlas


class QuestionMasks(NamedTuple):
    """The questions that placements answer, as masks (``packed_counts``); each question is in one of them at most.

    ``own`` and ``everyone`` at a stage that was asked for: for the reader's own segment, or for everyone or an
    ancestor; ``crosswalk`` only at one that corresponds.
    """

    own: int
    everyone: int
    crosswalk: int

    @property
    def any(self) -> int:
        return self.own | self.everyone | self.crosswalk

    def within(self, mask: int) -> "QuestionMasks":
        return QuestionMasks(self.own & mask, self.everyone & mask, self.crosswalk & mask)


NOTHING = QuestionMasks(0, 0, 0)


class QuestionBoard:
    """Questions, each in a slot of its own. Each part of a placement is judged once for all questions, by the very
    functions that judge single texts (``content/delivery/match.py``).

    Kinds are asked of with ``of_kind``; terms, ids and languages are not: that is for the database.

    A placement fits a question where its stage, its segments and its channels all do, so the masks of the three parts
    are combined by ``&``, and those of several placements by ``|``. With three questions, one bit each:

        stage think      0 1 1     the questions asked at Think
        for families     1 1 0     those of a reader in Families or below
        any channel      1 1 1
        &                0 1 0     the placement answers the second question alone

    There are far fewer stages, sets of segments and sets of channels than placements, so each part is remembered.
    """

    def __init__(self, queries: Sequence[Query], catalogue: Catalogue) -> None:
        atlas = catalogue.atlas
        self.queries = queries
        self.levels = [query.levels(atlas) for query in queries]
        self.audiences = [query.audience(atlas) for query in queries]
        self.without_stage = self._where(lambda query: not query.asks_stage)
        self.all_of, self.none_of = self._all_of(atlas), self._none_of(atlas)
        # Caches without a bound: their keys are rows of the map and the sets that placements name, some hundreds at
        # most, and the board ends with the question that it is made for.
        self.stages: dict[int, tuple[int, int]] = {}
        self.segments: dict[tuple[int, ...], tuple[int, int]] = {}
        self.channels: dict[tuple[int, ...], int] = {}
        self.kinds: dict[int, int] = {}

    def answers(self, placements: Sequence[StoredPlacement]) -> QuestionMasks:
        """Returns what an asset with these placements answers, each question by its best."""
        # Worked example: two questions at See or Think, one bit each, the first (right) of a reader in Families, the
        # second of one of whom nothing is known; and an asset placed at See for Families and at Think for everyone:
        #
        #     placement                  exact   nearest   fitting   own gets   everyone gets
        #     See, for Families           1 1      0 1       0 1        0 1          0 1
        #     Think, for everyone         1 1      1 0       1 1        1 0          1 1
        #     both, by ``|``                                            1 1          1 1
        #
        # Both questions end in ``own``; ``everyone & ~own`` takes them out of the weaker match, so that an asset with
        # several placements counts once for each question, by its best.
        own = everyone = crosswalk = 0
        for placement in placements:
            exact, corresponding = self._at_stage(placement)
            nearest, fitting = self._for_segments(placement)
            on_channel = self._on_channels(placement)
            own |= exact & nearest & on_channel
            everyone |= exact & fitting & on_channel
            crosswalk |= corresponding & fitting & on_channel
        # An asset of no stage answers only what asks for no stage, as if it had one placement for everyone anywhere.
        if not placements:
            nearest, fitting = self._for_segments(NOWHERE)
            everyone = self.without_stage & fitting & self._on_channels(NOWHERE)
            own = everyone & nearest
        masks = QuestionMasks(own, everyone & ~own, crosswalk & ~everyone)  # what is own is in ``everyone`` too
        return masks.within(self._allowed(placements)) if self.all_of or self.none_of else masks

    def of_kind(self, kind: int) -> int:
        """Returns the questions that take this kind."""
        if kind not in self.kinds:
            self.kinds[kind] = self._where(
                lambda query: (not query.kinds or kind in query.kinds) and kind not in query.kinds_none
            )
        return self.kinds[kind]

    def _where(self, fits: Callable[[Query], bool]) -> int:
        return pack(slot for slot, query in enumerate(self.queries) if fits(query))

    def _at_stage(self, placement: StoredPlacement) -> tuple[int, int]:
        """The questions in which the stage is one that was asked for, and those in which it corresponds to one."""
        stage = placement["stage"]
        if stage not in self.stages:
            levels = [level_of(placement, self.levels[slot], query) for slot, query in enumerate(self.queries)]
            self.stages[stage] = (
                pack(slot for slot, level in enumerate(levels) if level == 0),
                pack(slot for slot, level in enumerate(levels) if level),
            )
        return self.stages[stage]

    def _for_segments(self, placement: StoredPlacement) -> tuple[int, int]:
        """The questions whose reader the placement names, and all those whose reader it is for."""
        key = tuple(placement["segments"])
        if key not in self.segments:
            distances = [place_of(placement, query, self.audiences[slot]) for slot, query in enumerate(self.queries)]
            self.segments[key] = (
                pack(slot for slot, distance in enumerate(distances) if distance == 0),
                pack(slot for slot, distance in enumerate(distances) if distance is not None),
            )
        return self.segments[key]

    def _on_channels(self, placement: StoredPlacement) -> int:
        key = tuple(placement["channels"])
        if key not in self.channels:
            self.channels[key] = self._where(lambda query: channel_fits(placement, query))
        return self.channels[key]

    def _all_of(self, atlas: Atlas) -> dict[frozenset[int], int]:
        """By stages that may stand for one another: the questions that ask for all such groups, of which it is one."""
        questions: dict[frozenset[int], int] = {}
        for slot, query in enumerate(self.queries):
            for stages in query.widened(query.stages_all, atlas):
                questions[frozenset(stages)] = questions.get(frozenset(stages), 0) | pack([slot])
        return questions

    def _none_of(self, atlas: Atlas) -> dict[int, int]:
        """By stage the questions that hide what is placed there."""
        questions: dict[int, int] = {}
        for slot, query in enumerate(self.queries):
            for stage in {pk for stages in query.widened(query.stages_none, atlas) for pk in stages}:
                questions[stage] = questions.get(stage, 0) | pack([slot])
        return questions

    def _allowed(self, placements: Sequence[StoredPlacement]) -> int:
        """The questions whose ``stages_all`` and ``stages_none`` the placements meet."""
        allowed = pack(range(len(self.queries)))
        for stages, asking in self.all_of.items():
            fitting = 0
            for placement in placements:
                if placement["stage"] in stages:
                    fitting |= self._for_segments(placement)[1] & self._on_channels(placement)
            # ``~asking`` has a one wherever a question does not ask for this group, so only those that do are narrowed.
            # It is negative, an endless row of ones to the left, and the ``&`` with ``allowed`` brings it back to size.
            allowed &= fitting | ~asking
        for placement in placements:
            allowed &= ~self.none_of.get(placement["stage"], 0)
        return allowed
