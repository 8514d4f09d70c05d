"""Writes the event of a publication, in its transaction: what changes for readers, and which caches are stale."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from content.catalogue import Catalogue
from content.delivery.surrogate_keys import all_of_asset, of_all, of_stage
from content.events.unseen import OnShow, note_unseen
from content.instants import micros
from content.models import Edition, Event, PublishedState
from content.models.event import QUIET, EventType

Touched = Mapping[tuple[int, int], int]  # (locale, stage) of showings → the earliest instant at which one begins


def on_show(editions: Iterable[Edition], *, at: datetime) -> OnShow:
    """The editions live at ``at``, by asset and locale, each with its current end: verbs move ends in place."""
    return {
        (edition.asset_id, edition.locale_id): (edition, edition.live_until)
        for edition in editions
        if edition.window_at(at) == "live"
    }


@dataclass(frozen=True)
class Before:
    """What was live when a publication began: at its instant, and at the end of the time that it announces itself."""

    at_instant: OnShow
    announced: OnShow

    @classmethod
    def of(cls, editions: Iterable[Edition], state: PublishedState) -> "Before":
        listed = list(editions)
        return cls(on_show(listed, at=state.instant), on_show(listed, at=state.announced_until))


def announce(
    state: PublishedState, former: Before, current: Iterable[Edition], touched: Touched, catalogue: Catalogue
) -> Event | None:
    """Writes the event of a publication and returns it; ``None`` if it changed nothing at all. One statement, three
    more where readers see no change.

    ``former`` is what was live when it began, ``current`` all editions it may have changed, settled, ``touched`` the
    result of ``write_showings``. What is only scheduled goes to caches alone: their answers may end sooner now.
    """
    editions, before = list(current), former.announced
    note_unseen(state, former.at_instant, on_show(editions, at=state.instant))
    if not touched:
        return None
    after = on_show(editions, at=state.announced_until)
    old = [edition for edition, _ in before.values()]
    new = [edition for pair, (edition, _) in after.items() if pair not in before or before[pair][0].pk != edition.pk]
    gone = [edition for pair, (edition, _) in before.items() if pair not in after]
    moved = [edition for pair, (edition, end) in after.items() if before.get(pair, (None, end))[1] != end]
    # A publication that moves the end of what is live and changes no word is “rescheduled”; one that changes nothing
    # that is live yet has no type of its own (QUIET), and its keys go to caches alone.
    # One event a publication: the first of these that applies. A publish that ends others is still “published”.
    ways = ((EventType.PUBLISHED, new), (EventType.WITHDRAWN, gone), (EventType.RESCHEDULED, moved))
    type_, changed = next((way for way in ways if way[1]), (QUIET, []))
    pairs = {_pair(edition) for edition in changed}
    affected = [*changed, *(edition for edition in old if _pair(edition) in pairs)]
    now = {key: start for key, start in touched.items() if start <= micros(state.announced_until)}
    keys = [*of_editions(affected), *of_places(now, catalogue)]
    return Event.objects.create(
        type=type_,
        occurred_at=state.instant,
        publication=state.number,
        data=event_data(state.number, changed, keys, before={pair: edition for pair, (edition, _) in before.items()})
        if changed
        else {},
        keys=sorted({*keys, *of_editions([*old, *editions]), *of_places(touched, catalogue)}),
    )


def event_data(
    publication: int, editions: Iterable[Edition], keys: Iterable[str], *, before: Mapping[tuple[int, int], Edition]
) -> dict[str, object]:
    """The data of an event: the assets by id, each with its languages and its slugs in them.

    ``before`` are the editions that were live, by asset and locale: where the slug has changed since, ``moved`` holds
    both addresses.
    """
    assets: dict[str, dict[str, Any]] = {}
    for edition in sorted(editions, key=lambda edition: edition.locale.code):
        uid = edition.asset.public_id
        asset = assets.setdefault(uid, {"id": uid, "kind": edition.kind.slug, "locales": [], "slugs": {}})
        if edition.locale.code not in asset["slugs"]:
            asset["locales"].append(edition.locale.code)
            asset["slugs"][edition.locale.code] = edition.slug
            old = before.get(_pair(edition))
            if old and old.slug != edition.slug:
                moved = {"from": _address_data(old), "to": _address_data(edition)}
                asset.setdefault("moved", {})[edition.locale.code] = moved
    return {
        "publication": publication,
        "assets": sorted(assets.values(), key=lambda asset: str(asset["id"])),
        "keys": sorted(set(keys)),
    }


def _address_data(edition: Edition) -> dict[str, str]:
    return {"slug": edition.slug, "url": edition.kind.url(edition.slug, edition.locale.code)}


def of_editions(editions: Iterable[Edition]) -> set[str]:
    """The keys of these assets. An address belongs to one asset for ever, so it needs no key of its own."""
    return {key for edition in editions for key in all_of_asset(edition.asset.public_id)}


def of_places(places: Iterable[tuple[int, int]], catalogue: Catalogue) -> set[str]:
    """The cache keys of answers for these (locale, stage)."""
    keys = set()
    for locale_id, stage_id in places:
        locale, stage = catalogue.locales_by_id.get(locale_id), catalogue.atlas.stages.get(stage_id)
        if locale:
            keys |= {of_all(locale), of_stage(stage, locale)} if stage else {of_all(locale)}
    return keys


def _pair(edition: Edition) -> tuple[int, int]:
    return (edition.asset_id, edition.locale_id)
