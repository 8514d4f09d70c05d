"""The findings worklist: what the audit says of a journey, whose it is, what was mended, and the score over time."""

from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template.response import TemplateResponse

from content import clock
from content.admin.findings.form import FindingsForm
from content.admin.findings.sentences import SubjectLinks, context_text, counted, faults_of, finding_line, sections
from content.admin.query_forms import DOWNLOADS, as_download
from content.audit.finding import parse_key
from content.audit.process import RETRY_AFTER, AuditBusy, audit_answer, latest
from content.audit.report import WRITERS, Report
from content.audit.worklist import resolved_findings
from content.delivery.current_state import current_state
from content.models import AuditRun
from content.permissions import ASSIGN_FINDING, VIEW_COVERAGE, WAIVE_FINDING
from journeys.admin.display import time_cell

PER_PAGE = 50
DAYS = 90
MENDED_SHOWN = 50
PATIENCE = 4.0  # seconds, of the five in which the page answers


def findings_page(request):
    """The page, or what was chosen as a file. The page's first look of a day writes down what is found on that day,
    for those after it to compare with. Where the audit takes longer than a page may, it shows the last one there
    was; where there was none, it says so and comes again by itself."""
    if not request.user.has_perm(VIEW_COVERAGE):
        raise PermissionDenied
    form = form_of(request)
    context, headers = {"title": "Findings", "form": form}, {}
    if form.is_valid() and (found := found_for(form)):
        report = Report(form.journey_asked, found.at, found.findings)
        shown = list(filter(form.is_chosen(request.user), found.findings))
        if (kind := request.GET.get("format")) in DOWNLOADS:
            told = Report(form.journey_asked, found.at, shown)
            return as_download(told, kind, writers=WRITERS, name="findings", at=found.at)
        context |= {**_worklist(request, form, report, shown), "is_old": not found.is_fresh}
    elif form.is_valid():
        context |= {"waits": True, "journey": form.journey_asked, "retry": RETRY_AFTER}
        headers["Refresh"] = str(RETRY_AFTER)
    whole = context | admin.site.each_context(request)
    return TemplateResponse(request, "admin/content/findings.html", whole, headers=headers)


def found_for(form):
    """What the audit says to the choice, the last it said if it takes long now, or ``None`` if it never has."""
    question = form.question
    try:
        return audit_answer(question, patience=PATIENCE, keep_day=True)
    except AuditBusy:
        return latest(question)


def form_of(request):
    catalogue = current_state(now=clock.now()).catalogue
    data = QueryDict(mutable=True)
    default = catalogue.atlas.default_journey
    data["journey"], data["standing"] = default.slug if default else "", "open"
    for name, words in request.GET.lists():
        data.setlist(name, words)
    return FindingsForm(data, catalogue=catalogue)


def _worklist(request, form, report, shown):
    journey, catalogue, found = form.journey_asked, form.catalogue, report.findings
    runs = list(AuditRun.objects.last_days(journey, DAYS))
    gone = resolved_findings(runs, [one.key for one in found] if form.is_whole else None)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    told = [(one, key) for one in gone[:MENDED_SHOWN] if (key := parse_key(one.key))]
    about = [(one.subject.type, one.subject.id) for one in page] + [
        (key.subject_type, key.subject_id) for _, key in told
    ]
    places = SubjectLinks(about, journey, catalogue, request.user)
    return {
        "journey": journey,
        "at": time_cell(report.at),
        "counts": counted(report.counts),
        "accepted": report.counts["waived"],
        "found": len(found),
        "sections": sections(page, places, catalogue, form.choices),
        "faults": faults_of(shown, form.choices),
        "page": page,
        "shown": len(shown),
        "whole": f"?{urlencode(form.choices)}",
        "downloads": form.downloads if shown else [],
        "mended": [_mended(one, key, places, catalogue) for one, key in told],
        "mended_count": len(gone),
        "may_assign": request.user.has_perm(ASSIGN_FINDING),
        "may_accept": request.user.has_perm(WAIVE_FINDING),
        "line": finding_line(runs),
    }


def _mended(one, key, places, catalogue):
    about = (key.subject_type, key.subject_id)
    return {
        "what": key.code.replace("_", " "),
        "name": places.title(*about),
        "link": places.link(*about),
        "where": context_text(key.context, places, catalogue, key.subject_id),
        "last": one.last,
        "gone_by": one.gone_by,
    }
