"""How findings are told on their page: what, where, by what it was seen, and the score as a line."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.text import get_text_list
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from content.admin.local_time import localise_instants
from content.audit.finding import CODES
from content.models import Asset, Assignment
from journeys.admin.urls import admin_url
from journeys.models import Channel, Journey, Stage, Touchpoint

HEADS = {
    "error": ("Errors", "Readers are left with nothing, or nowhere to go."),
    "warning": ("Warnings", "Readers soon will be, or are served badly."),
    "note": ("Notes", "Worth knowing."),
}
PATH_TOLD = 8  # steps of a walk
WIDE, HIGH = 600, 100  # of the line, in its own units


def counted(counts):
    """``2 errors, 1 warning and no notes``."""
    words = [f"{counts[word] or 'no'} {word}{'' if counts[word] == 1 else 's'}" for word in HEADS]
    return get_text_list(words, _("and"))


class SubjectLinks:
    """Where in the admin subjects of findings are, for those that ``user`` may see. Two queries at most."""

    def __init__(self, subjects, journey, catalogue, user):
        subjects = set(subjects)
        ids = {kind: {uid for found, uid in subjects if found == kind} for kind in ("asset", "touchpoint")}
        assets = Asset.objects.in_bulk(ids["asset"], field_name="uid") if ids["asset"] else {}
        self.assets = {one.public_id: one for one in assets.values()}
        touchpoints = Touchpoint.objects.in_bulk(ids["touchpoint"], field_name="slug") if ids["touchpoint"] else {}
        stages = {one.slug: one for one in catalogue.atlas.stages_of[journey.pk]}
        self.stages = stages
        self.known = {
            "asset": (Asset, self.assets),
            "stage": (Stage, stages),
            "touchpoint": (Touchpoint, touchpoints),
            "channel": (Channel, catalogue.atlas.channels),
            "journey": (Journey, {journey.slug: journey}),
        }
        self.seen = {
            kind for kind, (model, _) in self.known.items() if user.has_perm(f"{model._meta.app_label}.view_{kind}")
        }

    def link(self, kind, uid):
        """Empty where there is none."""
        model, things = self.known[kind]
        return admin_url(model, "change", things[uid].pk) if kind in self.seen and uid in things else ""

    def title(self, kind, uid):
        thing = self.known[kind][1].get(uid, uid)
        return getattr(thing, "title", None) or str(thing)


def faults_of(shown, choices):
    """What is shown, by fault: how it is called, how many of it there are, and the way to these alone; none where
    there is but one."""
    counts = Counter(one.code for one in shown)
    rest = [(name, word) for name, word in choices if name != "code"]
    told = [(code.replace("_", " "), n, f"?{urlencode([*rest, ('code', code)])}") for code, n in counts.items()]
    return told if len(told) > 1 else []


@dataclass(frozen=True)
class FindingGroup:
    what: str
    words: str
    name: str
    link: str
    where: str
    message: str
    evidence: list[str]
    remedy: str
    to: str
    note: str
    until: object
    assign: str
    accept: str


def sections(page, places, catalogue, choices):
    """The findings of a page by severity: heading, what it means, rows. One query."""
    notes = dict(Assignment.objects.filter(key__in=[one.key for one in page]).values_list("key", "note"))
    rows = [(one.severity, _row(one, notes.get(one.key, ""), places, catalogue, choices)) for one in page]
    return [
        (str(severity), *HEADS[severity], [row for _, row in some])
        for severity, some in groupby(rows, lambda two: two[0])
    ]


def _row(one, note, places, catalogue, choices):
    words = urlencode([("key", one.key), *choices])
    return FindingGroup(
        what=one.code.replace("_", " "),
        words=CODES[one.code].words,
        name=one.subject.title,
        link=places.link(one.subject.type, one.subject.id),
        where=context_text(one.context, places, catalogue, one.subject.id),
        message=localise_instants(one.message),
        evidence=evidence_lines(one),
        remedy=one.remedy,
        to=one.assigned_to or "",
        note=note,
        until=one.waived_until,
        assign=f"{reverse('findings-assign')}?{words}",
        accept=f"{reverse('findings-accept')}?{words}",
    )


def context_text(context, places, catalogue, uid):
    """``at Care, for Families, in English``; stage or channel are left out where the subject, by its id, is it."""
    atlas = catalogue.atlas
    stage = context.stage if context.stage != uid else None
    on = context.channel if context.channel != uid else None
    segment = atlas.segments.get(context.segment)
    channel = atlas.channels.get(on)
    locale = catalogue.locales.get(context.locale)
    told = [
        stage and f"at {getattr(places.stages.get(stage), 'title', stage)}",
        context.segment and f"for {segment.title if segment else context.segment}",
        context.locale and f"in {locale.title if locale else context.locale}",
        on and f"on {channel.title if channel else on}",
    ]
    return ", ".join(word for word in told if word) or "everywhere"


def evidence_lines(one):
    """By what it was seen, in short sentences."""
    seen, told = one.evidence, []
    if path := [step.get("title") or step.get("stage", "") for step in seen.get("path") or ()]:
        more = " → …" if len(path) > PATH_TOLD else ""
        told.append(f"Walked: {' → '.join(path[:PATH_TOLD])}{more}")
    for name, word in (("from", "From"), ("until", "Until"), ("date", "On")):
        if seen.get(name):
            at = parse_datetime(str(seen[name])) if "T" in str(seen[name]) else None
            told.append(f"{word} {localtime(at):%Y-%m-%d %H:%M}" if at else f"{word} {seen[name]}")
    if (count := seen.get("count", 0)) > 1:
        told.append(f"{count} assets")
    if "total" in seen and "minimum" in seen:
        told.append(f"There {'is' if seen['total'] == 1 else 'are'} {seen['total']}, of {seen['minimum']} at least")
    return told


def finding_line(runs):
    """The score of each day, oldest first, as a line; ``None`` where no day has one."""
    days = [(run.date, run.score, run.counts) for run in reversed(runs)]
    scored = [(day, score) for day, score, _ in days if score is not None]
    if not scored:
        return None
    first, last = scored[0], scored[-1]
    span = (last[0] - first[0]).days or 1
    dots = [(round(WIDE * (day - first[0]).days / span, 1), round(HIGH * (1 - score), 1)) for day, score in scored]
    return {
        "points": " ".join(f"{x},{y}" for x, y in dots),
        "last": dots[-1],
        "title": f"Score of the coverage, {first[0]} to {last[0]}" if len(scored) > 1 else "Score of the coverage",
        "told": f"{first[1]:.0%} on {first[0]}, {last[1]:.0%} on {last[0]}; "
        f"at least {min(score for _, score in scored):.0%}, at most {max(score for _, score in scored):.0%}.",
        "now": f"{last[1]:.0%}",
        "days": len(scored),
        "rows": [
            (day, "–" if score is None else f"{score:.0%}", *(counts.get(word, 0) for word in HEADS))
            for day, score, counts in reversed(days)
        ],
    }
