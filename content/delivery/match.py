"""How one edition's placements meet a query: the match, and the stage the reader stands at."""

from collections.abc import Iterable
from typing import NamedTuple

from content.models.edition import StoredPlacement
from content.models.showing import EVERYONE
from content.query import Query
from journeys.atlas import Atlas
from journeys.models import Journey, Stage


class Match(NamedTuple):
    """The placement that met the query best, and in which way; the words are those of the API."""

    stage: str | None
    segment: str | None
    channel: str | None
    placement: StoredPlacement | None


def best_match(placements: list[StoredPlacement], query: Query, atlas: Atlas) -> Match:
    """The best fitting of ``placements`` for ``query``, in the order of relevance (``select``).

    Without a fitting one (a detail may be asked for out of its context) the match is null throughout. An asset
    of no stage is for everyone, on any channel.
    """
    if not placements and not query.asks_stage:
        return Match(None, "everyone" if query.segment else None, "any" if query.channel else None, None)
    levels, audience = query.levels(atlas), query.audience(atlas)
    best: tuple[int, int, int, int, StoredPlacement] | None = None
    for placement in placements:
        level = level_of(placement, levels, query)
        place = place_of(placement, query, audience)
        if level is None or place is None or not channel_fits(placement, query):
            continue
        # As ``select`` orders rows, so that the placement named is the one that put the text where it stands; of equal
        # ones the stage's id decides, so that the answer is the same each time.
        key = (level, place, -placement["priority"], placement["stage"])
        if best is None or key < best[:4]:
            best = (*key, placement)
    if best is None:
        return Match(None, None, None, None)
    return _match(best[4], best[0], query, atlas)


def _match(placement: StoredPlacement, level: int, query: Query, atlas: Atlas) -> Match:
    segment = channel = None
    if query.segment is not None:
        segment = "everyone" if not placement["segments"] else "ancestor"
        if not isinstance(query.segment, str) and query.segment.id in placement["segments"]:
            segment = "exact"
    if query.channel is not None:
        channel = "exact" if placement["channels"] else "any"
    stage = ("exact", "crosswalk")[level] if query.asks_stage else None
    return Match(stage, segment, channel, placement)


def level_of(placement: StoredPlacement, levels: list[list[int]], query: Query) -> int | None:
    if not query.asks_stage:
        return 0
    return next((number for number, stages in enumerate(levels) if placement["stage"] in stages), None)


def place_of(placement: StoredPlacement, query: Query, audience: list[int]) -> int | None:
    if query.segment is None:
        return 0
    own = placement["segments"] or [EVERYONE]
    return next((distance for distance, segment in enumerate(audience) if segment in own), None)


def channel_fits(placement: StoredPlacement, query: Query) -> bool:
    if query.channel is None:
        return True
    if isinstance(query.channel, str):
        return not placement["channels"]
    return query.channel.id in placement["channels"] or (not placement["channels"] and not query.channel_exact)


def context_stage(placements: list[StoredPlacement], query: Query, match: Match, atlas: Atlas) -> Stage | None:
    """Where the reader of an edition stands: the stage asked for that it met best, else its best in the journey."""
    if query.stages:
        matched = atlas.stages.get(match.placement["stage"]) if match.placement else None
        if matched is None or matched in query.stages:
            return matched or query.stages[0]
        # Met by the crosswalk, in another journey's words: of the stages asked for, the one that shares a phase with
        # it.
        return next((s for s in query.stages if set(s.phases) & set(matched.phases)), query.stages[0])
    if query.phases and match.placement and query.journey:
        return atlas.counterpart(atlas.stages[match.placement["stage"]], query.journey)
    audience = query.audience(atlas)
    fitting = [p for p in placements if place_of(p, query, audience) is not None and channel_fits(p, query)]
    return stage_in(query.journey, fitting or placements, atlas)


def stage_in(journey: Journey | None, placements: Iterable[StoredPlacement], atlas: Atlas) -> Stage | None:
    """The best stage of ``journey`` among ``placements``: exact, then by the crosswalk, then in stage order."""
    if journey is None:
        return None
    found = []
    for placement in placements:
        stage = atlas.stages.get(placement["stage"])
        own = atlas.counterpart(stage, journey) if stage else None
        if stage and own:
            found.append((stage.journey_id != journey.id, own.position, own.id, own))
    return min(found, key=lambda item: item[:3])[3] if found else None
