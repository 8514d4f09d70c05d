"""The editions of an asset as a time line for each language: as bars to look at, and as rows to read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from content.drafts.labels import spoken_user
from content.instants import later
from content.models import Edition
from journeys.storable import FIRST

WIDE = 1000  # units of a track
LEAST = 6
PAST = 5  # editions of a language that have ended
AROUND = timedelta(days=14)
WORDS = ("document", "placements", "teasers", "steps", "warnings")  # not looked at here


@dataclass(frozen=True)
class Bar:
    edition: Edition
    state: str
    x: int
    width: int
    by: str


@dataclass(frozen=True)
class TimelineTrack:
    """A language: its editions, newest first, and whether there are older ones than these."""

    locale: object
    bars: list[Bar]
    has_more: bool


@dataclass(frozen=True)
class Timeline:
    """``now`` is where the present stands on the tracks."""

    tracks: list[TimelineTrack]
    begins: datetime
    ends: datetime
    now: int


def timeline_of(asset, *, at):
    """What was, is and will be live of ``asset``; ``None`` where nothing was ever published. One query."""
    editions = (
        asset.editions.defer(*WORDS).select_related("locale", "publication__by").order_by("locale__code", "-number")
    )
    by_locale = {}
    for edition in editions:
        by_locale.setdefault(edition.locale, []).append(edition)
    if not by_locale:
        return None
    shown = {locale: _recent(found, at) for locale, found in by_locale.items()}
    named = [edition for found in shown.values() for edition in found]
    edges = [at, *(edition.live_from for edition in named), *(edition.live_until or at for edition in named)]
    begins, ends = max(min(edges), FIRST) - AROUND, later(max(edges), AROUND)

    def place(instant):
        return round(WIDE * ((instant - begins) / (ends - begins)))

    def bar(edition):
        x = place(edition.live_from)
        width = max(LEAST, (place(edition.live_until) if edition.live_until else WIDE) - x)
        by = edition.publication.by
        return Bar(edition, edition.window_at(at), x, width, spoken_user(by) if by else "the system")

    tracks = [
        TimelineTrack(locale, [bar(edition) for edition in found], len(found) < len(by_locale[locale]))
        for locale, found in shown.items()
    ]
    return Timeline(tracks, begins, ends, place(at))


def _recent(editions, at):
    """What is live and what is to come, with the last few that are over."""
    standing = [edition for edition in editions if edition.window_at(at) in ("live", "scheduled")]
    over = [edition for edition in editions if edition not in standing][:PAST]
    return sorted([*standing, *over], key=lambda edition: edition.number, reverse=True)
