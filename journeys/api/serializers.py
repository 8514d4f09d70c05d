"""The JSON of journeys, segments, channels and touchpoints."""

from journeys.atlas import Atlas
from journeys.models import Channel, Journey, Segment, Stage, Touchpoint
from journeys.presets.load import LANGUAGE, words_of, words_that_ship


def journey_json(journey: Journey, atlas: Atlas, codes: list[str], plain: str | None) -> dict[str, object]:
    """``plain`` is the language of words that have none of their own."""
    stages = atlas.stages_of[journey.pk]
    closing = {
        "intent": journey.closing_intent,
        "label": journey.closing_label_in(codes),
        "url": journey.closing_url,
    }
    return {
        "slug": journey.slug,
        "title": journey.title_in(codes),
        "original_title": journey.original_title,
        "description": journey.description,
        "is_default": journey == atlas.default_journey,
        "stages": [_stage_json(stage, atlas, codes, plain) for stage in stages],
        "transitions": [
            {
                "from": stage.slug,
                "to": edge.to_stage.slug,
                "segments": sorted(atlas.segments_by_id[pk].slug for pk in edge.segments),
            }
            for stage in stages
            for edge in atlas.edges.get(stage.pk, [])
        ],
        "closing_step": closing if journey.closing_url else None,
    }


def _stage_json(stage: Stage, atlas: Atlas, codes: list[str], plain: str | None) -> dict[str, object]:
    return {
        "slug": stage.slug,
        "title": stage.title_in(codes),
        "original_title": stage.original_title,
        "phases": stage.phases,
        "is_entry": stage.is_entry,
        "is_goal": stage.is_goal,
        "intent": stage.intent,
        "purpose": stage.purpose,
        "question": stage.question,
        "need": stage.need,
        "barrier": stage.barrier,
        "goals": stage.goals,
        "locale": words_locale(stage, codes, plain),
        "channels": [
            {"slug": r.channel.slug, "title": r.channel.title_in(codes), "role": r.role}
            for r in atlas.recommendations.get(stage.pk, [])
        ],
    }


def words_locale(stage: Stage, codes: list[str], plain: str | None) -> dict[str, str] | None:
    """The requested language, and the one of purpose, question, need, barrier and goals: that of the presets as long
    as nobody has edited them, else ``plain``. ``None`` where there is no language yet."""
    if not codes or plain is None:
        return None
    ships = words_of(vars(stage)) in words_that_ship()
    return {"requested": codes[0], "served": LANGUAGE if ships else plain}


def segment_json(segment: Segment, atlas: Atlas, codes: list[str]) -> dict[str, object]:
    parent = atlas.segments_by_id.get(segment.parent_id) if segment.parent_id else None
    return {
        "slug": segment.slug,
        "title": segment.title_in(codes),
        "description": segment.description,
        "parent": parent.slug if parent else None,
    }


def channel_json(channel: Channel, atlas: Atlas, codes: list[str]) -> dict[str, object]:
    return {
        "slug": channel.slug,
        "title": channel.title_in(codes),
        "description": channel.description,
        "is_digital": channel.is_digital,
        "ownership": channel.ownership,
        "title_limit": channel.title_limit,
        "summary_limit": channel.summary_limit,
    }


def touchpoint_json(touchpoint: Touchpoint, atlas: Atlas, codes: list[str]) -> dict[str, object]:
    stage = atlas.stages.get(touchpoint.stage_id) if touchpoint.stage_id else None
    channel = atlas.channels_by_id[touchpoint.channel_id]
    return {
        "slug": touchpoint.slug,
        "title": touchpoint.title_in(codes),
        "description": touchpoint.description,
        "journey": next(slug for slug, journey in atlas.journeys.items() if journey.pk == touchpoint.journey_id),
        "stage": stage.slug if stage else None,
        "channel": channel.slug,
        "ownership": channel.ownership,
        "is_digital": channel.is_digital,
        "filters": touchpoint.filters,
    }
