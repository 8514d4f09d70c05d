"""The page that turns a cell into a draft: the brief as it will be, for whom and until when, and one button."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget

from content import clock
from content.accounts.roles import staff
from content.admin.confirm_page import confirm_page
from content.admin.coverage.pages import address_of, requested_cell
from content.admin.publishing.messages import refusals_as_messages
from content.coverage.brief import briefs_at, draft_brief, stage_of, write_brief
from content.models import Asset
from content.permissions import ADD_ASSET, EDIT_ANY_ASSET
from journeys.admin.urls import admin_url

MOST_TOLD = 5


class BriefForm(forms.Form):
    """Which kind, whose it is and when it is due. Whoever may not give assets to others keeps it."""

    kind = forms.ChoiceField(label="Kind", widget=UnfoldAdminSelectWidget)
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, widget=UnfoldAdminSelectWidget, empty_label="nobody yet"
    )
    due = forms.DateField(
        required=False, widget=UnfoldAdminDateWidget, help_text="When it should be ready. Empty: no day."
    )

    def __init__(self, *args, brief, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = {str(one.kind.pk): one.kind for one in brief.kinds}
        self.fields["kind"].choices = [(pk, _said(one)) for pk, one in zip(self.kinds, brief.kinds, strict=True)]
        if user.has_perm(EDIT_ANY_ASSET):
            self.fields["owner"].queryset = staff()
            self.fields["owner"].initial = user.pk
        else:
            del self.fields["owner"]

    def clean_kind(self):
        return self.kinds[self.cleaned_data["kind"]]

    def clean_due(self):
        due = self.cleaned_data["due"]
        if due and due < timezone.localdate():
            raise forms.ValidationError("That day has passed; choose one that lies ahead.", code="due_passed")
        return due


def brief_page(request):
    """Shows the brief for a cell and, once asked to, writes it and opens the draft."""
    if not request.user.has_perm(ADD_ASSET):
        raise PermissionDenied
    form, values, query = requested_cell(request)
    if stage_of(query) is None:
        raise Http404
    now, catalogue = clock.now(), form.catalogue
    brief = draft_brief(query, at=form.asked.reading.at, catalogue=catalogue)
    order = BriefForm(request.POST or None, brief=brief, user=request.user)
    if order.is_valid():
        data = {"owner": request.user, **order.cleaned_data}
        data |= {"by": request.user, "at": now, "as_of": form.asked.reading.at, "catalogue": catalogue}
        asset = refusals_as_messages(request, write_brief, query, **data)
        if asset:
            messages.success(request, "The draft is there, with its brief and its place. Write it in a language next.")
            return HttpResponseRedirect(admin_url(Asset, "change", asset.pk))
    return confirm_page(
        admin.site.get_model_admin(Asset),
        request,
        order,
        title=f"A brief for {' × '.join(value.title for value in values)}",
        button="Make the draft",
        back=f"{reverse('coverage-cell')}?{address_of(request, form)}",
        lead="A draft will be made at its place, with the words below where editors see them and readers never do.",
        warnings=[brief_message(one) for one in briefs_at(query)[:MOST_TOLD]],
        template="admin/content/coverage_brief.html",
        name=brief.name,
        lines=[line.split(": ", 1) for line in brief.text.split("\n")],
    )


def brief_message(asset):
    """A brief that is there already, with a link to it."""
    link = admin_url(Asset, "change", asset.pk)
    due = f", due {asset.due}" if asset.due else ""
    words = '<a class="underline" href="{}">{}</a> is ordered here already, of {}{}.'
    return format_html(words, link, asset, asset.owner or "nobody yet", due)


def _said(one):
    if not one.recommended:
        return one.kind.title
    return f"{one.kind.title} – recommended here, {f'{one.count} there' if one.count else 'none yet'}"
