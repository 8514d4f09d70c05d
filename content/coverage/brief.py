"""A draft at the place of a cell, with a brief for whoever writes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.catalogue import Catalogue
from content.coverage.count import tally
from content.coverage.matrix import filled_count
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
    """What is ordered, before it is: a name, the text of the brief, and the kinds it may be, those missing first."""

    name: str
    text: str
    kinds: list[KindCount]


def stage_of(query: Query) -> Stage | None:
    """Returns the stage of a cell that a brief can be written for: there is one where exactly one is asked for."""
    return query.stages[0] if len(query.stages) == 1 else None


def draft_brief(query: Query, *, at: datetime, catalogue: Catalogue) -> Brief:
    """Returns the brief for the cell ``query`` asks about, as of ``at``. Five statements.

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
    questions = [*(replace(query, kinds=(kind.pk,)) for kind in kinds)]
    questions += [replace(query, terms=Terms(all=(term,))) for term in terms]
    tallies = tally(questions, at=at, catalogue=catalogue) if questions else []
    counts = [filled_count(answer) for answer in tallies]
    kind_counts = _kind_counts(query, stage, targets, zip(kinds, questions, counts, strict=False))
    term_counts = list(zip(terms, counts[len(kinds) :], strict=True))
    text = "\n".join(_lines(query, stage, kind_counts, term_counts, catalogue))
    return Brief(_name(query, stage), text, kind_counts)


def briefs_at(query: Query) -> QuerySet[Asset]:
    """Returns the open briefs at the very place of a cell, its terms and kinds apart; the first due first."""
    placements = Placement.objects.filter(asset=OuterRef("pk"), stage=stage_of(query))
    for name, value, model in (("segments", query.segment, Segment), ("channels", query.channel, Channel)):
        placements = placements.filter(**{name: value if isinstance(value, model) else None})
    return open_briefs(Asset.objects.filter(Exists(placements)).select_related("owner"))


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
    """Writes a draft of ``kind`` placed where the cell is: its stage, and its segment, channel and terms if it names
    any.

    Its name is the stage's question and its brief what ``draft_brief`` says as of ``as_of``, else of ``at``, when it is
    made; nothing of it is seen by readers. Recorded as the first revision of its history. Refuses (``no_stage``) as
    ``draft_brief`` does, (``not_this_kind``) a kind that the cell does not take, and (``PermissionDenied``) whoever may
    not add assets.
    """
    if not by.has_perm(ADD_ASSET):
        raise PermissionDenied(_("You may not add assets."))
    brief, stage = draft_brief(query, at=as_of or at, catalogue=catalogue), _stage(query)
    if kind.pk not in [choice.kind.pk for choice in brief.kinds]:
        message = _("This cell does not take the kind “%(kind)s”; choose another.") % {"kind": kind.title}
        raise ValidationError(message, code="not_this_kind")
    with transaction.atomic():
        asset = Asset.objects.create(name=brief.name, kind=kind, owner=owner, brief=brief.text, due=due)
        placement = Placement.objects.create(asset=asset, stage=stage)
        placement.segments.set([query.segment] if isinstance(query.segment, Segment) else [])
        placement.channels.set([query.channel] if isinstance(query.channel, Channel) else [])
        asset.terms.set(_terms(query))
        keep(asset, by=by, at=at, why=_("written as a brief"))
    return asset


def _stage(query: Query) -> Stage:
    stage = stage_of(query)
    if stage is None:
        raise ValidationError(_("A brief is for one stage: choose a cell at one."), code="no_stage")
    return stage


def _recommended_terms(query: Query, stage: Stage, targets: Targets, catalogue: Catalogue) -> list[Term]:
    """Returns the terms recommended at the stage; none where the cell names its own."""
    recommended = {
        target.term_id
        for target in targets.recommended(stage)
        if target.kind_id is None or target.kind_id in query.kinds
    }
    return [term for term in catalogue.terms.values() if term.pk in recommended and not _terms(query)]


def _kind_counts(
    query: Query, stage: Stage, targets: Targets, counts: Iterable[tuple[Kind, Query, int]]
) -> list[KindCount]:
    """Returns the kinds that the cell takes: recommended ones that are missing, other recommended ones, the rest."""
    terms = {None, *(term.pk for term in _terms(query))}
    recommended = {target.kind_id for target in targets.recommended(stage) if target.term_id in terms}
    result = [KindCount(kind, kind.pk in recommended, count, targets.of(question)) for kind, question, count in counts]
    return sorted(result, key=lambda choice: (not choice.missing, not choice.recommended, choice.kind.title))


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
    """Yields a line for each thing that a writer should know, those without a value left out."""
    segment = query.segment if isinstance(query.segment, Segment) else None
    channel = query.channel if isinstance(query.channel, Channel) else None
    counts = [(choice.kind.title, choice.count) for choice in kinds if choice.recommended]
    lines = (
        (_("Stage"), _("%(stage)s (%(journey)s)") % {"stage": stage.title, "journey": stage.journey.title}),
        (_("What we do there"), stage.purpose),
        (_("The customer asks"), stage.question),
        (_("The customer needs"), stage.need),
        (_("What stands in the way"), stage.barrier),
        (_("Goals"), "; ".join(stage.goals)),
        (_("For"), _audience(segment, catalogue)),
        (_("About them"), segment.description if segment else ""),
        (_("Channel"), channel.title if channel else ""),
        (_("Limits of the channel"), ", ".join(_limits(channel)) if channel else ""),
        (_("Terms"), ", ".join(term.title for term in _terms(query))),
        (_("Language"), query.locale.title),
        (_("Kinds recommended"), _with_counts(counts)),
        (_("Terms recommended"), _with_counts([(term.title, count) for term, count in terms])),
        (_("Channels recommended"), "; ".join(_channels(stage, catalogue))),
    )
    return (f"{label}: {' '.join(value.split())}" for label, value in lines if value)


def _audience(segment: Segment | None, catalogue: Catalogue) -> str:
    """The segment below its ancestors, outermost first."""
    line = catalogue.atlas.line(segment.pk) if segment else []
    return " › ".join(catalogue.atlas.segments_by_id[pk].title for pk in reversed(line)) or _("everyone")


def _with_counts(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(_("%(title)s (%(count)d there)") % {"title": title, "count": count} for title, count in counts)


def _channels(stage: Stage, catalogue: Catalogue) -> Iterable[str]:
    for item in catalogue.atlas.recommendations.get(stage.pk, []):
        yield f"{item.channel.title}: {item.role}" if item.role else item.channel.title


def _limits(channel: Channel) -> Iterable[str]:
    if most := channel.title_limit:
        yield ngettext("title of at most %d character", "title of at most %d characters", most) % most
    if most := channel.summary_limit:
        yield ngettext("summary of at most %d character", "summary of at most %d characters", most) % most


def _terms(query: Query) -> list[Term]:
    """Those an asset must carry to answer: all of these and, of alternatives, the first of each vocabulary."""
    first = {term.vocabulary_id: term for term in reversed(query.terms.any)}
    return [*query.terms.all, *(term for pk, term in first.items() if term not in query.terms.all)]
