"""One shown edition as the item that readers get, and its next steps."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from content.catalogue import Catalogue
from content.delivery.candidates import CandidatePool, StepTarget
from content.delivery.item import ContextJSON, EditionJSON, ItemJSON, MatchJSON, PlacementJSON, StepJSON, TargetJSON
from content.delivery.match import Match, best_match, context_stage
from content.delivery.next_steps import Draw, Position, Step, StepFinder, WaysOn, next_steps, step_finder
from content.delivery.rows import ShownText
from content.delivery.surrogate_keys import Dependencies
from content.instants import as_rfc3339
from content.links import resolved
from content.models.edition import StoredPlacement
from content.query import Query
from content.renditions import image_json
from content.words import Unreadable, Words, parse_words
from journeys.models import Channel, Segment, Stage

logger = logging.getLogger(__name__)

T = TypeVar("T")

# By edition, so that one that is damaged is logged once and not with each of thousands of requests. Without a bound:
# there are as many as damaged editions.
_logged: set[tuple[int, int, int | None]] = set()

STEPS_IN_LIST = 3
Place = tuple[Match, Stage | None]


def compose(
    shown: Sequence[ShownText],
    query: Query,
    catalogue: Catalogue,
    *,
    at: datetime,
    steps: int | None = 0,
    draw: Draw = CandidatePool,
    met: Dependencies | None = None,
) -> list[ItemJSON]:
    """The items of ``shown`` for the reader of ``query``, in order; with at most ``steps`` next steps each.

    ``steps=0`` leaves them out, ``None`` sets no limit. No queries but those of ``next_steps``. ``met`` is told what
    they are made of. Raises ``Unreadable`` where the words of one are no words.
    """
    met = met or Dependencies()
    places = places_of(shown, query, catalogue)
    words = [parse_words(text.document) for text in shown]
    links = {uid for own in words for uid in own.get("links", ())}
    walks: list[StepFinder] = []
    linked: dict[str, StepTarget] = {}
    if steps != 0:
        positions = positions_of(shown, places)
        walks, pool = step_finder(positions, query, at=at, catalogue=catalogue, draw=draw, links=links, met=met)
        linked = pool.linked
    elif links:
        linked = draw(query, (), set(), depth=0, at=at, catalogue=catalogue, links=links).linked
    met.saw(assets=[*(own["id"] for own in words), *linked], hidden=links - set(linked))
    urls = {uid: _url(target, catalogue) for uid, target in linked.items()}
    items = [
        _item(text, own, place, query, catalogue, urls) for text, own, place in zip(shown, words, places, strict=True)
    ]
    compose_step, led = _step_composer(query, catalogue), set[str]()
    for item, walk in zip(items, walks, strict=bool(walks)):
        ways = walk.ways_on(pool, catalogue).first(steps)
        item["next_steps"] = [compose_step(step) for step in ways]
        led |= {step.asset.public_id for step in ways if step.asset}
    met.saw(assets=led)
    return items


def _step_composer(query: Query, catalogue: Catalogue) -> Callable[[Step], StepJSON]:
    """Composes steps for one page, most of whose items lead on to the same few: those are composed once."""
    known: dict[tuple[int, int, str, str | None], StepJSON] = {}

    def compose_step(step: Step) -> StepJSON:
        if step.asset is None or step.to_stage is None or step.source == "authored":
            return step_json(step, query, catalogue)
        # Drawn from the map: its words are those of its stage and its target.
        key = (step.asset.asset_id, step.to_stage.id, step.source, step.direction)
        if key not in known:
            known[key] = step_json(step, query, catalogue)
        return known[key]

    return compose_step


def places_of(shown: Sequence[ShownText], query: Query, catalogue: Catalogue) -> list[Place]:
    """How each of ``shown`` meets the query, and the stage at which its reader stands."""
    matches = [best_match(text.placements, query, catalogue.atlas) for text in shown]
    return [
        (match, context_stage(text.placements, query, match, catalogue.atlas))
        for text, match in zip(shown, matches, strict=True)
    ]


def ways_on(
    shown: Sequence[ShownText],
    query: Query,
    catalogue: Catalogue,
    *,
    at: datetime,
    draw: Draw = CandidatePool,
    met: Dependencies | None = None,
) -> list[WaysOn]:
    """The ways on from each of ``shown``, from where its reader stands."""
    positions = positions_of(shown, places_of(shown, query, catalogue))
    return next_steps(positions, query, at=at, catalogue=catalogue, draw=draw, met=met)


def positions_of(shown: Sequence[ShownText], places: Sequence[Place]) -> list[Position]:
    return [Position(text.asset_id, text.steps, stage) for text, (_, stage) in zip(shown, places, strict=True)]


def _item(
    text: ShownText, words: Words, place: Place, query: Query, catalogue: Catalogue, urls: dict[str, str]
) -> ItemJSON:
    match, stage = place
    kind, served = catalogue.kinds_by_id[text.kind_id], catalogue.locales_by_id[text.locale_id]
    return {
        "id": words["id"],
        "kind": kind.slug,
        "slug": text.slug,
        "url": kind.url(text.slug, served.code),
        "moved_to": None,
        "locale": {"requested": query.locale.code, "served": served.code},
        "title": words["title"],
        "summary": words["summary"],
        "body": resolved(words["body"], urls),
        "fields": words["fields"],
        "seo": words["seo"],
        "image": image_json(words.get("image")),  # what was frozen before there were pictures has none
        "stages": stages_json(text.placements, catalogue),
        "teaser": _teaser(text, match, stage),
        "terms": words["terms"],
        "published_at": as_rfc3339(text.published_at),
        "updated_at": as_rfc3339(text.live_from),
        "edition": _edition_json(text),
        "match": match_json(text, match),
    }


def match_json(text: ShownText, match: Match) -> MatchJSON:
    """How an edition met the query, in the words of the API."""
    return {
        "stage": match.stage,
        "segment": match.segment,
        "channel": match.channel,
        "locale": "fallback" if text.fallback else "exact",
    }


def _edition_json(text: ShownText) -> EditionJSON | None:
    if text.number is None:
        return None
    return {
        "number": text.number,
        "live_from": as_rfc3339(text.live_from),
        "live_until": as_rfc3339(text.live_until) if text.live_until else None,
    }


def stages_json(placements: Iterable[StoredPlacement], catalogue: Catalogue) -> list[PlacementJSON]:
    """The placements in the map's words; what is no longer on the map is left out."""
    atlas = catalogue.atlas
    return [
        {
            "journey": place["journey"],
            "stage": place["stage"],
            "phases": place["phases"],
            "segments": _slugs(placement["segments"], atlas.segments_by_id),
            "channels": _slugs(placement["channels"], atlas.channels_by_id),
        }
        for placement in placements
        if (place := catalogue.places.get(placement["stage"]))
    ]


