"""Findings as text: label, place, evidence and links of each row, counts, and the score as a line chart."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import localize
from django.utils.text import get_text_list
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from content.admin.findings.labels import SEVERITIES, code_label
from content.admin.local_time import localise_instants
from content.audit.finding import CODES
from content.models import Asset, Assignment
from journeys.admin.urls import admin_url
from journeys.models import Channel, Journey, Stage, Touchpoint

# By severity: how many there are, and that there are none.
COUNTS = {
    "error": (ngettext_lazy("%(count)d error", "%(count)d errors", "count"), gettext_lazy("no errors")),
    "warning": (ngettext_lazy("%(count)d warning", "%(count)d warnings", "count"), gettext_lazy("no warnings")),
    "note": (ngettext_lazy("%(count)d note", "%(count)d notes", "count"), gettext_lazy("no notes")),
}
MOST_STEPS = 8  # of a path in the evidence
WIDTH, HEIGHT = 600, 100  # of the chart, in units of its viewBox


def counts_text(counts):
    """``2 errors, 1 warning and no notes``."""
    texts = [
        counted % {"count": counts[severity]} if counts[severity] else none
        for severity, (counted, none) in COUNTS.items()
    ]
    return get_text_list(texts, _("and"))


class SubjectLinks:
    """Titles of the subjects of findings, and links to those that ``user`` may see. Two queries at most."""

    def __init__(self, subjects, journey, catalogue, user):
        subjects = set(subjects)
        ids = {kind: {uid for subject, uid in subjects if subject == kind} for kind in ("asset", "touchpoint")}
        assets = Asset.objects.in_bulk(ids["asset"], field_name="uid") if ids["asset"] else {}
        touchpoints = Touchpoint.objects.in_bulk(ids["touchpoint"], field_name="slug") if ids["touchpoint"] else {}
        self.stages = {stage.slug: stage for stage in catalogue.atlas.stages_of[journey.pk]}
        self.objects = {
            "asset": (Asset, {asset.public_id: asset for asset in assets.values()}),
            "stage": (Stage, self.stages),
            "touchpoint": (Touchpoint, touchpoints),
            "channel": (Channel, catalogue.atlas.channels),
            "journey": (Journey, {journey.slug: journey}),
        }
        self.visible = {
            kind for kind, (model, _) in self.objects.items() if user.has_perm(f"{model._meta.app_label}.view_{kind}")
        }

    def link(self, kind, uid):
        """The address of the subject's page; empty where it is gone or the user may not see it."""
        model, objects = self.objects[kind]
        return admin_url(model, "change", objects[uid].pk) if kind in self.visible and uid in objects else ""

    def title(self, kind, uid):
        subject = self.objects[kind][1].get(uid, uid)
        return getattr(subject, "title", None) or str(subject)


def count_by_code(findings, choices):
    """The findings by code: label, number and a link to these alone; empty where all have the same code."""
    counts = Counter(finding.code for finding in findings)
    others = [(name, value) for name, value in choices if name != "code"]
    rows = [(code_label(code), n, f"?{urlencode([*others, ('code', code)])}") for code, n in counts.items()]
    return rows if len(rows) > 1 else []


@dataclass(frozen=True)
class FindingRow:
    """One finding of the worklist; ``label`` and ``explanation`` are of its code."""

    label: str
    explanation: str
    name: str
    link: str
    where: str
    message: str
    evidence: list[str]
    remedy: str
    assignee: str
    note: str
    accepted_until: object
    assign: str
    accept: str


def sections(page, links, catalogue, choices):
    """The findings of a page by severity: severity, title, explanation, rows. One query."""
    keys = [finding.key for finding in page]
    notes = dict(Assignment.objects.filter(key__in=keys).values_list("key", "note"))
    rows = [
        (finding.severity, _row(finding, notes.get(finding.key, ""), links, catalogue, choices)) for finding in page
    ]
    # The audit's order is by severity, so each severity's rows stand together.
    return [
        (str(severity), *SEVERITIES[severity], [row for _, row in pairs])
        for severity, pairs in groupby(rows, lambda pair: pair[0])
    ]


