"""Counts on the map of a journey: as marks on the picture, and as the rows of its tables."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from content.admin.coverage.sentences import state_label, target_text
from content.coverage.matrix import CellState
from content.models import Asset
from content.permissions import VIEW_ASSET, VIEW_STAGE, VIEW_TOUCHPOINT
from journeys.admin.urls import admin_url
from journeys.diagram.overlay import Mark, Overlay
from journeys.diagram.words import leads
from journeys.models import Stage, Touchpoint
from journeys.phases import Phase

# By the name of the number in a tally.
ALSO = {
    "locale_fallback": ngettext_lazy(
        "%(count)d in a fallback language only", "%(count)d in a fallback language only", "count"
    ),
    "crosswalk": ngettext_lazy(
        "%(count)d at a corresponding stage only", "%(count)d at a corresponding stage only", "count"
    ),
    "scheduled": ngettext_lazy("%(count)d scheduled within 30 days", "%(count)d scheduled within 30 days", "count"),
    "expiring": ngettext_lazy("%(count)d expiring within 30 days", "%(count)d expiring within 30 days", "count"),
    "review_overdue": ngettext_lazy("%(count)d with review overdue", "%(count)d with review overdue", "count"),
}


@dataclass(frozen=True)
class MapLinks:
    """Addresses by slug: of stages, of their lists of assets, and of touchpoints."""

    stages: dict[str, str] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    touchpoints: dict[str, str] = field(default_factory=dict)


def map_links(journey, atlas, user):
    """The links of a journey's map to the pages that ``user`` may see."""
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
    """The overlay of the picture: counts and links. A stage links to its assets, else to its own page."""
    pages = pages or MapLinks()
    links = {"stage_links": {**pages.stages, **pages.assets}, "touchpoint_links": pages.touchpoints}
    if counts is None:
        return Overlay(**links)
    stages = {slug: _mark(count, state_label(count)) for slug, count in counts.stages.items()}
    places = {slug: _mark(count, _short_label(count)) for slug, count in counts.touchpoints.items()}
    return Overlay(caption, stages, places, **links)


def _mark(count, label):
    return Mark(count.filled, label, lacks=count.state is CellState.GAP)


def _short_label(count):
    """The label for the small tile of a touchpoint: empty unless there is too little or too much."""
    return state_label(count) if count.state in (CellState.GAP, CellState.EXCESS) else ""


def stage_rows(drawn, counts, pages):
    """The rows of the table of stages, in their order; with counts where there are any."""
    return [
        {
            "title": stop.label,
            "link": pages.stages.get(stop.slug),
            "assets": pages.assets.get(stop.slug),
            "role": _role(stop),
            "phases": ", ".join(str(Phase(phase).label) for phase in stop.phases),
            "leads": leads(drawn, index),
            "question": stop.question,
            **_count_cells(counts.stages[stop.slug] if counts else None),
        }
        for index, stop in enumerate(drawn.stops)
    ]


def _role(stop):
    roles = [*([_("entry")] if stop.is_entry else []), *([_("goal")] if stop.is_goal else [])]
    return get_text_list(roles, _("and"))


def touchpoint_rows(drawn, counts, pages):
    """The rows of the table of touchpoints, by channel; with counts where there are any."""
    return [
        {
            "title": spot.label,
            "link": pages.touchpoints.get(spot.slug),
            "channel": lane.label,
            "ownership": lane.ownership,
            "stage": _("every stage") if spot.stop is None else drawn.stops[spot.stop].label,
            **_count_cells(counts.touchpoints[spot.slug] if counts else None),
        }
        for lane in drawn.lanes
        for spot in lane.spots
    ]


def _count_cells(count):
    """The cells of a row that show a count; none without one."""
    if count is None:
        return {}
    return {
        "live": count.filled,
        "state": state_label(count),
        "is_gap": count.state is CellState.GAP,
        "target": target_text(count.target),
        "also": get_text_list(_also(count.tally), _("and")),
    }


def _also(tally):
    """What a count leaves out, and what will change: a phrase for each number that is not 0."""
    return [phrase % {"count": count} for name, phrase in ALSO.items() if (count := getattr(tally, name))]
