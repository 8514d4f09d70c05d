"""Where nothing new has come for longer than a target says it should."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from content.audit.finding import Finding, Subject, audience, context_of, id_evidence, of_journey, of_stage
from content.audit.target_questions import TOLD, questions_of, slugs_of, target_text
from content.catalogue import Catalogue
from content.delivery.select import Newest, newest, select
from content.instants import day_of
from content.models import Target
from content.query import Query
from journeys.models import Journey


def quiet_findings(
    journey: Journey, readers: Sequence[Query], said: Sequence[Finding], *, at: datetime, catalogue: Catalogue
) -> Iterator[Finding]:
    """``gone_quiet`` of each target that says how often there should be something new, for whoever reads in the
    languages and on the channels of ``readers``. One statement, and one more for every hundred questions.

    Days are those of the project's zone. Where there is nothing at all it is left out if ``said`` tells of that.
    """
    stages = tuple(catalogue.atlas.stages_of[journey.pk])
    whole = list({replace(reader, segment=None, stages=stages): None for reader in readers if stages})
    asked = questions_of(_with_rhythm(journey), whole)
    lasts = newest([select(query, at=at, catalogue=catalogue) for query in asked])
    today = day_of(at)
    for (query, target), last in zip(asked.items(), lasts, strict=True):
        days = (today - day_of(last.live_from)).days if last else None
        if days is None or days > (target.fresh_days or 0):
            found = _quiet(target, query, last, days, journey)
            if last or not any(_tells(one, found) for one in said):
                yield found


def _with_rhythm(journey: Journey) -> list[Target]:
    named = Target.objects.filter(Q(journey=None) | Q(journey=journey), fresh_days__isnull=False)
    return list(named.select_related(*TOLD).order_by("pk"))


def _quiet(target: Target, query: Query, last: Newest | None, days: int | None, journey: Journey) -> Finding:
    name, most = target_text(target), target.fresh_days
    where = _where(target, query, journey)
    date = str(day_of(last.live_from)) if last else None
    if last:
        new = f"No new {name}" if name else "Nothing new"
        message = f"{new} for {where} since {date}, {days} days ago; it should be {most} at most."
    else:
        message = f"No {name}" if name else "Nothing"
        message += f" for {where} at all; the newest should be {most} days old at most."
    return Finding(
        "gone_quiet",
        _subject(target, journey),
        context_of(query, target.stage),
        message,
        f"Publish something new for {where}, or bring up to date what is there.",
        {**id_evidence([last.public_id] if last else []), **slugs_of(target), "date": date, "fresh_days": most},
        detail=":".join(slugs_of(target).values()),
    )


def _where(target: Target, query: Query, journey: Journey) -> str:
    at_stage = f" at {target.stage.title}" if target.stage else ""
    on_channel = f" on {target.channel.title}" if target.channel else ""
    return audience(query) + (at_stage + on_channel or f" in {journey.title}")


def _subject(target: Target, journey: Journey) -> Subject:
    """The stage, else the channel, else the journey."""
    if target.stage:
        return of_stage(target.stage)
    return Subject("channel", target.channel.slug, target.channel.title) if target.channel else of_journey(journey)


def _tells(said: Finding, quiet: Finding) -> bool:
    """Whether that says already that there is nothing at all: of these readers or of all, on the channel or on any."""
    there, here = said.context, quiet.context
    if said.code in ("kinds_missing", "terms_missing"):
        return (there, said.detail) == (here, quiet.detail)
    if said.code != "silent_stage" or (there.stage, there.locale) != (here.stage, here.locale):
        return False
    whoever = not quiet.detail and here.segment is None  # nothing at all: then there is nothing for anybody
    return (whoever or here.segment == there.segment) and there.channel in (None, here.channel)
