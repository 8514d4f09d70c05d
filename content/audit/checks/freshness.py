"""Where nothing new has come for longer than a target says it should."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.audit.evidence import Evidence, id_evidence
from content.audit.finding import Finding, Subject, audience, context_of, of_journey, of_stage
from content.audit.target_questions import RELATED, questions_of, target_detail, target_slugs, target_text
from content.catalogue import Catalogue
from content.delivery.select import Newest, newest, select
from content.instants import day_of
from content.models import Target
from content.query import Query
from journeys.models import Journey


def quiet_findings(
    journey: Journey, readers: Sequence[Query], earlier: Sequence[Finding], *, at: datetime, catalogue: Catalogue
) -> Iterator[Finding]:
    """Yields ``gone_quiet`` of each target that says how often there should be something new, for whoever reads in the
    languages and on the channels of ``readers``. One statement, and one more for every hundred questions.

    Days are those of the project's zone. Where there is nothing at all it is left out if an ``earlier`` finding says
    so.
    """
    stages = tuple(catalogue.atlas.stages_of[journey.pk])
    whole = list({replace(reader, segment=None, stages=stages): None for reader in readers if stages})
    questions = questions_of(_with_rhythm(journey), whole)
    lasts = newest([select(query, at=at, catalogue=catalogue) for query in questions])
    today = day_of(at)
    for (query, target), last in zip(questions.items(), lasts, strict=True):
        days = (today - day_of(last.live_from)).days if last else None
        if days is None or days > (target.fresh_days or 0):
            finding = _quiet(target, query, last, days or 0, journey)
            if last or not any(_says_so(other, finding) for other in earlier):
                yield finding


def _with_rhythm(journey: Journey) -> list[Target]:
    targets = Target.objects.filter(Q(journey=None) | Q(journey=journey), fresh_days__isnull=False)
    return list(targets.select_related(*RELATED).order_by("pk"))


def _quiet(target: Target, query: Query, last: Newest | None, days: int, journey: Journey) -> Finding:
    where = _where(target, query, journey)
    evidence: Evidence = {
        **id_evidence([last.public_id] if last else []),
        **target_slugs(target),
        "date": str(day_of(last.live_from)) if last else None,
        "fresh_days": target.fresh_days,
    }
    return Finding(
        "gone_quiet",
        _subject(target, journey),
        context_of(query, target.stage),
        _message(target, where, last, days),
        _("Publish something new for %(where)s, or update what is there.") % {"where": where},
        evidence,
        detail=target_detail(target),
    )


def _message(target: Target, where: str, last: Newest | None, days: int) -> str:
    content, most = target_text(target), target.fresh_days or 0
    words = {"content": content, "where": where, "days": days, "most": most}
    if last is None and content:
        message = ngettext(
            "No %(content)s for %(where)s at all; the newest should be at most %(most)d day old.",
            "No %(content)s for %(where)s at all; the newest should be at most %(most)d days old.",
            most,
        )
        return message % words
    if last is None:
        message = ngettext(
            "Nothing for %(where)s at all; the newest should be at most %(most)d day old.",
            "Nothing for %(where)s at all; the newest should be at most %(most)d days old.",
            most,
        )
        return message % words
    message = ngettext(
        "Nothing new for %(where)s since %(day)s, %(days)d day ago; it should be %(most)d at most.",
        "Nothing new for %(where)s since %(day)s, %(days)d days ago; it should be %(most)d at most.",
        days,
    )
    if content:
        message = ngettext(
            "No new %(content)s for %(where)s since %(day)s, %(days)d day ago; it should be %(most)d at most.",
            "No new %(content)s for %(where)s since %(day)s, %(days)d days ago; it should be %(most)d at most.",
            days,
        )
    return message % {**words, "day": date_format(day_of(last.live_from))}


def _where(target: Target, query: Query, journey: Journey) -> str:
    """For whom and where, to go on from “for”."""
    words = {
        "audience": audience(query),
        "stage": target.stage and target.stage.title,
        "channel": target.channel and target.channel.title,
        "journey": journey.title,
    }
    if target.stage and target.channel:
        return _("%(audience)s at %(stage)s on %(channel)s") % words
    if target.stage:
        return _("%(audience)s at %(stage)s") % words
    return (_("%(audience)s on %(channel)s") if target.channel else _("%(audience)s in %(journey)s")) % words


def _subject(target: Target, journey: Journey) -> Subject:
    """The stage, else the channel, else the journey."""
    if target.stage:
        return of_stage(target.stage)
    return Subject("channel", target.channel.slug, target.channel.title) if target.channel else of_journey(journey)


def _says_so(other: Finding, quiet: Finding) -> bool:
    """Whether ``other`` says already that there is nothing at all: of these readers or of all, on the channel or on
    any."""
    there, here = other.context, quiet.context
    if other.code in ("kinds_missing", "terms_missing"):
        return (there, other.detail) == (here, quiet.detail)
    if other.code != "silent_stage" or (there.stage, there.locale) != (here.stage, here.locale):
        return False
    whoever = not quiet.detail and here.segment is None  # nothing at all: then there is nothing for anybody
    return (whoever or here.segment == there.segment) and there.channel in (None, here.channel)
