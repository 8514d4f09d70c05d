"""Whether one text answers a query, why not, and where it stands: ``select`` said for a single text."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _lazy

from content.catalogue import Catalogue
from content.delivery.match import channel_fits, level_of, place_of
from content.models.edition import StoredPlacement
from content.models.placement import HIGHEST_PRIORITY
from content.models.showing import ANYWHERE
from content.query import Query
from content.showings.write import rank

WORDS = {
    "not_published": _lazy("Nothing of it has been published."),
    "locale_missing": _lazy("It is not shown in this language: there is no text in it or in those it falls back to."),
    "not_yet_live": _lazy("It goes live later."),
    "expired": _lazy("It has ended or was withdrawn."),
    "excluded_by_caller": _lazy("The request leaves it out (exclude or id__in)."),
    "kind_excluded": _lazy("The request asks for other kinds."),
    "term_excluded": _lazy("Its terms do not meet the request."),
    "stage_excluded": _lazy("It has no placement that the request asks for, or one that it refuses."),
    "segment_excluded": _lazy("Its placement there is for other segments."),
    "channel_excluded": _lazy("Its placement there is for other channels."),
    "not_changed": _lazy("It has not changed since then."),
    "already_offered": _lazy("Another step leads there already, or it is the asset itself."),
}

NOWHERE: StoredPlacement = {"stage": ANYWHERE, "segments": [], "channels": [], "priority": HIGHEST_PRIORITY}


# Which check of ``Eligibility`` and which SQL of ``conditions.py`` say the same, of one text and of all of them:
#
#     LOCALE_MISSING      fallback and translations_only    reader_fits
#     EXCLUDED_BY_CALLER  among, excluded                   _ids
#     KIND_EXCLUDED       kinds, kinds_none                 asset_fits
#     TERM_EXCLUDED       _has_terms                        _terms
#     STAGE_EXCLUDED      _asked, all_of, none_of           the bands of ``select``, _at_stages
#     SEGMENT_EXCLUDED    place_of                          the bands of ``select``
#     CHANNEL_EXCLUDED    channel_fits                      reader_fits
#     NOT_CHANGED         _why_not_changed                  asset_fits
class Reason(StrEnum):
    """Why an asset does not answer. The first that holds is given, in this order."""

    NOT_PUBLISHED = "not_published"
    LOCALE_MISSING = "locale_missing"
    NOT_YET_LIVE = "not_yet_live"
    EXPIRED = "expired"
    EXCLUDED_BY_CALLER = "excluded_by_caller"
    KIND_EXCLUDED = "kind_excluded"
    TERM_EXCLUDED = "term_excluded"
    STAGE_EXCLUDED = "stage_excluded"
    SEGMENT_EXCLUDED = "segment_excluded"
    CHANNEL_EXCLUDED = "channel_excluded"
    NOT_CHANGED = "not_changed"
    ALREADY_OFFERED = "already_offered"  # of a next step: another leads there


@dataclass(frozen=True)
class CandidateText:
    """One asset's words as readers of a locale would see them, as light as judging them needs."""

    asset_id: int
    public_id: str
    kind_id: int
    locale_id: int
    fallback: int
    slug: str
    title: str
    published_at: datetime
    live_from: datetime
    placements: list[StoredPlacement]
    term_ids: frozenset[int]


class Eligibility:
    """What it takes to answer ``query``, for any number of texts. No queries."""

    def __init__(self, query: Query, catalogue: Catalogue) -> None:
        self.query = query
        self.descendants = catalogue.descendants
        atlas = catalogue.atlas
        self.levels = [stages for stages in query.levels(atlas) if stages]
        self.audience = query.audience(atlas)
        self.all_of = query.widened(query.stages_all, atlas)
        self.none_of = {pk for stages in query.widened(query.stages_none, atlas) for pk in stages}
        self.any_terms: dict[int, set[int]] = {}
        for term in query.terms.any:
            self.any_terms.setdefault(term.vocabulary_id, set()).update(self.descendants[term.pk])

    def why_not(self, text: CandidateText) -> Reason | None:
        """The reason why ``text`` does not answer; ``None`` if it does."""
        query = self.query
        if text.fallback and query.translations_only:
            return Reason.LOCALE_MISSING
        if text.public_id in query.excluded or (query.among is not None and text.public_id not in query.among):
            return Reason.EXCLUDED_BY_CALLER
        if (query.kinds and text.kind_id not in query.kinds) or text.kind_id in query.kinds_none:
            return Reason.KIND_EXCLUDED
        if not self._has_terms(text.term_ids):
            return Reason.TERM_EXCLUDED
        return self._why_not_placed(text) or self._why_not_changed(text)

    def position(self, text: CandidateText) -> tuple[int, int]:
        """The band and the rank of a ``text`` that answers: where ``select`` puts it."""
        best = None
        for placement in self._asked(text):
            level, distance = self._level(placement), place_of(placement, self.query, self.audience)
            if level is not None and distance is not None and channel_fits(placement, self.query):
                band = level * len(self.audience) + distance
                priority = placement["priority"] if self.query.asks_stage else HIGHEST_PRIORITY
                here = (band, rank(priority, text.published_at))
                best = here if best is None else min(best, here)
        if best is None:
            raise ValueError(f"{text.public_id} does not answer; ask why_not first")
        return best

    def _level(self, placement: StoredPlacement) -> int | None:
        return level_of(placement, self.levels, self.query)

    def _asked(self, text: CandidateText) -> list[StoredPlacement]:
        """The placements at a stage that was asked for; without such a question all, or the one of no stage."""
        if not self.query.asks_stage:
            return text.placements or [NOWHERE]
        return [placement for placement in text.placements if self._level(placement) is not None]

    def _has_terms(self, own: frozenset[int]) -> bool:
        terms = self.query.terms
        return (
            all(own & wanted for wanted in self.any_terms.values())
            and all(own.intersection(self.descendants[term.pk]) for term in terms.all)
            and not any(own.intersection(self.descendants[term.pk]) for term in terms.none)
        )

    def _fits(self, placement: StoredPlacement) -> bool:
        return place_of(placement, self.query, self.audience) is not None and channel_fits(placement, self.query)

    def _why_not_placed(self, text: CandidateText) -> Reason | None:
        asked = self._asked(text)
        others = all(any(p["stage"] in group and self._fits(p) for p in text.placements) for group in self.all_of)
        if not asked or not others or any(p["stage"] in self.none_of for p in text.placements):
            return Reason.STAGE_EXCLUDED
        if any(self._fits(placement) for placement in asked):
            return None
        # The channel is to blame only where some placement fits but for it.
        fits_segment = any(place_of(placement, self.query, self.audience) is not None for placement in asked)
        return Reason.CHANNEL_EXCLUDED if fits_segment else Reason.SEGMENT_EXCLUDED

    def _why_not_changed(self, text: CandidateText) -> Reason | None:
        since = self.query.changed_since
        return Reason.NOT_CHANGED if since and text.live_from <= since else None
