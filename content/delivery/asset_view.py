"""What readers who ask so get of one asset: its rank, its rivals, its next steps, or why not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from content.delivery.compose import places_of
from content.delivery.draft_selection import DraftReader
from content.delivery.explain import Explanation
from content.delivery.explain_steps import LeftOut, silent_stages, steps_left_out
from content.delivery.item import ItemJSON
from content.delivery.match import Match, best_match
from content.delivery.next_steps import WaysOn
from content.delivery.reading import Reading
from content.delivery.rows import ShownText
from content.models import Asset
from content.query import Query
from journeys.models import Stage

NEAR = 10  # rivals shown on either side
Decider = Literal["stage", "segment", "priority", "date", "age"]


@dataclass(frozen=True)
class Ranked:
    """One of those that answer: where it stands, counted from 1, and how it met the question."""

    rank: int
    shown: ShownText
    match: Match


@dataclass(frozen=True)
class ReaderAnswer:
    """One asset out of a list: what its readers see, where they stand and what it leads on to.

    ``item`` has the words of the API, with every next step.
    """

    shown: ShownText
    item: ItemJSON
    match: Match
    stage: Stage | None
    ways: WaysOn
    left_out: list[LeftOut]
    silent: list[Stage]


@dataclass(frozen=True)
class AssetView:
    """What readers get.

    ``own`` is the asset among those that answer and ``around`` its rivals in order, itself among them; where it is
    none of them ``why`` says so, ``around`` begins at the first, and ``draft_answers`` tells whether publishing its
    draft would do. ``received`` is what those get who ask for the asset itself, whether it fits or not; ``None``
    where there is nothing of it to see.
    """

    total: int
    own: Ranked | None = None
    around: list[Ranked] = field(default_factory=list)
    why: Explanation | None = None
    draft_answers: bool = False
    received: ReaderAnswer | None = None


def asset_view(asset: Asset, query: Query, reading: Reading) -> AssetView:
    """What readers who ask ``query`` get of ``asset``, in the order of relevance, with ``NEAR`` rivals on either side.

    The queries depend on how many bands the question has, never on how many rivals there are.
    """
    selection = reading.select(query)
    own, total = selection.find(asset.public_id), selection.count()
    received = _received(asset, query, reading)
    if own is None:
        first = _ranked(selection.page(2 * NEAR).results, 1, query, reading)
        why = next(iter(reading.explain(query, ids=[asset.pk])), None)
        drafts = DraftReader(reading.catalogue, at=reading.at)
        answers = reading.drafts is None and drafts.would_answer(query, asset.public_id)
        return AssetView(total, around=first, why=why, draft_answers=answers, received=received)
    rank = selection.count_before(own.position) + 1
    before = selection.before(own.position, NEAR)
    after = selection.page(NEAR, own.position).results
    around = _ranked([*before, own, *after], rank - len(before), query, reading)
    return AssetView(total, own=around[len(before)], around=around, received=received)


def decided_by(ahead: Ranked, behind: Ranked, query: Query) -> Decider:
    """What put one of two before the other: the first of these in which they differ.

    ``stage``: exact before crosswalk; ``segment``: the nearer audience; ``priority``; ``date``; else ``age``: the
    asset that was made first.
    """
    # A band is level × audience (``Selection.bands``), and a rank has the priority above the date
    # (``showings/write.py``): so the first part in which two positions differ names what decided.
    (band, rank, _), (other_band, other_rank, _) = ahead.shown.position, behind.shown.position
    if band != other_band:
        return "stage" if ahead.match.stage != behind.match.stage else "segment"
    if rank == other_rank:
        return "age"
    return "priority" if query.asks_stage and _priority(ahead) != _priority(behind) else "date"


def _priority(ranked: Ranked) -> int | None:
    return ranked.match.placement["priority"] if ranked.match.placement else None


def _ranked(results: Iterable[ShownText], first: int, query: Query, reading: Reading) -> list[Ranked]:
    atlas = reading.catalogue.atlas
    return [Ranked(rank, text, best_match(text.placements, query, atlas)) for rank, text in enumerate(results, first)]


def _received(asset: Asset, query: Query, reading: Reading) -> ReaderAnswer | None:
    shown = reading.look_up(query, id=asset.public_id)
    if shown is None:
        return None
    [item] = reading.compose([shown], query, steps=None)
    [ways] = reading.ways_on([shown], query)
    [(match, stage)] = places_of([shown], query, reading.catalogue)
    left_out = steps_left_out(shown, ways, query, reading)
    silent = silent_stages(stage, ways, query, reading.catalogue.atlas)
    return ReaderAnswer(shown, item, match, stage, ways, left_out, silent)
