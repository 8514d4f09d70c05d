"""The pages on which a finding is handed to somebody, or accepted for a time."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from content import clock
from content.accounts.roles import staff
from content.admin.confirm_page import confirm_page
from content.admin.findings.pages import form_of, found_for
from content.admin.findings.sentences import SubjectLinks, context_text
from content.admin.publishing.messages import refusals_as_messages
from content.audit.worklist import accept_findings, assign
from content.models import Assignment, Waiver
from content.permissions import ASSIGN_FINDING, VIEW_COVERAGE, WAIVE_FINDING
from journeys.admin.when import WhenField


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(), label="To", required=False, widget=UnfoldAdminSelectWidget, empty_label="nobody"
    )
    note = forms.CharField(
        required=False, max_length=500, widget=UnfoldAdminTextInputWidget, help_text="What they should know. Optional."
    )

    def __init__(self, *args, standing, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = staff(standing.to_id if standing else None)


class AcceptForm(forms.Form):
    reason = forms.CharField(
        max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), help_text="Why it may stand."
    )
    until = WhenField(label="Until", is_end=True, help_text="After this it is open again.")

    def clean_until(self):
        if self.cleaned_data["until"] <= clock.now():
            raise forms.ValidationError("Choose an end that lies ahead.", code="waiver_invalid")
        return self.cleaned_data["until"]


def assign_page(request):
    """Hands the finding of the address to somebody, with a note, or to nobody."""
    one, asked, back = _asked(request, ASSIGN_FINDING)
    now = clock.now()
    standing = Assignment.objects.filter(key=one.key).first()
    initial = {"to": standing.to_id, "note": standing.note} if standing else {"to": request.user.pk}
    form = AssignForm(request.POST or None, initial=initial, standing=standing)
    if form.is_valid():
        how = {"to": form.cleaned_data["to"], "note": form.cleaned_data["note"], "by": request.user, "at": now}
        if refusals_as_messages(request, _handed, one.key, **how):
            to = form.cleaned_data["to"]
            messages.success(request, f"It is {to}’s now." if to else "It is nobody’s now.")
            return HttpResponseRedirect(back)
    return _ask(request, form, one, asked, title="Whose finding is it?", button="Assign it")


def _handed(key, **how):
    """``assign``, which answers ``None`` where it was handed back, as ``refusals_as_messages`` does of a refusal."""
    assign(key, **how)
    return True


def accept_page(request):
    """Accepts the finding of the address until an instant, for a reason."""
    one, asked, back = _asked(request, WAIVE_FINDING)
    form = AcceptForm(request.POST or None)
    if form.is_valid():
        how = {"reason": form.cleaned_data["reason"], "until": form.cleaned_data["until"], "by": request.user}
        if refusals_as_messages(request, accept_findings, one.key, at=clock.now(), **how):
            messages.success(request, "It is accepted, and stands among what is open again afterwards.")
            return HttpResponseRedirect(back)
    return _ask(request, form, one, asked, title="Accept this for a time", button="Accept it")


def _asked(request, right):
    """The finding of the address as it stands there, the form that was asked, and the list that it was in."""
    if not (request.user.has_perm(VIEW_COVERAGE) and request.user.has_perm(right)):
        raise PermissionDenied
    form = form_of(request)
    if not form.is_valid():
        raise Http404
    found = found_for(form)
    if found is None:
        raise Http404("It is still being looked at; come back from the list.")
    one = next((one for one in found.findings if one.key == request.GET.get("key")), None)
    if one is None:
        raise Http404("This is mended already, or is no finding of this journey.")
    return one, form, _list(form)


def _list(asked):
    return f"{reverse('findings-page')}?{urlencode(asked.choices)}"


def _ask(request, form, one, asked, **words):
    places = SubjectLinks([], asked.catalogue.atlas.journeys[one.context.journey], asked.catalogue, request.user)
    where = context_text(one.context, places, asked.catalogue, one.subject.id)
    lead = f"{one.subject.title} ({where}): {one.message} {one.remedy}"
    return confirm_page(admin.site.get_model_admin(Waiver), request, form, back=_list(asked), lead=lead, **words)
