"""Where a journey has nothing to say, will soon have too little, or has it in the wrong places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from content.audit.evidence import Evidence, id_evidence
from content.audit.finding import Finding, audience, context_of, of_journey, of_stage
from content.audit.target_questions import RELATED, questions_of, target_detail, target_slugs, target_text
from content.catalogue import Catalogue
from content.coverage.balance import FAULTS, balance_of, stage_questions
from content.coverage.count import tally
from content.coverage.export import ShareJSON
from content.coverage.forecast import forecast
from content.coverage.matrix import CellState, filled_count, state_of
from content.coverage.targets import Targets, all_targets
from content.delivery.match import best_match
from content.instants import as_rfc3339, day_of, later
from content.models import Edition, Target
from content.query import Query
from journeys.models import Journey

AHEAD = timedelta(days=90)
REMEDIES = {  # of the ``FAULTS`` of a balance
    "all_on_the_sale": _lazy("Write for readers on their way to the purchase, and for those who have bought."),
    "nothing_after": _lazy(
        "Publish something for those who have bought: a thank-you, how to begin, where to get help."
    ),
}


@dataclass
class CellGap:
    """A cell, by its index, that is no gap now and will be: from when, until when if that is known, and the editions
    that end then."""

    index: int
    start: datetime
    ended: frozenset[int]
    until: datetime | None = None


def cell_findings(readers: Sequence[Query], *, at: datetime, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields ``silent_stage`` and ``future_gap`` of each of ``readers`` at each stage of their journey. Five
    statements.

    A stage is silent where ``select`` answers nothing, crosswalk and other languages included. A gap is what the
    coverage matrix calls one.
    """
    cells = _cells(readers, catalogue)
    if not cells:
        return
    targets, silent, gaps = all_targets(), [], list[CellGap]()
    open_gaps: dict[int, CellGap | None] = {}
    for number, moment in enumerate(forecast(cells, at=at, until=later(at, AHEAD), catalogue=catalogue)):
        for index in moment.changed if number else range(len(cells)):
            is_gap = state_of(filled_count(moment.tallies[index]), targets.of(cells[index])) is CellState.GAP
            # The first moment is now, with all cells; each later one has only those that changed. Example for one cell
            # with a minimum of 2: 3 now, 1 from day 10, 2 from day 40: one gap, from day 10 until day 40. With 1 now
            # nothing is said.
            if not number:
                silent += [index] if not moment.tallies[index].total else []
                open_gaps |= {index: None} if is_gap else {}  # a gap now already: nothing is said of its future
            elif is_gap and index not in open_gaps:
                gaps.append(gap := CellGap(index, moment.at, moment.ended))
                open_gaps[index] = gap
            elif not is_gap and (closed := open_gaps.get(index)):
                closed.until = closed.until or moment.at
    for index in silent:
        yield _silent(cells[index])
    editions = _editions({pk for gap in gaps for pk in gap.ended})
    for gap in gaps:
        yield _gap(gap, cells[gap.index], targets, editions, catalogue)


def _cells(readers: Sequence[Query], catalogue: Catalogue) -> list[Query]:
    """Each of ``readers``, who ask for one journey, at each of its stages."""
    stages = catalogue.atlas.stages_of[readers[0].journey.pk] if readers and readers[0].journey else []
    return [reader.at_stage(stage) for reader in readers for stage in stages]


def _silent(cell: Query) -> Finding:
    [stage] = cell.stages
    words = {"audience": audience(cell), "stage": stage.title}
    message = _("Nothing is shown to %(audience)s at %(stage)s.") % words
    remedy = _("Publish something for %(audience)s at %(stage)s, or widen the audience of a text there.") % words
    if stage.is_entry:
        remedy = f"{remedy} {_('The journey begins here.')}"
    return Finding("silent_stage", of_stage(stage), context_of(cell, stage), message, remedy, id_evidence([]))


def _editions(pks: set[int]) -> list[Edition]:
    editions = Edition.objects.filter(pk__in=pks).select_related("asset", "locale").order_by("pk")
    return list(editions.defer("document", "steps", "teasers", "warnings"))


