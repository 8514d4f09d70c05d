"""A reader's question as objects of the map; made once from the parameters, then passed to every verb."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, TypeVar, cast

from content.models import Locale, Term
from content.models.showing import ANYONE, ANYWHERE, EVERYONE
from journeys.atlas import Atlas
from journeys.models import Channel, Journey, Segment, Stage

Everyone = Literal["everyone"]
AnyChannel = Literal["any"]


@dataclass(frozen=True)
class Terms:
    """Term conditions. ``any``: per vocabulary one of these; ``all``: each of these; ``none``: none of these."""

    any: tuple[Term, ...] = ()
    all: tuple[Term, ...] = ()
    none: tuple[Term, ...] = ()


Answer = TypeVar("Answer")


def memoised(question: "Callable[[Query, Atlas], Answer]") -> "Callable[[Query, Atlas], Answer]":
    """Caches a method's answer for one atlas on the query itself. The answer is shared: never change it."""
    name = f"_{question.__name__}"

    def answer(query: "Query", atlas: Atlas) -> Answer:
        cached = query.__dict__.get(name)
        if cached is None or cached[0] is not atlas:
            cached = query.__dict__[name] = (atlas, question(query, atlas))
        return cast("Answer", cached[1])

    return answer


@dataclass(frozen=True)
class Query:
    """A reader's question. What is empty or ``None`` sets no condition.

    ``segment="everyone"`` is the reader of whom nothing is known; ``channel="any"`` likewise. With
    ``segment_exact`` or ``channel_exact`` only placements that name it fit. ``changed_since`` leaves only what has
    come to be shown as it is after that instant.
    """

    locale: Locale
    journey: Journey | None = None
    stages: tuple[Stage, ...] = ()
    stages_all: tuple[Stage, ...] = ()
    stages_none: tuple[Stage, ...] = ()
    phases: frozenset[str] = frozenset()
    crosswalk: bool = True
    segment: Segment | Everyone | None = None
    segment_exact: bool = False
    channel: Channel | AnyChannel | None = None
    channel_exact: bool = False
    translations_only: bool = False
    kinds: tuple[int, ...] = ()
    kinds_none: tuple[int, ...] = ()
    terms: Terms = Terms()
    among: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()
    changed_since: datetime | None = None
    ordering: str = "relevance"

    @property
    def asks_stage(self) -> bool:
        return bool(self.stages or self.phases)

    @memoised
    def audience(self, atlas: Atlas) -> list[int]:
        """The segments whose placements fit, nearest first, as the showings name them."""
        if self.segment is None:
            return [ANYONE]
        if isinstance(self.segment, str):
            return [EVERYONE]
        return [self.segment.id] if self.segment_exact else [*atlas.line(self.segment.id), EVERYONE]

    def segment_line(self, atlas: Atlas) -> list[int] | None:
        """The reader's segment and its ancestors; empty for *everyone*, ``None`` without a segment."""
        if self.segment is None:
            return None
        return [] if isinstance(self.segment, str) else atlas.line(self.segment.id)

    @memoised
    def levels(self, atlas: Atlas) -> list[list[int]]:
        """The stages that fit: those asked for, then, with the crosswalk on, those that correspond."""
        if not self.asks_stage:
            return [[ANYWHERE]]
        in_phase = {stage.id for stage in atlas.with_phases(set(self.phases))} if self.phases else None
        if not self.stages:
            return [sorted(in_phase or ())]
        exact = {stage.id for stage in self.stages}
        other = {match.id for stage in self.stages for match in atlas.corresponding(stage)} - exact
        levels = [exact, other if self.crosswalk else set()]
        return [sorted(level if in_phase is None else level & in_phase) for level in levels]

    def levels_at(self, stage: Stage, atlas: Atlas) -> list[list[int]]:
        """``levels`` for ``stage`` alone."""
        return [[stage.id], sorted(other.id for other in atlas.corresponding(stage)) if self.crosswalk else []]

    def widened(self, stages: tuple[Stage, ...], atlas: Atlas) -> list[list[int]]:
        """For each of ``stages`` the stages that may stand for it: itself, and what corresponds."""
        return [[stage.id, *(match.id for match in atlas.corresponding(stage) if self.crosswalk)] for stage in stages]

    @memoised
    def routes(self, atlas: Atlas) -> dict[int | None, Any]:
        """A cache of ``next_steps``: the transitions for this reader by the stage they begin at."""
        return {}

    @cached_property
    def anybody(self) -> "Query":
        """The query for the same language with no other condition."""
        return Query(locale=self.locale, translations_only=self.translations_only)

    @cached_property
    def context(self) -> "Query":
        """The query with reader and place only: the conditions that next steps must fit."""
        return replace(
            self,
            stages_all=(),
            stages_none=(),
            phases=frozenset(),
            segment_exact=False,
            channel_exact=False,
            kinds=(),
            kinds_none=(),
            terms=Terms(),
            among=None,
            changed_since=None,
        )

    def in_language(self, locale: Locale) -> "Query":
        """This query for readers of ``locale``. Made once for each locale, so that its caches are shared."""
        if locale.pk == self.locale.pk:
            return self
        # On the instance's dictionary, past the frozen dataclass: a cache, no part of its value.
        made: dict[int, Query] = self.__dict__.setdefault("_in_language", {})
        return made.get(locale.pk) or made.setdefault(locale.pk, replace(self, locale=locale))

    def anywhere(self) -> "Query":
        """This query without stages and phases, by relevance."""
        return replace(self, stages=(), phases=frozenset(), ordering="relevance")

    def at_stage(self, stage: Stage) -> "Query":
        """This query at ``stage`` alone, by relevance."""
        return replace(self, stages=(stage,), phases=frozenset(), ordering="relevance")
