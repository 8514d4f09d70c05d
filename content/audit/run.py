"""What on a journey leaves its readers with nothing, with nowhere to go, or badly served."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from content.audit.checks.cells import cell_findings, share_findings
from content.audit.checks.freshness import quiet_findings
from content.audit.checks.paths import path_findings
from content.audit.checks.pins import pin_findings
from content.audit.checks.texts import LiveTexts, text_findings
from content.audit.checks.touchpoints import place_findings
from content.audit.expected import all_expected
from content.audit.finding import CODES, Finding, Severity
from content.audit.gc_paused import gc_paused
from content.audit.live import live_editions, placements_by_signature
from content.catalogue import Catalogue
from content.models import Assignment, Locale, Waiver
from content.query import AnyChannel, Everyone, Query
from journeys.models import Channel, Journey, Segment

MOST_STEPS = 3  # to the purchase; each preset can be walked in as many
LEAST_WAYS = 2  # on from what a stage shows, so that there is something to choose
ORDER = list(CODES)


def readers_of(
    journey: Journey,
    catalogue: Catalogue,
    *,
    segments: Sequence[Segment | Everyone] | None = None,
    locales: Sequence[Locale] | None = None,
    channels: Sequence[Channel | AnyChannel | None] = (None,),
) -> list[Query]:
    """Those who are asked for: left out, everyone and every segment, in every language, with no channel condition."""
    audiences: Sequence[Segment | Everyone] = ["everyone", *catalogue.atlas.segments.values()]
    return [
        Query(locale=locale, journey=journey, segment=segment, channel=channel)
        for locale in (catalogue.locales.values() if locales is None else locales)
        for segment in (audiences if segments is None else segments)
        for channel in channels
    ]


def findings(
    journey: Journey,
    *,
    at: datetime,
    catalogue: Catalogue,
    segments: Sequence[Segment | Everyone] | None = None,
    locales: Sequence[Locale] | None = None,
    channels: Sequence[Channel | AnyChannel | None] = (None,),
    most_steps: int = MOST_STEPS,
    least_ways: int = LEAST_WAYS,
    tick: Callable[[int], None] = lambda steps: None,
) -> list[Finding]:
    """All that is wrong on ``journey`` at ``at`` (aware), by severity and then in the order of the journey.

    It is looked at as each of ``segments`` sees it (left out: everyone, and every segment) in each of ``locales``
    (left out: all) on each of ``channels`` (``None``: no condition); ``tick`` is told of each such reader. What hangs
    on a text alone is said once. Each finding says until when it is accepted and to whom it is handed. Two or three
    statements a reader, and some thirty besides.
    """
    from content.audit.checks.walks import walk_findings  # noqa: PLC0415

    readers = readers_of(journey, catalogue, segments=segments, locales=locales, channels=channels)
    live = live_editions(list(catalogue.locales.values()), at=at, catalogue=catalogue)
    placements = placements_by_signature(row for rows in live.values() for row in rows)
    how: Any = {"at": at, "catalogue": catalogue, "most_steps": most_steps, "least_ways": least_ways, "tick": tick}
    how["expected"] = all_expected(journey, at=at, catalogue=catalogue)
    with gc_paused():
        walked = list(walk_findings(readers, live, placements, **how))
    cells = list(cell_findings(readers, at=at, catalogue=catalogue))
    shares = share_findings(journey, readers, at=at, catalogue=catalogue)
    found = [
        *walked,
        *cells,
        *shares,
        *quiet_findings(journey, readers, [*cells, *shares], at=at, catalogue=catalogue),
        *_of_texts(LiveTexts(journey, readers, live, placements, at, catalogue)),
        *pin_findings(journey, list({q.locale.pk: q.locale for q in readers}.values()), at=at, catalogue=catalogue),
        *place_findings(journey, at=at),
    ]
    return sorted(with_people(found, at=at), key=_place_of(journey, catalogue))


def _of_texts(texts: LiveTexts) -> Iterator[Finding]:
    yield from text_findings(texts)
    yield from path_findings(texts)


def _place_of(journey: Journey, catalogue: Catalogue) -> Callable[[Finding], tuple[Any, ...]]:
    atlas = catalogue.atlas
    severities = {severity: number for number, severity in enumerate(Severity)}
    stages = {stage.slug: number for number, stage in enumerate(atlas.stages_of[journey.pk])}
    segments = {slug: number for number, slug in enumerate(["everyone", *atlas.segments])}
    codes = {code: number for number, code in enumerate(ORDER)}

    def place(one: Finding) -> tuple[Any, ...]:
        where = one.context
        return (
            severities[one.severity],
            stages.get(where.stage or "", -1),
            codes[one.code],
            segments.get(where.segment or "", -1),
            where.locale or "",
            where.channel or "",
            one.subject.title,
            one.key,
        )

    return place


def with_people(found: Iterable[Finding], *, at: datetime) -> list[Finding]:
    """``found``, in its order, with until when each is accepted at ``at``, and whose it is. Two queries."""
    waived = dict(Waiver.objects.active(at).order_by("until").values_list("key", "until"))
    assigned = dict(Assignment.objects.values_list("key", "to__username"))
    return [
        replace(one, waived_until=_accepted(one, waived), assigned_to=assigned.get(one.key))
        if one.key in assigned or _accepted(one, waived)
        else one
        for one in found
    ]


def _accepted(one: Finding, waived: dict[str, datetime]) -> datetime | None:
    """What was accepted at a gate is accepted here, as long."""
    at_gate = f"{one.code}:{one.subject.id}:{one.context.locale}"
    return waived.get(one.key) or waived.get(at_gate)
