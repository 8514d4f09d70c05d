"""The page that creates a draft for a cell: it shows the brief and asks for kind, owner and due date."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
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

MOST_BRIEFS = 5  # of those that the page warns of


class BriefForm(forms.Form):
    """Kind, owner and due date. Users who may not edit all assets own what they create, and are not asked."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), widget=UnfoldAdminSelectWidget)
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Owner"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        empty_label=pgettext_lazy("owner", "nobody yet"),
    )
    due = forms.DateField(
        label=gettext_lazy("Due"),
        required=False,
        widget=UnfoldAdminDateWidget,
        help_text=gettext_lazy("When it should be ready. Empty: no due date."),
    )

    def __init__(self, *args, brief, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = {str(count.kind.pk): count.kind for count in brief.kinds}
        self.fields["kind"].choices = [(str(count.kind.pk), _kind_label(count)) for count in brief.kinds]
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
            raise forms.ValidationError(_("Choose today or a later day."), code="due_passed")
        return due


def brief_page(request):
    """Shows the brief of a cell; on POST creates the draft and redirects to it. 404 for a cell without a stage."""
    if not request.user.has_perm(ADD_ASSET):
        raise PermissionDenied
    form, values, query = requested_cell(request)
    if stage_of(query) is None:
        raise Http404
    now, catalogue = clock.now(), form.catalogue
    brief = draft_brief(query, at=form.question.reading.at, catalogue=catalogue)
    brief_form = BriefForm(request.POST or None, brief=brief, user=request.user)
    if brief_form.is_valid():
        data = {"owner": request.user, **brief_form.cleaned_data}
        data |= {"by": request.user, "at": now, "as_of": form.question.reading.at, "catalogue": catalogue}
        asset = refusals_as_messages(request, write_brief, query, **data)
        if asset:
            messages.success(
                request, _("Draft created with its brief and placement. Next, add a language and write it.")
            )
            return HttpResponseRedirect(admin_url(Asset, "change", asset.pk))
    return confirm_page(
        admin.site.get_model_admin(Asset),
        request,
        brief_form,
        title=_("Brief for %(cell)s") % {"cell": " × ".join(str(value.title) for value in values)},
        button=_("Create draft"),
        back=f"{reverse('coverage-cell')}?{address_of(request, form)}",
        lead=_("This creates a draft with this placement. Editors see the brief below, readers never do."),
        warnings=[brief_message(asset) for asset in briefs_at(query)[:MOST_BRIEFS]],
        template="admin/content/coverage_brief.html",
        name=brief.name,
        lines=[line.split(": ", 1) for line in brief.text.split("\n")],
    )


def brief_message(asset):
    """A warning that a brief for the cell exists already, with a link to it."""
    link = format_html('<a class="underline" href="{}">{}</a>', admin_url(Asset, "change", asset.pk), asset)
    owner = asset.owner or pgettext("owner", "nobody yet")
    if asset.due:
        message = _("{asset} is already being written for this cell. Owner: {owner}. Due: {due}.")
        return format_html(message, asset=link, owner=owner, due=localize(asset.due))
    message = _("{asset} is already being written for this cell. Owner: {owner}.")
    return format_html(message, asset=link, owner=owner)


def _kind_label(kind_count):
    """The label of a kind: for a recommended one with how much of it there is."""
    kind, count = kind_count.kind.title, kind_count.count
    if not kind_count.recommended:
        return kind
    if not count:
        return _("%(kind)s – recommended here, none yet") % {"kind": kind}
    label = ngettext(
        "%(kind)s – recommended here, %(count)d so far", "%(kind)s – recommended here, %(count)d so far", count
    )
    return label % {"kind": kind, "count": count}
