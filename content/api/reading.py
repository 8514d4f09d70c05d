"""What a request reads, and what it asks at a touchpoint."""

from dataclasses import replace
from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from content.api.authentication import require
from content.api.parameters import Asked, read_query, refusal
from content.drafts import Drafts
from content.query import Query, Terms
from content.reading import Reading
from content.snapshot import instant_of, present, since_of
from journeys.models import Touchpoint

# What does not go together.
APART = (
    ("as_of", "snapshot"),
    ("draft", "as_of"),
    ("draft", "snapshot"),
    ("draft", "updated_since"),
    ("fields", "omit"),
)


def read_reading(request: Request, asked: Asked) -> Reading:
    """Which state the request reads: the one that stands, the one of a snapshot or an instant, or the drafts.

    What only previews may ask for needs a token with the scope ``preview``.
    """
    wanted = {name: value for name, value in asked.items() if value not in (None, "", (), "false")}
    for one_name, other in APART:
        if one_name in wanted and other in wanted:
            raise refusal(other, "not_together", f"'{one_name}' and '{other}' do not go together; choose one.")
    for name in ("draft", "as_of", "explain"):
        if name in wanted:
            require(request, "preview", name)
    now = timezone.now()
    state = present(now=now)
    since = wanted.get("updated_since")
    if isinstance(since, str):
        since = since_of(since, state, now=now)
    if "draft" in wanted:
        return Reading(state.catalogue, now, drafts=Drafts(state.catalogue, at=now))
    if "as_of" in wanted:
        return Reading(state.catalogue, wanted["as_of"], since=since)
    if "snapshot" in wanted:
        return Reading(state.catalogue, instant_of(wanted["snapshot"], state, now=now), wanted["snapshot"], since=since)
    return Reading(state.catalogue, state.at, state.token, since=since)


def read_touchpoint(place: Touchpoint, asked: Asked, reading: Reading) -> Query:
    """The question at a touchpoint: its own journey, stage, channel and filters where the request says nothing else.

    In another journey's words its stage is the one that corresponds. A filter that names nothing there is any longer,
    and a stage that corresponds to none, let nothing through: the answer is never wider than the place. A reader of
    an audience that is no longer there is led on as one of whom nothing is known.
    """
    atlas, catalogue = reading.catalogue.atlas, reading.catalogue
    own = next(journey for journey in atlas.journeys.values() if journey.pk == place.journey_id)
    given = {name: value for name, value in asked.items() if value not in (None, "", ())}
    words: dict[str, Any] = {"journey": own.slug, "channel": atlas.channels_by_id[place.channel_id].slug}
    segment = place.filters.get("segment", "").strip()
    unknown = bool(segment) and segment not in {*atlas.segments, "everyone"}
    if segment:
        words["segment"] = "everyone" if unknown else segment
    query = read_query({**words, **given}, reading)
    closed = unknown and "segment" not in given
    if place.stage_id and not query.stages and query.journey:
        stage = atlas.counterpart(atlas.stages[place.stage_id], query.journey)
        query, closed = replace(query, stages=(stage,) if stage else ()), closed or stage is None
    kinds, terms = _words(place, "kind"), _words(place, "term")
    known_kinds = tuple(catalogue.kinds[word].pk for word in kinds if word in catalogue.kinds)
    named = {f"{group}:{slug}": term for (group, slug), term in catalogue.terms.items()}
    known_terms = tuple(named[word] for word in terms if word in named)
    closed = closed or bool(kinds and not known_kinds) or len(known_terms) < len(terms)
    return replace(query, kinds=known_kinds, terms=Terms(any=known_terms), among=() if closed else None)


def _words(place: Touchpoint, name: str) -> list[str]:
    """The words of one of the place's own filters."""
    return [word for part in place.filters.get(name, "").split(",") if (word := part.strip())]
