"""The editions of an asset as a time line for each language: bars to draw, and rows of a table."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from content.admin.asset.state import WindowState
from content.drafts.labels import spoken_user
from content.instants import later
from content.models import Asset, Edition, Locale
from journeys.storable import FIRST

TRACK_WIDTH = 1000  # units of the drawing
MIN_WIDTH = 6  # of a bar, so that a short window can be seen
PAST = 5  # ended editions of a language
MARGIN = timedelta(days=14)
LARGE_FIELDS = ("document", "placements", "teasers", "steps", "warnings")  # not needed here


@dataclass(frozen=True)
class Bar:
    edition: Edition
    state: WindowState
    x: int
    width: int
    by: str


@dataclass(frozen=True)
class TimelineTrack:
    """One language: its editions, newest first; ``has_more`` if there are older ones."""

    locale: Locale
    bars: list[Bar]
    has_more: bool


@dataclass(frozen=True)
class Timeline:
    """The tracks by language. ``now`` is the position of the present, in the units of a track."""

    tracks: list[TimelineTrack]
    begins: datetime
    ends: datetime
    now: int


def timeline_of(asset: Asset, *, at: datetime) -> Timeline | None:
    """The time line of ``asset`` at ``at``; ``None`` where nothing was ever published. One query."""
    editions = asset.editions.defer(*LARGE_FIELDS).select_related("locale", "publication__by")
    by_locale: dict[Locale, list[Edition]] = {}
    for edition in editions.order_by("locale__code", "-number"):
        by_locale.setdefault(edition.locale, []).append(edition)
    if not by_locale:
        return None
    recent = {locale: _recent(editions, at) for locale, editions in by_locale.items()}
    drawn = [edition for editions in recent.values() for edition in editions]
    edges = [at, *(edition.live_from for edition in drawn), *(edition.live_until or at for edition in drawn)]
    begins, ends = max(min(edges), FIRST) - MARGIN, later(max(edges), MARGIN)

    # From 0, where the line begins, to TRACK_WIDTH.
    def position(instant: datetime) -> int:
        return round(TRACK_WIDTH * ((instant - begins) / (ends - begins)))

    def bar(edition: Edition) -> Bar:
        x = position(edition.live_from)
        width = max(MIN_WIDTH, (position(edition.live_until) if edition.live_until else TRACK_WIDTH) - x)
        by = edition.publication.by
        state = WindowState(edition.window_at(at))
        return Bar(edition, state, x, width, spoken_user(by) if by else _("the system"))

    tracks = [
        TimelineTrack(locale, [bar(edition) for edition in editions], len(editions) < len(by_locale[locale]))
        for locale, editions in recent.items()
    ]
    return Timeline(tracks, begins, ends, position(at))


def _recent(editions: list[Edition], at: datetime) -> list[Edition]:
    """Editions that are live or scheduled, and the last few of the others, newest first."""
    current = [edition for edition in editions if edition.window_at(at) in ("live", "scheduled")]
    past = [edition for edition in editions if edition not in current][:PAST]
    return sorted([*current, *past], key=lambda edition: edition.number, reverse=True)
