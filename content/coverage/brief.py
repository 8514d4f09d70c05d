"""A draft at the place of a cell, with words for whoever writes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import Truncator

from content.catalogue import Catalogue
from content.coverage.count import tally
from content.coverage.matrix import filled
from content.coverage.targets import Bounds, Targets, all_targets
from content.drafts.history import keep
from content.drafts.queues import open_briefs
from content.models import Asset, Kind, Placement, Term
from content.permissions import ADD_ASSET
from content.query import Query, Terms
from journeys.models import Channel, Segment, Stage

LONGEST_NAME = 200


@dataclass(frozen=True)
class KindCount:
    """A kind, whether it is recommended at the cell's stage, and how much of it counts there: ``bounds`` say how much
    should."""

    kind: Kind
    recommended: bool
    count: int
    bounds: Bounds

    @property
    def missing(self) -> bool:
        return self.recommended and self.count < max(self.bounds.minimum, 1)


@dataclass(frozen=True)
class Brief:
    """What is ordered, before it is: a name, the words of the brief, and the kinds it may be, those missing first."""

    name: str
    text: str
    kinds: list[KindCount]


def stage_of(query: Query) -> Stage | None:
    """The stage of a cell that a brief can be written for: there is one where exactly one is asked for."""
    return query.stages[0] if len(query.stages) == 1 else None


def draft_brief(query: Query, *, at: datetime, catalogue: Catalogue) -> Brief:
    """The brief for the cell ``query`` asks about, as of ``at``. Five statements.

    Refuses (``no_stage``) a cell that is not at one stage.
    """
    stage = _stage(query)
    targets = all_targets()
    terms = _recommended_terms(query, stage, targets, catalogue)
    kinds = [
        kind
        for kind in catalogue.kinds.values()
        if kind.pk in (query.kinds or catalogue.kinds_by_id) and kind.pk not in query.kinds_none
    ]
    asked = [*(replace(query, kinds=(kind.pk,)) for kind in kinds)]
    asked += [replace(query, terms=Terms(all=(term,))) for term in terms]
    counts = [filled(one) for one in tally(asked, at=at, catalogue=catalogue)] if asked else []
    there = _kinds(query, stage, targets, list(zip(kinds, asked, counts, strict=False)))
    missed = list(zip(terms, counts[len(kinds) :], strict=True))
    return Brief(_name(query, stage), "\n".join(_lines(query, stage, there, missed, catalogue)), there)


def ordered(query: Query) -> QuerySet[Asset]:
    """The open briefs at the very place of a cell, its terms and kinds apart; the first due first."""
    placed = Placement.objects.filter(asset=OuterRef("pk"), stage=stage_of(query))
    for name, there, tag in (("segments", query.segment, Segment), ("channels", query.channel, Channel)):
        placed = placed.filter(**{name: there if isinstance(there, tag) else None})
    return open_briefs(Asset.objects.filter(Exists(placed)).select_related("owner"))


def write_brief(
    query: Query,
    *,
    kind: Kind,
    owner: User | None,
    due: date | None,
    by: User,
    at: datetime,
    catalogue: Catalogue,
    as_of: datetime | None = None,
) -> Asset:
    """A draft of ``kind`` placed where the cell is: its stage, its segment, its channel and terms if it names any.

    Its name is the stage's question and its brief what ``draft_brief`` says as of ``as_of``, else of ``at``, when it is
    made; nothing of it is seen by readers. Kept as the first revision of its history. Refuses (``no_stage``) as
    ``draft_brief`` does, (``not_this_kind``) a kind that the cell does not take, and (``PermissionDenied``) whoever may
    not add assets.
    """
    if not by.has_perm(ADD_ASSET):
        raise PermissionDenied("You may not add assets.")
    brief, stage = draft_brief(query, at=as_of or at, catalogue=catalogue), _stage(query)
    if kind.pk not in [one.kind.pk for one in brief.kinds]:
        raise ValidationError(f"The cell takes no {kind.title}; choose another kind.", code="not_this_kind")
    with transaction.atomic():
        asset = Asset.objects.create(name=brief.name, kind=kind, owner=owner, brief=brief.text, due=due)
        placement = Placement.objects.create(asset=asset, stage=stage)
        placement.segments.set([query.segment] if isinstance(query.segment, Segment) else [])
        placement.channels.set([query.channel] if isinstance(query.channel, Channel) else [])
        asset.terms.set(_terms(query))
        keep(asset, by=by, at=at, why="written as a brief")
    return asset


def _stage(query: Query) -> Stage:
    stage = stage_of(query)
    if stage is None:
        raise ValidationError("A brief is for one stage: choose a cell at one.", code="no_stage")
    return stage


def _recommended_terms(query: Query, stage: Stage, targets: Targets, catalogue: Catalogue) -> list[Term]:
    """The terms recommended at the stage; none where the cell names its own."""
    there = {one.term_id for one in targets.recommended(stage) if one.kind_id is None or one.kind_id in query.kinds}
    return [term for term in catalogue.terms.values() if term.pk in there and not _terms(query)]


def _kinds(query: Query, stage: Stage, targets: Targets, counted: Iterable[tuple[Kind, Query, int]]) -> list[KindCount]:
    """The kinds that the cell takes: recommended ones that are missing, other recommended ones, the rest."""
    terms = {None, *(term.pk for term in _terms(query))}
    recommended = {one.kind_id for one in targets.recommended(stage) if one.term_id in terms}
    found = [KindCount(kind, kind.pk in recommended, count, targets.of(question)) for kind, question, count in counted]
    return sorted(found, key=lambda one: (not one.missing, not one.recommended, one.kind.title))


def _name(query: Query, stage: Stage) -> str:
    """The stage's question and, where the cell is for somebody, for whom: two briefs for two audiences differ."""
    question = " ".join(stage.question.split()) or stage.title
    whom = f" – {query.segment.title}" if isinstance(query.segment, Segment) else ""
    return Truncator(question).chars(LONGEST_NAME - len(whom[:100])) + whom[:100]


