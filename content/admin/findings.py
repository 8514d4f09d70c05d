"""The findings worklist: what the audit says of a journey, whose it is, what was mended, and the score over time."""

from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template.response import TemplateResponse

from content import clock
from content.admin.asking import DOWNLOADS, as_file
from content.admin.findings_form import FindingsForm
from content.admin.findings_told import Places, counted, line_of, sections, where_told
from content.audit import findings
from content.audit_finding import parsed
from content.audit_report import WRITERS, Report
from content.models import AuditRun
from content.standing import standing
from content.worklist import is_recorded, mended, record
from journeys.admin.screen import told_time

RIGHT, ASSIGN_RIGHT, ACCEPT_RIGHT = "content.view_coverage", "content.assign_finding", "content.waive_finding"
PER_PAGE = 50
DAYS = 90
MENDED_SHOWN = 50


def findings_page(request):
    """The page, or what was chosen as a file. The page's first look of a day writes down what is found on that day,
    for those after it to compare with."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    form = form_of(request)
    context = {"title": "Findings", "form": form}
    if form.is_valid():
        at = form.cleaned_data["at"] or clock.now()
        found = findings(form.journey_asked, at=at, catalogue=form.catalogue, **form.readers)
        shown = list(filter(form.is_chosen(request.user), found))
        if (kind := request.GET.get("format")) in DOWNLOADS:
            return as_file(Report(form.journey_asked, at, shown), kind, writers=WRITERS, name="findings", at=at)
        context |= _worklist(request, form, Report(form.journey_asked, at, found), shown)
    return TemplateResponse(request, "admin/content/findings.html", context | admin.site.each_context(request))


def form_of(request):
    catalogue = standing(now=clock.now()).catalogue
    data = QueryDict(mutable=True)
    default = catalogue.atlas.default_journey
    data["journey"], data["standing"] = default.slug if default else "", "open"
    for name, words in request.GET.lists():
        data.setlist(name, words)
    return FindingsForm(data, catalogue=catalogue)


def _worklist(request, form, report, shown):
    journey, catalogue, now = form.journey_asked, form.catalogue, clock.now()
    found = report.findings
    if not is_recorded(journey, at=now):
        whole = found if form.is_whole else findings(journey, at=now, catalogue=catalogue)
        record(journey, whole, at=now, catalogue=catalogue)
    runs = list(AuditRun.objects.last_days(journey, DAYS))
    gone = mended(runs, [one.key for one in found] if form.is_whole else None)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    told = [(one, key) for one in gone[:MENDED_SHOWN] if (key := parsed(one.key))]
    about = [(one.subject.type, one.subject.id) for one in page] + [
        (key.subject_type, key.subject_id) for _, key in told
    ]
    places = Places(about, journey, catalogue, request.user)
    return {
        "journey": journey,
        "at": told_time(report.at),
        "counts": counted(report.counts),
        "accepted": report.counts["waived"],
        "found": len(found),
        "sections": sections(page, places, catalogue, form.choices),
        "page": page,
        "shown": len(shown),
        "whole": f"?{urlencode(form.choices)}",
        "downloads": form.downloads if shown else [],
        "mended": [_mended(one, key, places, catalogue) for one, key in told],
        "mended_count": len(gone),
        "may_assign": request.user.has_perm(ASSIGN_RIGHT),
        "may_accept": request.user.has_perm(ACCEPT_RIGHT),
        "line": line_of(runs),
    }


def _mended(one, key, places, catalogue):
    about = (key.subject_type, key.subject_id)
    return {
        "what": key.code.replace("_", " "),
        "name": places.title(*about),
        "link": places.link(*about),
        "where": where_told(key.context, places, catalogue, key.subject_id),
        "last": one.last,
        "gone_by": one.gone_by,
    }
