"""What on a journey leaves its readers with nothing, with nowhere to go, or badly served."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from content.audit.checks.cells import cell_findings, share_findings
from content.audit.checks.freshness import quiet_findings
from content.audit.checks.paths import path_findings
from content.audit.checks.pins import pin_findings
from content.audit.checks.references import reference_findings
from content.audit.checks.texts import LiveTexts, text_findings
from content.audit.checks.touchpoints import touchpoint_findings
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


class AuditChoice(TypedDict, total=False):
    """What ``findings`` is asked for: the readers, how many steps they take at most, how many ways on they need."""

    segments: Sequence[Segment | Everyone]
    locales: Sequence[Locale]
    channels: Sequence[Channel | AnyChannel | None]
    most_steps: int
    least_ways: int


def readers_of(
    journey: Journey,
    catalogue: Catalogue,
    *,
    segments: Sequence[Segment | Everyone] | None = None,
    locales: Sequence[Locale] | None = None,
    channels: Sequence[Channel | AnyChannel | None] = (None,),
) -> list[Query]:
    """Returns those who are asked for: left out, everyone and every segment, in every language, with no channel
    condition."""
    audiences: Sequence[Segment | Everyone] = ["everyone", *catalogue.atlas.segments.values()]
    return [
        Query(locale=locale, journey=journey, segment=segment, channel=channel)
        for locale in (catalogue.locales.values() if locales is None else locales)
        for segment in (audiences if segments is None else segments)
        for channel in channels
    ]


def chosen_readers(journey: Journey, catalogue: Catalogue, choice: AuditChoice) -> list[Query]:
    """Returns those whom ``findings`` looks as."""
    segments, locales, channels = choice.get("segments"), choice.get("locales"), choice.get("channels", (None,))
    return readers_of(journey, catalogue, segments=segments, locales=locales, channels=channels)


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
    """Returns all that is wrong on ``journey`` at ``at`` (aware), by severity and then in the order of the journey.

    It is looked at as each of ``segments`` sees it (left out: everyone, and every segment) in each of ``locales``
    (left out: all) on each of ``channels`` (``None``: no condition); ``tick`` is called after each such reader. What
    depends on a text alone is said once. Each finding says until when it is accepted and to whom it is assigned. Two
    or three statements a reader, and some thirty besides.
    """
    from content.audit.checks.walks import walk_findings  # noqa: PLC0415

    readers = readers_of(journey, catalogue, segments=segments, locales=locales, channels=channels)
    live = live_editions(list(catalogue.locales.values()), at=at, catalogue=catalogue)
    placements = placements_by_signature(text for texts in live.values() for text in texts)
    texts = LiveTexts(journey, readers, live, placements, at, catalogue)
    expected = all_expected(journey, at=at, catalogue=catalogue)
    with gc_paused():
        walks = list(walk_findings(texts, most_steps=most_steps, least_ways=least_ways, expected=expected, tick=tick))
    return sorted(with_people([*walks, *_other_findings(texts)], at=at), key=_order(journey, catalogue))


def _other_findings(texts: LiveTexts) -> Iterator[Finding]:
    journey, readers, at, catalogue = texts.journey, texts.readers, texts.at, texts.catalogue
    cells = list(cell_findings(readers, at=at, catalogue=catalogue))
    shares = share_findings(journey, readers, at=at, catalogue=catalogue)
    yield from [*cells, *shares]
    yield from quiet_findings(journey, readers, [*cells, *shares], at=at, catalogue=catalogue)
    yield from text_findings(texts)
    yield from reference_findings(texts)
    yield from path_findings(texts)
    locales = list({reader.locale.pk: reader.locale for reader in readers}.values())
    yield from pin_findings(journey, locales, at=at, catalogue=catalogue)
    yield from touchpoint_findings(journey, at=at)


def _order(journey: Journey, catalogue: Catalogue) -> Callable[[Finding], tuple[int | str, ...]]:
    """The key by which findings are sorted: severity, stage, code, then whom and what it is about."""
    atlas = catalogue.atlas
    severities = {severity: number for number, severity in enumerate(Severity)}
    stages = {stage.slug: number for number, stage in enumerate(atlas.stages_of[journey.pk])}
    segments = {slug: number for number, slug in enumerate(["everyone", *atlas.segments])}
    codes = {code: number for number, code in enumerate(CODES)}

    def order(finding: Finding) -> tuple[int | str, ...]:
        context = finding.context
        return (
            severities[finding.severity],
            stages.get(context.stage or "", -1),
            codes[finding.code],
            segments.get(context.segment or "", -1),
            context.locale or "",
            context.channel or "",
            finding.subject.title,
            finding.key,
        )

    return order


def with_people(findings: Iterable[Finding], *, at: datetime) -> list[Finding]:
    """Returns ``findings``, in their order, with until when each is accepted at ``at``, and to whom it is assigned. Two
    queries."""
    waivers = dict(Waiver.objects.active(at).order_by("until").values_list("key", "until"))
    assignees = dict(Assignment.objects.values_list("key", "to__username"))
    return [
        replace(finding, waived_until=_accepted_until(finding, waivers), assigned_to=assignees.get(finding.key))
        if finding.key in assignees or _accepted_until(finding, waivers)
        else finding
        for finding in findings
    ]


def _accepted_until(finding: Finding, waivers: dict[str, datetime]) -> datetime | None:
    """What was accepted at a gate is accepted here, as long."""
    at_gate = f"{finding.code}:{finding.subject.id}:{finding.context.locale}"
    return waivers.get(finding.key) or waivers.get(at_gate)