def _lines(
    query: Query,
    stage: Stage,
    kinds: Sequence[KindCount],
    terms: Sequence[tuple[Term, int]],
    catalogue: Catalogue,
) -> Iterable[str]:
    atlas = catalogue.atlas
    segment = query.segment if isinstance(query.segment, Segment) else None
    channel = query.channel if isinstance(query.channel, Channel) else None
    line = [atlas.segments_by_id[pk] for pk in atlas.line(segment.pk)] if segment else []
    recommended = [one for one in kinds if one.recommended]
    told = {
        "Stage": f"{stage.title} ({stage.journey.title})",
        "What we do there": stage.purpose,
        "The customer asks": stage.question,
        "The customer needs": stage.need,
        "What stands in the way": stage.barrier,
        "Goals": "; ".join(stage.goals),
        "For": " › ".join(one.title for one in reversed(line)) or "everyone",
        "About them": segment.description if segment else "",
        "Where": channel.title if channel else "",
        "Limits there": _limits(channel),
        "Terms": ", ".join(term.title for term in _terms(query)),
        "Language": query.locale.title,
        "Kinds recommended": ", ".join(f"{one.kind.title} ({one.count} there)" for one in recommended),
        "Terms recommended": ", ".join(f"{term.title} ({count} there)" for term, count in terms),
        "Channels recommended": "; ".join(
            f"{one.channel.title}: {one.role}" if one.role else one.channel.title
            for one in atlas.recommendations.get(stage.pk, [])
        ),
    }
    return (f"{name}: {' '.join(words.split())}" for name, words in told.items() if words)


def _limits(channel: Channel | None) -> str:
    limits = {"title": channel.title_limit, "summary": channel.summary_limit} if channel else {}
    return ", ".join(f"{name} of at most {most} characters" for name, most in limits.items() if most)


def _terms(query: Query) -> list[Term]:
    """Those an asset must carry to answer: all of these and, of alternatives, the first of each vocabulary."""
    first = {term.vocabulary_id: term for term in reversed(query.terms.any)}
    return [*query.terms.all, *(term for pk, term in first.items() if term not in query.terms.all)]
