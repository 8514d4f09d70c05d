"""How much each cell should have: of the targets that hold there the most specific."""

from collections.abc import Iterable
from typing import NamedTuple

from content.models import Target, Term
from content.models.target import MAXIMUM, MINIMUM
from content.query import Query, Terms
from journeys.models import Channel, Segment, Stage

# Where two targets name as many things, the one that names the first of these counts.
ORDER = ("kind", "term", "stage", "segment", "channel", "locale", "journey")
Names = tuple[int | None, ...]  # primary keys, in the order of ``ORDER``


class Bounds(NamedTuple):
    """From ``minimum`` on it is no gap; above ``maximum`` it is too many, never with ``None``."""

    minimum: int = MINIMUM
    maximum: int | None = MAXIMUM


class Targets:
    """All targets, to be asked about any number of cells.

    A target holds where everything that it names is what the cell asks for. More things named are more specific, a
    stage's own journey not counted; of as many, the one that names the first of ``ORDER``. So there is never a tie:
    two targets that name the same are refused. One without a minimum says nothing of how much, and is none of them.

    Kinds and terms divide content into slices, and what a whole should have is not asked of each slice: in a cell cut
    by kind or by term only targets that name that kind, that term, hold. Segment, channel and locale are a reader's
    context, who is shown the whole: there the most specific holds, whatever it names.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        self.by_names: dict[Names, Target] = {}
        self.every = list(targets)
        for target in self.every:
            if target.minimum is None:
                continue
            names: list[int | None] = [getattr(target, f"{name}_id") for name in ORDER]
            if target.stage_id:
                # A stage is of one journey, so naming that as well makes a target no more specific.
                names[-1] = None
            self.by_names[tuple(names)] = target
        # Which parts are named by any target, the most specific first: (False, False, True, …) names the stage alone.
        # Few combinations are ever used, of 2**7 that are possible: a cell takes one look into a dictionary for each.
        shapes = {tuple(pk is not None for pk in names) for names in self.by_names}
        self.shapes = sorted(shapes, key=lambda shape: (sum(shape), shape), reverse=True)

    def recommended(self, stage: Stage) -> list[Target]:
        """Returns those that say what kind of content, or content of what term, is recommended at ``stage``."""
        return [
            target
            for target in self.every
            if target.stage_id == stage.pk and (target.kind_id or target.term_id) and target.minimum
        ]

    def of(self, query: Query, *, at_touchpoint: bool = False) -> Bounds:
        """Returns how much the cell of ``query`` should have."""
        target = self.target_for(query, at_touchpoint=at_touchpoint)
        return Bounds(target.minimum or 0, target.maximum) if target else Bounds()

    def target_for(self, query: Query, *, at_touchpoint: bool = False) -> Target | None:
        """Returns the target that counts there; ``None`` where there is none, and the usual bounds hold.

        Touchpoints divide content too, and no target names one: ``at_touchpoint`` there is none.
        """
        if at_touchpoint:
            return None
        names, slices = _names(query), _slices(query)
        for shape in self.shapes:
            # Example: with the shapes (stage, segment) and (stage), a cell at Think for Families looks for {Think,
            # Families} first, then for {Think}; for a reader without a segment the first shape is not whole, and is
            # passed over.
            key = tuple(pk if is_named else None for pk, is_named in zip(names, shape, strict=True))
            is_whole = sum(shape) == sum(pk is not None for pk in key)  # the cell asks for all that the shape names
            if is_whole and key in self.by_names and all(shape[part] for part in slices):
                return self.by_names[key]
        return None


def term_of(terms: Terms) -> Term | None:
    """Returns the term that is named: there is one where exactly one is asked for. Alternatives that it is among do not
    count: it meets them."""
    met_vocabularies = {term.vocabulary_id for term in terms.all if term in terms.any}
    conditions = {*terms.all, *(term for term in terms.any if term.vocabulary_id not in met_vocabularies)}
    return conditions.pop() if len(conditions) == 1 else None


def _slices(query: Query) -> list[int]:
    """The indexes in ``ORDER`` by which a question asks for a slice of content."""
    conditions = {"kind": query.kinds, "term": (*query.terms.any, *query.terms.all)}
    return [ORDER.index(name) for name, values in conditions.items() if values]


def _names(query: Query) -> Names:
    """What a cell asks for, in the order of ``ORDER``; one of several alternatives is not named."""
    term = term_of(query.terms)
    return (
        query.kinds[0] if len(query.kinds) == 1 else None,
        term.pk if term else None,
        query.stages[0].pk if len(query.stages) == 1 else None,
        query.segment.pk if isinstance(query.segment, Segment) else None,
        query.channel.pk if isinstance(query.channel, Channel) else None,
        query.locale.pk,
        query.journey.pk if query.journey else None,
    )


def all_targets() -> Targets:
    """Returns the targets of today, whatever the instant that is asked about. One query."""
    return Targets(Target.objects.order_by())
