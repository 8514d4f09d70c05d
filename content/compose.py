"""compose() – one shown edition as the item that readers get, and its next steps."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson

from content.catalogue import Catalogue
from content.instants import spoken
from content.match import Match, best_match, context_stage
from content.next_steps import Standing, Step, WaysOn, next_steps
from content.query import Query
from content.renditions import told_image
from content.shown import Shown
from journeys.models import Stage

STEPS_IN_LIST = 3


def compose(
    shown: Sequence[Shown], query: Query, catalogue: Catalogue, *, at: datetime, steps: int | None = 0
) -> list[dict[str, Any]]:
    """The items of ``shown`` for the reader of ``query``, in order; with at most ``steps`` next steps each.

    ``steps=0`` leaves them out, ``None`` sets no limit. No queries but those of ``next_steps``.
    """
    atlas = catalogue.atlas
    matches = [best_match(one.placements, query, atlas) for one in shown]
    stages = [context_stage(one.placements, query, match, atlas) for one, match in zip(shown, matches, strict=True)]
    items = [
        _item(one, match, stage, query, catalogue) for one, match, stage in zip(shown, matches, stages, strict=True)
    ]
    if steps != 0:
        for item, ways in zip(items, ways_on(shown, query, catalogue, at=at, stages=stages), strict=True):
            item["next_steps"] = [told_step(step, catalogue) for step in ways.first(steps)]
    return items


def ways_on(
    shown: Sequence[Shown],
    query: Query,
    catalogue: Catalogue,
    *,
    at: datetime,
    stages: Iterable[Stage | None] | None = None,
) -> list[WaysOn]:
    """The ways on from each of ``shown``, from where its reader stands."""
    if stages is None:
        matches = (best_match(one.placements, query, catalogue.atlas) for one in shown)
        stages = [context_stage(o.placements, query, m, catalogue.atlas) for o, m in zip(shown, matches, strict=True)]
    standings = [Standing(one.asset_id, one.steps, stage) for one, stage in zip(shown, stages, strict=True)]
    return next_steps(standings, query, at=at, catalogue=catalogue)


def _item(one: Shown, match: Match, stage: Stage | None, query: Query, catalogue: Catalogue) -> dict[str, Any]:
    words = orjson.loads(one.document)
    kind, served = catalogue.kinds_by_id[one.kind_id], catalogue.locales_by_id[one.locale_id]
    return {
        "id": words["id"],
        "kind": kind.slug,
        "slug": one.slug,
        "url": kind.url(one.slug, served.code),
        "moved_to": None,
        "locale": {"requested": query.locale.code, "served": served.code},
        "title": words["title"],
        "summary": words["summary"],
        "body": words["body"],
        "fields": words["fields"],
        "seo": words["seo"],
        "image": told_image(words.get("image")),  # what was frozen before there were pictures has none
        "stages": told_stages(one.placements, catalogue),
        "teaser": _teaser(one, match, stage),
        "terms": words["terms"],
        "published_at": spoken(one.published_at),
        "updated_at": spoken(one.live_from),
        "edition": {
            "number": one.number,
            "live_from": spoken(one.live_from),
            "live_until": spoken(one.live_until) if one.live_until else None,
        },
        "match": {
            "stage": match.stage,
            "segment": match.segment,
            "channel": match.channel,
            "locale": "fallback" if one.fallback else "exact",
        },
    }


def told_stages(placements: Iterable[dict[str, Any]], catalogue: Catalogue) -> list[dict[str, Any]]:
    """The placements in the map's words; what is no longer on the map is left out."""
    atlas = catalogue.atlas
    return [
        {
            "journey": stage.journey.slug,
            "stage": stage.slug,
            "phases": stage.phases,
            "segments": [atlas.segments_by_id[pk].slug for pk in placement["segments"] if pk in atlas.segments_by_id],
            "channels": [atlas.channels_by_id[pk].slug for pk in placement["channels"] if pk in atlas.channels_by_id],
        }
        for placement in placements
        if (stage := atlas.stages.get(placement["stage"]))
    ]


def _teaser(one: Shown, match: Match, stage: Stage | None) -> str | None:
    """The teaser for where the reader stands, else for the placement that was met."""
    ids = [stage.pk if stage else None, match.placement["stage"] if match.placement else None]
    return next((one.teasers[str(pk)] for pk in ids if str(pk) in one.teasers), None)


def told_step(step: Step, catalogue: Catalogue) -> dict[str, Any]:
    """One next step in the words of the API."""
    to_stage = step.to_stage and {"journey": step.to_stage.journey.slug, "stage": step.to_stage.slug}
    return {
        "intent": step.intent,
        "commitment": step.commitment,
        "primary": step.primary,
        "label": step.label,
        "direction": step.direction,
        "to_stage": to_stage,
        "source": step.source,
        "target": _told_target(step, catalogue),
    }


def _told_target(step: Step, catalogue: Catalogue) -> dict[str, Any]:
    if step.touchpoint:
        return {"type": "touchpoint", "slug": step.touchpoint.slug, "title": step.touchpoint.title}
    if step.asset is None:
        return {"type": "url", "url": step.url}
    kind = catalogue.kinds_by_id[step.asset.kind_id]
    return {
        "type": "asset",
        "id": step.asset.public_id,
        "kind": kind.slug,
        "slug": step.asset.slug,
        "url": kind.url(step.asset.slug, catalogue.locales_by_id[step.asset.locale_id].code),
        "title": step.asset.title,
    }


def told_context(query: Query) -> dict[str, Any]:
    """What was asked, in the words of the API."""
    segment, channel = query.segment, query.channel
    return {
        "journey": query.journey.slug if query.journey else None,
        "stage": [stage.slug for stage in query.stages],
        "segment": segment if isinstance(segment, str | None) else segment.slug,
        "channel": channel if isinstance(channel, str | None) else channel.slug,
        "locale": query.locale.code,
    }
