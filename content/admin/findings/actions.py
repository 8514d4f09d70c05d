"""The pages that assign a finding to a user, or accept it until a date."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from content import clock
from content.accounts.roles import staff
from content.admin.confirm_page import confirm_page
from content.admin.findings.pages import answer_of, form_of
from content.admin.findings.sentences import SubjectLinks, context_text
from content.admin.local_time import localise_instants
from content.admin.publishing.messages import refusals_as_messages
from content.audit.worklist import accept_findings, assign
from content.models import Assignment, Waiver
from content.permissions import ASSIGN_FINDING, VIEW_COVERAGE, WAIVE_FINDING
from journeys.admin.when import WhenField


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Assign to"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        empty_label=pgettext_lazy("assignee", "nobody"),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("What they should know. Optional."),
    )

    def __init__(self, *args, assignment, **kwargs):
        super().__init__(*args, **kwargs)
        # The present assignee can be kept, also one who has left the staff.
        self.fields["to"].queryset = staff(assignment.to_id if assignment else None)


class AcceptForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("Why this is acceptable."),
    )
    until = WhenField(
        label=gettext_lazy("Until"), is_end=True, help_text=gettext_lazy("After this the finding is open again.")
    )

    def clean_until(self):
        if self.cleaned_data["until"] <= clock.now():
            raise forms.ValidationError(_("Choose an end in the future."), code="waiver_invalid")
        return self.cleaned_data["until"]


def assign_page(request):
    """Assigns the finding named in the address to a user, with a note, or to nobody."""
    finding, worklist = _requested_finding(request, ASSIGN_FINDING)
    now = clock.now()
    assignment = Assignment.objects.filter(key=finding.key).first()
    initial = {"to": assignment.to_id, "note": assignment.note} if assignment else {"to": request.user.pk}
    form = AssignForm(request.POST or None, initial=initial, assignment=assignment)
    if form.is_valid():
        to, note = form.cleaned_data["to"], form.cleaned_data["note"]
        if refusals_as_messages(request, _assign, finding.key, to=to, note=note, by=request.user, at=now):
            message = _("Assigned to %(user)s.") % {"user": to} if to else _("No longer assigned.")
            messages.success(request, message)
            return HttpResponseRedirect(_worklist_url(worklist))
    return _confirm(request, form, finding, worklist, title=_("Assign this finding"), button=_("Assign"))


def _assign(key, **options):
    """``assign``, but true: its ``None`` for “nobody” would look like a refusal to ``refusals_as_messages``."""
    assign(key, **options)
    return True


def accept_page(request):
    """Accepts the finding named in the address until an instant, for a reason."""
    finding, worklist = _requested_finding(request, WAIVE_FINDING)
    form = AcceptForm(request.POST or None)
    if form.is_valid():
        reason, until = form.cleaned_data["reason"], form.cleaned_data["until"]
        waiver = {"reason": reason, "until": until, "by": request.user, "at": clock.now()}
        if refusals_as_messages(request, accept_findings, finding.key, **waiver):
            message = _("Accepted until %(until)s. After that the finding is open again.")
            messages.success(request, message % {"until": localize(localtime(until))})
            return HttpResponseRedirect(_worklist_url(worklist))
    return _confirm(request, form, finding, worklist, title=_("Accept this for a time"), button=_("Accept"))


def _requested_finding(request, right):
    """The finding named in the address, and the form of the worklist that it is in; 404 where it is not there now."""
    if not (request.user.has_perm(VIEW_COVERAGE) and request.user.has_perm(right)):
        raise PermissionDenied
    form = form_of(request)
    if not form.is_valid():
        raise Http404
    answer = answer_of(form)
    if answer is None:
        raise Http404(_("The audit is still running. Try again from the list."))
    finding = next((finding for finding in answer.findings if finding.key == request.GET.get("key")), None)
    if finding is None:
        raise Http404(_("This is already resolved, or is not a finding of this journey."))
    return finding, form


def _worklist_url(worklist):
    return f"{reverse('findings-page')}?{urlencode(worklist.choices)}"


def _confirm(request, form, finding, worklist, **labels):
    catalogue = worklist.catalogue
    links = SubjectLinks([], catalogue.atlas.journeys[finding.context.journey], catalogue, request.user)
    lead = _("%(subject)s (%(where)s): %(message)s %(remedy)s") % {
        "subject": finding.subject.title,
        "where": context_text(finding.context, links, catalogue, finding.subject.id),
        "message": localise_instants(finding.message),
        "remedy": finding.remedy,
    }
    screen = admin.site.get_model_admin(Waiver)
    return confirm_page(screen, request, form, back=_worklist_url(worklist), lead=lead, **labels)
