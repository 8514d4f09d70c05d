"""What one request reads: the published state at one instant, or the drafts as if published then."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from content.catalogue import Catalogue
from content.delivery.candidates import CandidatePool
from content.delivery.compose import compose, compose_readable, readable_texts, ways_on
from content.delivery.draft_selection import DraftReader
from content.delivery.explain import Explanation, explain
from content.delivery.item import ItemJSON
from content.delivery.lookup import FoundText, look_up, look_up_slug
from content.delivery.next_steps import Draw, Position, WaysOn, next_steps
from content.delivery.rows import ShownText
from content.delivery.select import COUNT_LIMIT, RemovedText, SelectedPage, counts, select
from content.delivery.surrogate_keys import SURROGATES, Dependencies
from content.models import Term
from content.query import Query


class Selected(Protocol):
    """What answers a query, in its order: a ``Selection`` of what is published, or a ``DraftSelection``."""

    def page(self, size: int, after: Sequence[int | str] | None = None) -> SelectedPage:
        """The next ``size`` results after a position."""

    def count(self, limit: int = COUNT_LIMIT) -> int:
        """How many there are, counted up to ``limit``."""

    def find(self, public_id: str) -> ShownText | None:
        """One asset where it stands in the order of relevance, if it answers."""

    def before(self, position: Sequence[int | str], size: int) -> list[ShownText]:
        """The last ``size`` results before a position, in the order of relevance."""

    def count_before(self, position: Sequence[int | str], limit: int = COUNT_LIMIT) -> int:
        """How many stand before a position in the order of relevance, counted up to ``limit``."""


@dataclass(frozen=True)
class Reading:
    """Every part of an answer is read through one of these, so that all of them tell of the same state.

    ``snapshot`` names the state, where it has a name; ``drafts`` are read instead of it, if there are any. ``since``
    is an earlier instant, where what has changed is asked for. ``known`` are the terms that may be asked for; left out,
    all that editors have. ``met`` gathers what the answer is made of.
    """

    catalogue: Catalogue
    at: datetime
    snapshot: str | None = None
    drafts: DraftReader | None = None
    since: datetime | None = None
    known: dict[tuple[str, str], Term] | None = None
    met: Dependencies = field(default_factory=Dependencies)

    @property
    def terms(self) -> dict[tuple[str, str], Term]:
        return self.catalogue.terms if self.known is None else self.known

    @property
    def draw(self) -> Draw:
        return self.drafts.pool if self.drafts else CandidatePool

    def select(self, query: Query) -> Selected:
        self.met.saw(stages=(pk for level in query.levels(self.catalogue.atlas) for pk in level))
        return self.drafts.select(query) if self.drafts else select(query, at=self.at, catalogue=self.catalogue)

    def counts(self, queries: Sequence[Query], limit: int = COUNT_LIMIT) -> list[int]:
        """How many answer each of ``queries``, counted up to ``limit``."""
        if self.drafts:
            return [self.drafts.select(query).count(limit) for query in queries]
        for query in queries:
            self.met.everything(query.locale)
        return counts([select(query, at=self.at, catalogue=self.catalogue) for query in queries], limit)

    def look_up(self, query: Query, *, id: str) -> ShownText | None:
        if self.drafts:
            return self.drafts.look_up(query, id)
        return _read(look_up(query, self.catalogue, at=self.at, id=id))

    def look_up_slug(self, query: Query, *, kind: str, slug: str, own_language: bool) -> FoundText | None:
        if self.drafts:
            return self.drafts.look_up_slug(query, kind, slug, own_language=own_language)
        found = look_up_slug(query, self.catalogue, at=self.at, kind=kind, slug=slug, own_language=own_language)
        return found if found and _read(found.shown) else None

    def surrogates(self, query: Query) -> dict[str, str]:
        """The header that names what the answer was made of, once it is made."""
        return {SURROGATES: self.met.keys(query.locale, self.catalogue)}

    def compose(self, shown: Sequence[ShownText], query: Query, *, steps: int | None) -> list[ItemJSON]:
        """The items of ``shown``, in order, without those whose words cannot be read."""

        def of(some: Sequence[ShownText]) -> list[ItemJSON]:
            return compose(some, query, self.catalogue, at=self.at, steps=steps, draw=self.draw, met=self.met)

        return compose_readable(of, shown)

    def ways_on(self, shown: Sequence[ShownText], query: Query) -> list[WaysOn]:
        self.met.saw(assets=(text.public_id for text in shown))
        return ways_on(shown, query, self.catalogue, at=self.at, draw=self.draw, met=self.met)

    def exits(self, query: Query) -> WaysOn:
        """The ways on for somebody who stands at the query's stage, or nowhere, beside no asset in particular."""
        stage = query.stages[0] if query.stages else None
        self.met.everything(query.locale)
        standing = Position(None, (), stage)
        [ways] = next_steps([standing], query, at=self.at, catalogue=self.catalogue, draw=self.draw)
        return replace(ways, steps=[step for step in ways.steps if step.source == "derived"])

    def removed(self, query: Query) -> list[RemovedText]:
        """What no longer answers and did so after ``since``; nothing where no change was asked for."""
        if self.since is None:
            return []
        return select(query, at=self.at, catalogue=self.catalogue).removed(self.since)

    def explain(self, query: Query, ids: Collection[int] | None = None) -> list[Explanation]:
        if self.drafts:
            return self.drafts.explain(query, ids)
        return explain(query, at=self.at, catalogue=self.catalogue, ids=ids)


def _read(found: ShownText | None) -> ShownText | None:
    """What was found, if it can be read: else it is as if it were not there."""
    return next(iter(readable_texts([found])), None) if found else None
