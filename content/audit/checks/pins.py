"""What is pinned to a touchpoint and not shown there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from content.audit.finding import Finding, FindingContext, Subject, id_evidence
from content.catalogue import Catalogue
from content.delivery.explain import explain
from content.delivery.select import select
from content.delivery.touchpoint import MOST_PINS, query_at
from content.models import Locale, Pin
from content.query import Query
from journeys.models import Journey

WHY = {
    "not_published": "it was never published",
    "locale_missing": "there is no text of it in this language",
    "not_yet_live": "it goes live later",
    "expired": "it has ended or was withdrawn",
    "kind_excluded": "the touchpoint takes other kinds",
    "term_excluded": "the touchpoint takes other terms",
    "stage_excluded": "it has no placement at this stage",
    "segment_excluded": "its placement there is for other segments",
    "channel_excluded": "its placement there is on other channels",
}


def pin_findings(
    journey: Journey, locales: Sequence[Locale], *, at: datetime, catalogue: Catalogue
) -> Iterator[Finding]:
    """``pin_not_shown`` at each touchpoint of ``journey``. One statement for each that has pins and each of
    ``locales``, and three more where one is not shown."""
    places = {place.pk: place for place in catalogue.atlas.touchpoints.values() if place.journey_id == journey.pk}
    pins: dict[int, dict[int, str]] = {}
    rows = Pin.objects.filter(touchpoint__in=places).order_by("touchpoint__slug", "position", "pk")
    for at_place, asset, uid in rows.values_list("touchpoint_id", "asset_id", "asset__uid"):
        pins.setdefault(at_place, {})[asset] = uid.hex
    for pk, pinned in pins.items():
        place, first = places[pk], dict(list(pinned.items())[:MOST_PINS])
        for locale in locales:
            query = query_at(Query(locale=locale, journey=journey, ordering="title"), place, catalogue)
            among = tuple(uid for uid in first.values() if query.among is None)
            shown = select(replace(query, among=among), at=at, catalogue=catalogue).page(len(first)).results
            missing = set(first) - {one.asset_id for one in shown}
            for why in explain(query, at=at, catalogue=catalogue, ids=sorted(missing)) if missing else ():
                stage = query.stages[0].slug if query.stages else None
                reason = WHY.get(str(why.reason), "the touchpoint's own conditions leave nothing over")
                yield Finding(
                    "pin_not_shown",
                    Subject("touchpoint", place.slug, place.title),
                    FindingContext(journey.slug, stage, locale=locale.code),
                    f"“{why.title}” is pinned here and is not shown: {reason}.",
                    "Mend that, or take the pin away.",
                    {**id_evidence([why.public_id]), "reason": str(why.reason) if why.reason else None},
                    detail=why.public_id,
                )