def _row(finding, note, links, catalogue, choices):
    query = urlencode([("key", finding.key), *choices])
    return FindingRow(
        label=code_label(finding.code),
        explanation=CODES[finding.code].words,
        name=finding.subject.title,
        link=links.link(finding.subject.type, finding.subject.id),
        where=context_text(finding.context, links, catalogue, finding.subject.id),
        message=localise_instants(finding.message),
        evidence=evidence_lines(finding),
        remedy=finding.remedy,
        assignee=finding.assigned_to or "",
        note=note,
        accepted_until=finding.waived_until,
        assign=f"{reverse('findings-assign')}?{query}",
        accept=f"{reverse('findings-accept')}?{query}",
    )


def context_text(context, links, catalogue, uid):
    """``at Care, for Families, in English``; without the stage or channel that has the id ``uid`` of the subject."""
    atlas = catalogue.atlas
    phrases = []
    if context.stage and context.stage != uid:
        phrases.append(_("at %(stage)s") % {"stage": _title(links.stages, context.stage)})
    if context.segment:
        phrases.append(_("for %(segment)s") % {"segment": _title(atlas.segments, context.segment)})
    if context.locale:
        phrases.append(_("in %(language)s") % {"language": _title(catalogue.locales, context.locale)})
    if context.channel and context.channel != uid:
        phrases.append(_("on %(channel)s") % {"channel": _title(atlas.channels, context.channel)})
    return ", ".join(phrases) or _("everywhere")


def _title(objects, slug):
    """The title of what ``slug`` names; ``everyone`` and ``any``, which name no object, as they are."""
    return getattr(objects.get(slug), "title", slug)


def evidence_lines(finding):
    """The evidence of a finding as short sentences: path, dates, counts."""
    evidence, lines = finding.evidence, []
    if path := [step.get("title") or step.get("stage", "") for step in evidence.get("path") or ()]:
        steps = [*path[:MOST_STEPS], *(["…"] if len(path) > MOST_STEPS else [])]
        lines.append(_("Path: %(steps)s") % {"steps": " → ".join(steps)})
    dates = {"from": _("From %(when)s"), "until": _("Until %(when)s"), "date": _("On %(when)s")}
    lines += [text % {"when": _when(str(evidence[name]))} for name, text in dates.items() if evidence.get(name)]
    if (count := evidence.get("count", 0)) > 1:
        lines.append(ngettext("%(count)d asset", "%(count)d assets", count) % {"count": count})
    if "total" in evidence and "minimum" in evidence:
        lines.append(_("%(total)d of at least %(minimum)d") % evidence)
    return lines


def _when(text):
    """An instant or a date of the evidence, in ISO format, as the reader's zone and format have it."""
    at = parse_datetime(text) if "T" in text else None
    return localize(localtime(at) if at else parse_date(text)) or text


def score_chart(runs):
    """The coverage score by day as a line and a table; ``None`` where no day has one. ``runs`` are newest first."""
    days = [(run.date, run.score, run.counts) for run in reversed(runs)]
    scored = [(day, score) for day, score, _ in days if score is not None]
    if not scored:
        return None
    (start, first), (end, last) = scored[0], scored[-1]
    # At least a day: with a single one all points are at 0, and nothing is divided by it.
    span = (end - start).days or 1
    # SVG's y axis points down: a score of 1 is at 0, a score of 0 at HEIGHT.
    points = [(round(WIDTH * (day - start).days / span, 1), round(HEIGHT * (1 - score), 1)) for day, score in scored]
    dates = {"start": localize(start), "end": localize(end)}
    title = _("Coverage score, %(start)s to %(end)s") % dates if len(scored) > 1 else _("Coverage score")
    text = _("%(first)s on %(start)s, %(last)s on %(end)s; lowest %(lowest)s, highest %(highest)s.")
    scores = {"first": first, "last": last, "lowest": min(s for _, s in scored), "highest": max(s for _, s in scored)}
    return {
        "points": " ".join(f"{x},{y}" for x, y in points),
        "last": points[-1],
        "title": title,
        "description": text % {**dates, **{name: f"{score:.0%}" for name, score in scores.items()}},
        "now": f"{last:.0%}",
        "days": len(scored),
        "rows": [
            (day, "–" if score is None else f"{score:.0%}", *(counts.get(severity, 0) for severity in SEVERITIES))
            for day, score, counts in reversed(days)
        ],
    }
