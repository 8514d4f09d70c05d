"""Writes the events of what happens by itself: scheduled content goes live, live content expires, the map changes."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from content.catalogue import current_catalogue
from content.delivery.surrogate_keys import MAP
from content.events.announce import event_data, of_editions, of_places
from content.instants import micros
from content.models import Edition, Event, PublishedState, Showing
from content.models.event import EventType
from content.public_terms import note_debuts
from journeys.models import MapVersion


def announce_elapsed(*, now: datetime) -> list[Event]:
    """Writes the events of what has happened by itself up to ``now``, each once among all workers; returns them.

    The lock on the published state gives one worker the whole time since the last sweep or publication. With nothing to
    write it costs three statements and waits for nobody.
    """
    if not _has_changes(now):
        return []
    with transaction.atomic():
        state = PublishedState.hold()
        # Under the lock, so that the stretch of time from the last sweep to this one is told by one worker, once, and
        # no publication writes its event in between with an older instant.
        since = state.swept_until or state.at or now
        events = announce_time(since, now, state.number) if since < now else []
        if any(event.type == EventType.WENT_LIVE for event in events):
            note_debuts(at=now)
        state.swept_until = max(since, now)
        token = _map_token()
        if token and token != state.told_map:
            state.told_map = token
            data = event_data(state.number, [], [MAP], before={})
            events.append(
                Event.objects.create(
                    type=EventType.MAP_CHANGED, occurred_at=now, publication=state.number, data=data, keys=[MAP]
                )
            )
        state.save()
    return events


def _has_changes(now: datetime) -> bool:
    # Without the lock: most sweeps find nothing, and must not wait for a publication.
    state = PublishedState.objects.first()
    token = _map_token()
    if state is None or state.swept_until is None:
        return state is not None or token is not None
    return bool(token and token != state.told_map) or bool(_edges(state.swept_until, now))


def _map_token() -> str | None:
    return MapVersion.objects.values_list("token", flat=True).first()


def announce_time(since: datetime, until: datetime, publication: int) -> list[Event]:
    """Writes the events of editions that began or ended after ``since`` and up to ``until``; returns them.

    Needs the lock on the published state. What began and ended again in that time has only ended. One statement if
    there is nothing.
    """
    pks = _edges(since, until)
    if not pks:
        return []
    found = Edition.objects.filter(pk__in=pks).select_related("asset", "locale", "kind").order_by("pk")
    edges = [edition for edition in found if edition.live_until is None or edition.live_until > edition.live_from]
    began = [e for e in edges if e.live_from > since and e.window_at(until) == "live"]
    starts = {(e.asset_id, e.locale_id, e.live_from) for e in edges}
    alive = {(e.asset_id, e.locale_id) for e in began}
    # Example: edition 1 of a text ends at noon and edition 2 begins then. At noon 1 is in ``edges`` with an end and 2
    # with a start: “went live” of 2 says it all, and “expired” of 1 would send clients to delete what is there.
    ended = [
        e
        for e in edges
        if e.live_until
        and since < e.live_until <= until
        and (e.asset_id, e.locale_id, e.live_until) not in starts  # the next edition took over
        and (e.asset_id, e.locale_id) not in alive
    ]
    before = {(e.asset_id, e.locale_id): e for e in edges if e.live_from <= since}  # was live, and has ended
    places = _places({e.asset_id for e in edges}, since, until)
    return [
        _event(type_, editions, edges, before, places, at, publication)
        for type_, editions, at in (
            (EventType.EXPIRED, ended, max((e.live_until for e in ended if e.live_until), default=until)),
            (EventType.WENT_LIVE, began, max((e.live_from for e in began), default=until)),
        )
        if editions
    ]


def _event(
    type_: str,
    editions: list[Edition],
    edges: list[Edition],
    before: dict[tuple[int, int], Edition],
    places: dict[int, set[tuple[int, int]]],
    at: datetime,
    publication: int,
) -> Event:
    assets = {edition.asset_id for edition in editions}
    touched = {place for asset in assets for place in places.get(asset, ())}
    keys = of_editions(e for e in edges if e.asset_id in assets) | of_places(touched, current_catalogue())
    data = event_data(publication, editions, keys, before=before)
    return Event.objects.create(type=type_, occurred_at=at, publication=publication, data=data, keys=data["keys"])


def _edges(since: datetime, until: datetime) -> list[int]:
    """The ids of editions that begin or end after ``since`` and up to ``until``; each half is a range of an index."""
    editions = Edition.objects.filter(cancelled_at=None).order_by()
    begin = editions.filter(live_from__gt=since, live_from__lte=until)
    end = editions.filter(live_until__gt=since, live_until__lte=until)
    # A union of two ranges, each answered by its own index.
    return list(begin.values_list("pk", flat=True).union(end.values_list("pk", flat=True)))


def _places(asset_ids: set[int], since: datetime, until: datetime) -> dict[int, set[tuple[int, int]]]:
    """The (locale, stage) at which showings of these assets begin or end in that time, by asset. One statement."""
    # BETWEEN includes both its ends, the stretch not its first instant, which the last sweep has told: hence the 1.
    stretch = (micros(since) + 1, micros(until))
    rows = Showing.objects.filter(asset__in=asset_ids).filter(
        Q(live_from__range=stretch) | Q(live_until__range=stretch)
    )
    places: dict[int, set[tuple[int, int]]] = {}
    for asset, locale, stage in rows.order_by().values_list("asset_id", "locale_id", "stage").distinct():
        places.setdefault(asset, set()).add((locale, stage))
    return places
