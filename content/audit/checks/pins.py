"""What is pinned to a touchpoint and not shown there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.audit.evidence import id_evidence
from content.audit.finding import Finding, FindingContext, Subject
from content.catalogue import Catalogue
from content.delivery.explain import explain
from content.delivery.select import select
from content.delivery.touchpoint import MOST_PINS, query_at
from content.models import Locale, Pin
from content.query import Query
from journeys.models import Journey

MESSAGES = {
    "not_published": _lazy("“%(title)s” is pinned here but not shown: it was never published."),
    "locale_missing": _lazy("“%(title)s” is pinned here but not shown: there is no text of it in this language."),
    "not_yet_live": _lazy("“%(title)s” is pinned here but not shown: it goes live later."),
    "expired": _lazy("“%(title)s” is pinned here but not shown: it has ended or was withdrawn."),
    "kind_excluded": _lazy("“%(title)s” is pinned here but not shown: the touchpoint takes other kinds."),
    "term_excluded": _lazy("“%(title)s” is pinned here but not shown: the touchpoint takes other terms."),
    "stage_excluded": _lazy("“%(title)s” is pinned here but not shown: it has no placement at this stage."),
    "segment_excluded": _lazy("“%(title)s” is pinned here but not shown: its placement there is for other segments."),
    "channel_excluded": _lazy("“%(title)s” is pinned here but not shown: its placement there is for other channels."),
}
OTHER = _lazy("“%(title)s” is pinned here but not shown: the touchpoint's own conditions leave nothing over.")


def pin_findings(
    journey: Journey, locales: Sequence[Locale], *, at: datetime, catalogue: Catalogue
) -> Iterator[Finding]:
    """Yields ``pin_not_shown`` at each touchpoint of ``journey``. One statement for each that has pins and each of
    ``locales``, and three more where a pin is not shown."""
    touchpoints = {item.pk: item for item in catalogue.atlas.touchpoints.values() if item.journey_id == journey.pk}
    pins: dict[int, dict[int, str]] = {}
    rows = Pin.objects.filter(touchpoint__in=touchpoints).order_by("touchpoint__slug", "position", "pk")
    for pk, asset, uid in rows.values_list("touchpoint_id", "asset_id", "asset__uid"):
        pins.setdefault(pk, {})[asset] = uid.hex
    for pk, all_pinned in pins.items():
        touchpoint, pinned = touchpoints[pk], dict(list(all_pinned.items())[:MOST_PINS])
        for locale in locales:
            query = query_at(Query(locale=locale, journey=journey, ordering="title"), touchpoint, catalogue)
            among = tuple(uid for uid in pinned.values() if query.among is None)
            shown = select(replace(query, among=among), at=at, catalogue=catalogue).page(len(pinned)).results
            missing = set(pinned) - {item.asset_id for item in shown}
            for item in explain(query, at=at, catalogue=catalogue, ids=sorted(missing)) if missing else ():
                stage = query.stages[0].slug if query.stages else None
                yield Finding(
                    "pin_not_shown",
                    Subject("touchpoint", touchpoint.slug, touchpoint.title),
                    FindingContext(journey.slug, stage, locale=locale.code),
                    MESSAGES.get(str(item.reason), OTHER) % {"title": item.title},
                    _("Fix that, or remove the pin."),
                    {**id_evidence([item.public_id]), "reason": str(item.reason) if item.reason else None},
                    detail=item.public_id,
                )