def _gap(gap: CellGap, cell: Query, targets: Targets, editions: list[Edition], catalogue: Catalogue) -> Finding:
    [stage] = cell.stages
    chain = catalogue.chains[cell.locale.pk]
    ends = [
        edition
        for edition in editions
        if edition.pk in gap.ended
        and edition.locale_id in chain
        and best_match(edition.placements, cell, catalogue.atlas).placement
    ]
    evidence: Evidence = {
        **id_evidence([edition.asset.public_id for edition in ends]),
        "from": as_rfc3339(gap.start),
        "until": as_rfc3339(gap.until) if gap.until else None,
        "editions": [
            {"asset": edition.asset.public_id, "locale": edition.locale.code, "number": edition.number}
            for edition in ends
        ],
        "minimum": targets.of(cell).minimum,
    }
    words = {"audience": audience(cell), "stage": stage.title, "day": date_format(day_of(gap.start))}
    remedy = _("Before %(day)s extend what ends then, or schedule something for %(audience)s at %(stage)s.") % words
    return Finding(
        "future_gap", of_stage(stage), context_of(cell, stage), _gap_message(gap, words, ends), remedy, evidence
    )


def _gap_message(gap: CellGap, words: dict[str, str], ends: list[Edition]) -> str:
    message = _("From %(day)s on there is too little for %(audience)s at %(stage)s.") % words
    if gap.until:
        message = _("From %(day)s until %(until)s there is too little for %(audience)s at %(stage)s.")
        message %= {**words, "until": date_format(day_of(gap.until))}
    if not ends:
        return message
    titles = get_text_list([f"“{edition.title}”" for edition in ends], _("and"))
    reason = ngettext("%(titles)s ends then.", "%(titles)s end then.", len(ends)) % {"titles": titles}
    return f"{message} {reason}"


def score_of(readers: Sequence[Query], *, at: datetime, catalogue: Catalogue) -> float | None:
    """Returns the share of cells, each of ``readers`` at each stage, that are no gap; ``None`` without any. Five
    statements."""
    cells = _cells(readers, catalogue)
    if not cells:
        return None
    targets = all_targets()
    tallies = tally(cells, at=at, catalogue=catalogue)
    states = [state_of(filled_count(answer), targets.of(cell)) for answer, cell in zip(tallies, cells, strict=True)]
    return 1 - states.count(CellState.GAP) / len(cells)


def share_findings(journey: Journey, readers: Sequence[Query], *, at: datetime, catalogue: Catalogue) -> list[Finding]:
    """Returns ``unbalanced``, ``kinds_missing`` and ``terms_missing`` for whoever reads in the languages and on the
    channels of ``readers``.

    What is recommended are the targets that name a stage of the journey and a kind or a term. Five statements.
    """
    whole = list({replace(reader, segment=None): None for reader in readers})
    by_stage = [(reader, stage_questions(reader, catalogue)) for reader in whole]
    recommended = questions_of(_recommended(journey), whole)
    questions = [*(question for _, own in by_stage for question in own), *recommended]
    tallies = iter(tally(questions, at=at, catalogue=catalogue) if questions else [])
    findings = []
    for reader, own in by_stage:
        balance = balance_of(own, [next(tallies) for _ in own])
        shares: list[ShareJSON] = [
            {"stage": item.stage.slug, "total": item.total, "share": round(item.share, 4)} for item in balance.shares
        ]
        for fault in balance.faults if any(item.total for item in balance.shares) else ():
            message, remedy, evidence = str(FAULTS[fault]), str(REMEDIES[fault]), Evidence(shares=shares)
            subject, context = of_journey(journey), context_of(reader)
            findings.append(Finding("unbalanced", subject, context, message, remedy, evidence, detail=fault))
    for (query, target), answer in zip(recommended.items(), tallies, strict=True):
        if answer.total < (target.minimum or 0):
            findings.append(_missing(target, query, answer.total))
    return findings


def _recommended(journey: Journey) -> list[Target]:
    of_content = Q(kind__isnull=False) | Q(term__isnull=False)
    targets = Target.objects.filter(of_content, stage__journey=journey, minimum__isnull=False)
    return list(targets.select_related(*RELATED).order_by("stage__position", "pk"))


def _missing(target: Target, query: Query, count: int) -> Finding:
    """What is recommended, and is not there as often as it should be."""
    [stage] = query.stages
    words = {"stage": stage.title, "content": target_text(target), "count": count, "minimum": target.minimum}
    message = _("%(stage)s should have %(content)s, and has none.")
    if count:
        message = _("%(stage)s should have %(content)s, and has only %(count)d of at least %(minimum)d.")
    remedy = _("Publish %(content)s at %(stage)s.") % words
    return Finding(
        "terms_missing" if target.term else "kinds_missing",
        of_stage(stage),
        context_of(query, stage),
        message % words,
        f"{remedy} {target.note.rstrip('.')}." if target.note else remedy,
        {**target_slugs(target), "minimum": target.minimum, "total": count},
        detail=target_detail(target),
    )