def _slugs(ids: list[int], known: Mapping[int, Segment | Channel]) -> list[str]:
    return [known[pk].slug for pk in ids if pk in known] if ids else []


def _teaser(text: ShownText, match: Match, stage: Stage | None) -> str | None:
    """The teaser for where the reader stands, else for the placement that was met."""
    ids = [stage.id if stage else None, match.placement["stage"] if match.placement else None]
    return next((text.teasers[str(pk)] for pk in ids if str(pk) in text.teasers), None)


def step_json(step: Step, query: Query, catalogue: Catalogue) -> StepJSON:
    """One next step in the words of the API, for the reader of ``query``."""
    place = catalogue.places[step.to_stage.id] if step.to_stage else None
    return {
        "intent": step.intent,
        "commitment": step.commitment,
        "primary": step.primary,
        "label": step.label,
        "direction": step.direction,
        "to_stage": {"journey": place["journey"], "stage": place["stage"]} if place else None,
        "source": step.source,
        "target": _target_json(step, query, catalogue),
    }


def _target_json(step: Step, query: Query, catalogue: Catalogue) -> TargetJSON:
    if step.touchpoint:
        title = step.touchpoint.title_in(catalogue.codes(query.locale))
        return {"type": "touchpoint", "slug": step.touchpoint.slug, "title": title}
    if step.asset is None:
        return {"type": "url", "url": step.url or ""}
    return {
        "type": "asset",
        "id": step.asset.public_id,
        "kind": catalogue.kinds_by_id[step.asset.kind_id].slug,
        "slug": step.asset.slug,
        "url": _url(step.asset, catalogue),
        "title": step.asset.title,
    }


def _url(target: StepTarget, catalogue: Catalogue) -> str:
    return catalogue.kinds_by_id[target.kind_id].url(target.slug, catalogue.locales_by_id[target.locale_id].code)


def context_json(query: Query) -> ContextJSON:
    """What was asked, in the words of the API."""
    segment, channel = query.segment, query.channel
    return {
        "journey": query.journey.slug if query.journey else None,
        "stage": [stage.slug for stage in query.stages],
        "segment": segment if isinstance(segment, str | None) else segment.slug,
        "channel": channel if isinstance(channel, str | None) else channel.slug,
        "locale": query.locale.code,
    }


def readable_texts(shown: Sequence[ShownText]) -> list[ShownText]:
    """Those whose words can be read, in order; of the others the log has the id, once a process."""
    return [text for text in shown if _can_be_read(text)]


def compose_readable(compose: Callable[[Sequence[ShownText]], T], shown: Sequence[ShownText]) -> T:
    """What ``compose`` makes of ``shown``; where it meets one that cannot be read, of the rest."""
    try:
        return compose(shown)
    except Unreadable:
        return compose(readable_texts(shown))


def _can_be_read(text: ShownText) -> bool:
    try:
        parse_words(text.document)
    except Unreadable:
        key = (text.asset_id, text.locale_id, text.number)
        if key not in _logged:
            _logged.add(key)
            logger.error("Edition %s of asset %s, locale %s, cannot be read; see check_editions", text.number, *key[:2])
        return False
    return True
