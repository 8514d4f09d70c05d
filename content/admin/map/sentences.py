"""The map of a journey in words and marks: what counts mean, and where its parts lead."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from content.admin.coverage.sentences import target_text
from content.coverage.matrix import State
from content.models import Asset
from content.permissions import VIEW_ASSET, VIEW_STAGE, VIEW_TOUCHPOINT
from journeys.admin.urls import admin_url
from journeys.diagram.overlay import Mark, Overlay
from journeys.diagram.words import leads
from journeys.models import Stage, Touchpoint
from journeys.phases import Phase


@dataclass(frozen=True)
class MapLinks:
    """Addresses by slug, of those pages that somebody may see."""

    stages: dict[str, str] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    touchpoints: dict[str, str] = field(default_factory=dict)


def map_links(journey, atlas, user):
    stages = {stage.slug: stage.pk for stage in atlas.stages_of[journey.pk]}
    places = {slug: place.pk for slug, place in atlas.touchpoints.items() if place.journey_id == journey.pk}
    sees_stages, sees_places = user.has_perm(VIEW_STAGE), user.has_perm(VIEW_TOUCHPOINT)
    assets = {}
    if user.has_perm(VIEW_ASSET):
        listed = admin_url(Asset, "changelist")
        assets = {slug: f"{listed}?{urlencode({'stage': pk})}" for slug, pk in stages.items()}
    return MapLinks(
        {slug: admin_url(Stage, "change", pk) for slug, pk in stages.items()} if sees_stages else {},
        assets,
        {slug: admin_url(Touchpoint, "change", pk) for slug, pk in places.items()} if sees_places else {},
    )


def overlay_of(counts, caption, pages=None):
    """What is laid upon the picture. A stage leads to what is tagged with it, else to its own page."""
    pages = pages or MapLinks()
    links = {"stage_links": {**pages.stages, **pages.assets}, "touchpoint_links": pages.touchpoints}
    if counts is None:
        return Overlay(**links)
    stages = {slug: _mark(count, str(count.state)) for slug, count in counts.stages.items()}
    places = {slug: _mark(count, _short(count)) for slug, count in counts.touchpoints.items()}
    return Overlay(caption, stages, places, **links)


def _mark(count, words):
    return Mark(count.filled, words, lacks=count.state is State.GAP)


def _short(count):
    """A tile is small: what is as it should be goes without saying."""
    return str(count.state) if count.state in (State.GAP, State.EXCESS) else ""


def stage_rows(drawn, counts, pages):
    return [
        {
            "title": stop.label,
            "link": pages.stages.get(stop.slug),
            "assets": pages.assets.get(stop.slug),
            "part": get_text_list(
                [word for word, is_it in (("entry", stop.is_entry), ("goal", stop.is_goal)) if is_it], _("and")
            ),
            "phases": ", ".join(str(Phase(phase).label) for phase in stop.phases),
            "leads": leads(drawn, index),
            "question": stop.question,
            **_told(counts.stages[stop.slug] if counts else None),
        }
        for index, stop in enumerate(drawn.stops)
    ]


def touchpoint_rows(drawn, counts, pages):
    return [
        {
            "title": spot.label,
            "link": pages.touchpoints.get(spot.slug),
            "channel": lane.label,
            "ownership": lane.ownership,
            "stage": "every stage" if spot.stop is None else drawn.stops[spot.stop].label,
            **_told(counts.touchpoints[spot.slug] if counts else None),
        }
        for lane in drawn.lanes
        for spot in lane.spots
    ]


def _told(count):
    """A count in the words of a table, empty without one."""
    if count is None:
        return {}
    one = count.tally
    return {
        "live": count.filled,
        "state": str(count.state),
        "is_gap": count.state is State.GAP,
        "target": target_text(count.target),
        "besides": get_text_list(
            [
                f"{number} {words}"
                for number, words in (
                    (one.locale_fallback, "in a fallback language only"),
                    (one.crosswalk, "tagged in another journey only"),
                    (one.scheduled, "coming within 30 days"),
                    (one.expiring, "ending within 30 days"),
                    (one.review_overdue, "to review"),
                )
                if number
            ],
            _("and"),
        ),
    }
