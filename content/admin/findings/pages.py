"""The findings worklist: open and accepted findings of a journey, what was resolved, and the score over time."""

from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from content import clock
from content.admin.findings.form import FindingsForm
from content.admin.findings.labels import code_label
from content.admin.findings.sentences import (
    SubjectLinks,
    context_text,
    count_by_code,
    counts_text,
    score_chart,
    sections,
)
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
DAYS = 90  # of the score and of what was resolved
MOST_RESOLVED = 50
PATIENCE = 4.0  # seconds to wait for the audit, of the five in which the page answers


def findings_page(request):
    """The worklist; with ``format`` the matching findings as a file.

    The first request of a day records the findings of that day, for later days to compare with. Where the audit takes
    longer than ``PATIENCE``, the page shows the last one; where there was none, it says so and reloads by itself.
    """
    if not request.user.has_perm(VIEW_COVERAGE):
        raise PermissionDenied
    form = form_of(request)
    context, headers = {"title": _("Findings"), "form": form}, {}
    if form.is_valid() and (answer := answer_of(form)):
        report = Report(form.chosen_journey, answer.at, answer.findings)
        matching = list(filter(form.matcher(request.user), answer.findings))
        if (kind := request.GET.get("format")) in DOWNLOADS:
            extract = Report(form.chosen_journey, answer.at, matching)
            return as_download(extract, kind, writers=WRITERS, name="findings", at=answer.at)
        context |= {**_worklist(request, form, report, matching), "is_old": not answer.is_fresh}
    elif form.is_valid():
        context |= {"is_running": True, "journey": form.chosen_journey, "retry": RETRY_AFTER}
        headers["Refresh"] = str(RETRY_AFTER)
    context |= admin.site.each_context(request)
    return TemplateResponse(request, "admin/content/findings.html", context, headers=headers)


def answer_of(form):
    """The audit's answer to the form: the last one if a new one takes too long, ``None`` if there was none yet."""
    question = form.question
    try:
        return audit_answer(question, patience=PATIENCE, keep_day=True)
    except AuditBusy:
        return latest(question)


def form_of(request):
    """The form, bound to the query string and its defaults."""
    catalogue = current_state(now=clock.now()).catalogue
    data = QueryDict(mutable=True)
    default = catalogue.atlas.default_journey
    data["journey"], data["standing"] = default.slug if default else "", "open"
    for name, values in request.GET.lists():
        data.setlist(name, values)
    return FindingsForm(data, catalogue=catalogue)


def _worklist(request, form, report, matching):
    """The context of the page for the findings of ``report`` that match the form."""
    journey, catalogue, findings = form.chosen_journey, form.catalogue, report.findings
    runs = list(AuditRun.objects.last_days(journey, DAYS))
    # What is found now can only be compared with the record if it is of the same question.
    gone = resolved_findings(runs, [finding.key for finding in findings] if form.is_whole else None)
    page = Paginator(matching, PER_PAGE).get_page(request.GET.get("page"))
    # A key that was cut because it is too long says no longer what it was about.
    recent = [(item, key) for item in gone[:MOST_RESOLVED] if (key := parse_key(item.key))]
    subjects = [(finding.subject.type, finding.subject.id) for finding in page]
    subjects += [(key.subject_type, key.subject_id) for item, key in recent]
    links = SubjectLinks(subjects, journey, catalogue, request.user)
    return {
        "journey": journey,
        "at": time_cell(report.at),
        "counts": counts_text(report.counts),
        "accepted": report.counts["waived"],
        "total": len(findings),
        "sections": sections(page, links, catalogue, form.choices),
        "code_counts": count_by_code(matching, form.choices),
        "page": page,
        "matching": len(matching),
        "address": f"?{urlencode(form.choices)}",
        "downloads": form.downloads if matching else [],
        "resolved": [_resolved_row(item, key, links, catalogue) for item, key in recent],
        "resolved_count": len(gone),
        "days": DAYS,
        "may_assign": request.user.has_perm(ASSIGN_FINDING),
        "may_accept": request.user.has_perm(WAIVE_FINDING),
        "chart": score_chart(runs),
    }


def _resolved_row(item, key, links, catalogue):
    subject = (key.subject_type, key.subject_id)
    return {
        "label": code_label(key.code),
        "name": links.title(*subject),
        "link": links.link(*subject),
        "where": context_text(key.context, links, catalogue, key.subject_id),
        "last": item.last,
        "gone_by": item.gone_by,
    }
