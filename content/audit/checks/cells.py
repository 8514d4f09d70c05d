"""Where a journey has nothing to say, will soon have too little, or has it in the wrong places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from content.audit.finding import Finding, audience, context_of, id_evidence, of_journey, of_stage
from content.audit.target_questions import TOLD, questions_of, slugs_of, target_text
from content.catalogue import Catalogue
from content.coverage.balance import FAULTS, balance_of, stage_questions
from content.coverage.count import tally
from content.coverage.forecast import forecast
from content.coverage.matrix import State, filled_count, state_of
from content.coverage.targets import Targets, all_targets
from content.delivery.match import best_match
from content.instants import as_rfc3339, day_of, later
from content.models import Edition, Target
from content.query import Query
from journeys.models import Journey

AHEAD = timedelta(days=90)


@dataclass
class CellGap:
    """A cell that is none now and will be: from when, until when if that is known, and what ends then."""

    place: int
    start: datetime
    ended: frozenset[int]
    until: datetime | None = None


def cell_findings(readers: Sequence[Query], *, at: datetime, catalogue: Catalogue) -> Iterator[Finding]:
    """``silent_stage`` and ``future_gap`` of each of ``readers`` at each stage of their journey. Five statements.

    A stage is silent where ``select`` answers nothing, crosswalk and other languages included. A gap is what the
    coverage matrix calls one.
    """
    stages = catalogue.atlas.stages_of[readers[0].journey.pk] if readers and readers[0].journey else []
    cells = [reader.at_stage(stage) for reader in readers for stage in stages]
    if not cells:
        return
    targets, silent, gaps = all_targets(), [], list[CellGap]()
    open_gaps: dict[int, CellGap | None] = {}
    for number, moment in enumerate(forecast(cells, at=at, until=later(at, AHEAD), catalogue=catalogue)):
        for place in moment.changed if number else range(len(cells)):
            is_gap = state_of(filled_count(moment.tallies[place]), targets.of(cells[place])) is State.GAP
            if not number:
                silent += [place] if not moment.tallies[place].total else []
                open_gaps |= {place: None} if is_gap else {}  # a gap now already; what becomes of it is not foretold
            elif is_gap and place not in open_gaps:
                gaps.append(gap := CellGap(place, moment.at, moment.ended))
                open_gaps[place] = gap
            elif not is_gap and (closed := open_gaps.get(place)):
                closed.until = closed.until or moment.at
    for place in silent:
        yield _silent(cells[place])
    endings = _endings({pk for gap in gaps for pk in gap.ended})
    for gap in gaps:
        yield _gap(gap, cells[gap.place], targets, endings, catalogue)


def _silent(cell: Query) -> Finding:
    [stage] = cell.stages
    who = audience(cell)
    message = f"{stage.title} has nothing to say to {who}."
    remedy = f"Publish something for {who} at {stage.title}, or widen whom a text there is for."
    if stage.is_entry:
        remedy += " The journey begins here."
    return Finding("silent_stage", of_stage(stage), context_of(cell, stage), message, remedy, id_evidence([]))


def _endings(editions: set[int]) -> list[Edition]:
    known = Edition.objects.filter(pk__in=editions).select_related("asset", "locale").order_by("pk")
    return list(known.defer("document", "steps", "teasers", "warnings"))


def _gap(gap: CellGap, cell: Query, targets: Targets, endings: list[Edition], catalogue: Catalogue) -> Finding:
    [stage] = cell.stages
    chain = catalogue.chains[cell.locale.pk]
    ends = [
        edition
        for edition in endings
        if edition.pk in gap.ended
        and edition.locale_id in chain
        and best_match(edition.placements, cell, catalogue.atlas).placement
    ]
    who, day = audience(cell), day_of(gap.start)
    titles = " and ".join(f"“{edition.title}”" for edition in ends)
    until = f", until {day_of(gap.until)}" if gap.until else ""
    message = f"From {day} on{until} there is too little for {who} at {stage.title}"
    message += f": {titles} ends." if len(ends) == 1 else f": {titles} end." if ends else "."
    evidence: dict[str, Any] = {
        **id_evidence([edition.asset.public_id for edition in ends]),
        "from": as_rfc3339(gap.start),
        "until": as_rfc3339(gap.until) if gap.until else None,
        "editions": [
            {"asset": edition.asset.public_id, "locale": edition.locale.code, "number": edition.number}
            for edition in ends
        ],
        "minimum": targets.of(cell).minimum,
    }
    remedy = f"Before {day} prolong what ends then, or schedule something for {who} at {stage.title}."
    return Finding("future_gap", of_stage(stage), context_of(cell, stage), message, remedy, evidence)


def score_of(readers: Sequence[Query], *, at: datetime, catalogue: Catalogue) -> float | None:
    """The share of cells, each of ``readers`` at each stage, that are no gap; ``None`` without any. Five statements."""
    stages = catalogue.atlas.stages_of[readers[0].journey.pk] if readers and readers[0].journey else []
    cells = [reader.at_stage(stage) for reader in readers for stage in stages]
    if not cells:
        return None
    targets = all_targets()
    tallies = tally(cells, at=at, catalogue=catalogue)
    states = [state_of(filled_count(one), targets.of(cell)) for one, cell in zip(tallies, cells, strict=True)]
    return 1 - states.count(State.GAP) / len(cells)


def share_findings(journey: Journey, readers: Sequence[Query], *, at: datetime, catalogue: Catalogue) -> list[Finding]:
    """``unbalanced``, ``kinds_missing`` and ``terms_missing`` for whoever reads in the languages and on the channels
    of ``readers``.

    What is recommended are the targets that name a stage of the journey and a kind or a term. Five statements.
    """
    whole = list({replace(reader, segment=None): None for reader in readers})
    shares = [(reader, stage_questions(reader, catalogue)) for reader in whole]
    recommended = questions_of(_recommended(journey), whole)
    asked = [*(question for _, questions in shares for question in questions), *recommended]
    tallies = tally(asked, at=at, catalogue=catalogue) if asked else []
    found, place = [], 0
    for reader, questions in shares:
        own = tallies[place : place + len(questions)]
        place += len(questions)
        balance = balance_of(questions, own)
        told = [{"stage": one.stage.slug, "total": one.total, "share": round(one.share, 4)} for one in balance.shares]
        for fault in balance.faults if any(share.total for share in balance.shares) else ():
            message, remedy = str(FAULTS[fault]), str(REMEDIES[fault])
            evidence = {"shares": told}
            found.append(
                Finding("unbalanced", of_journey(journey), context_of(reader), message, remedy, evidence, detail=fault)
            )
    for (query, target), one in zip(recommended.items(), tallies[place:], strict=True):
        if one.total < (target.minimum or 0):
            found.append(_missing(target, query, one.total))
    return found


REMEDIES = {
    "all_on_the_sale": "Write for those who come to it, and for those who have bought.",
    "nothing_after": "Publish something for those who have bought: a thank-you, how to begin, where to get help.",
}


def _recommended(journey: Journey) -> list[Target]:
    some = Q(kind__isnull=False) | Q(term__isnull=False)
    named = Target.objects.filter(some, stage__journey=journey, minimum__isnull=False)
    return list(named.select_related(*TOLD).order_by("stage__position", "pk"))


def _missing(target: Target, query: Query, count: int) -> Finding:
    """What is recommended, and is not there as often as it should be."""
    [stage] = query.stages
    name, minimum = target_text(target), target.minimum
    there = f"only {count} of at least {minimum}" if count else "none"
    why = f" {target.note.rstrip('.')}." if target.note else ""
    return Finding(
        "terms_missing" if target.term else "kinds_missing",
        of_stage(stage),
        context_of(query, stage),
        f"{stage.title} should have {name}, and has {there}.",
        f"Publish {name} at {stage.title}.{why}",
        {**slugs_of(target), "minimum": minimum, "total": count},
        detail=":".join(slugs_of(target).values()),
    )
