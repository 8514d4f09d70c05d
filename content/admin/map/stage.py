"""The admin page of a stage, with the action that moves its content to another stage."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from content.admin.confirm_page import confirm_page
from content.admin.publishing.messages import refusals_as_messages
from content.models import EditionMention, Placement
from content.permissions import PUBLISH_ASSET
from content.publishing.retag import retag
from journeys.admin.stage import StageAdmin
from journeys.admin.urls import admin_url
from journeys.models import Stage


class MoveContentForm(forms.Form):
    to = forms.ModelChoiceField(
        queryset=Stage.objects.none(),
        label=gettext_lazy("Move to"),
        widget=UnfoldAdminSelectWidget,
        empty_label=gettext_lazy("Choose a stage"),
    )

    def __init__(self, *args, stage, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Stage.objects.exclude(pk=stage.pk).select_related("journey")


class StageWithContentAdmin(StageAdmin):
    way_out = gettext_lazy("First choose “Move content to another stage” here, and give its touchpoints another stage.")
    actions_detail = ["move_page"]

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm(PUBLISH_ASSET)

    @action(description=gettext_lazy("Move content to another stage …"), icon="move_down", permissions=["publish"])
    def move_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(Stage, "move", object_id))

    def get_urls(self):
        view = self.admin_site.admin_view(self.move_view)
        return [path("<int:pk>/move/", view, name="journeys_stage_move"), *super().get_urls()]

    def move_view(self, request, pk):
        if not (self.has_publish_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        stage = self.get_object(request, pk)
        if stage is None:
            raise Http404
        back = admin_url(Stage, "change", pk)
        form = MoveContentForm(request.POST or None, stage=stage)
        if form.is_valid():
            moved = refusals_as_messages(request, retag, stage, form.cleaned_data["to"], by=request.user)
            if moved is not None:
                values = {"stage": form.cleaned_data["to"], "counts": _counts_text(moved.drafts, moved.editions)}
                messages.success(request, _("Moved to %(stage)s: %(counts)s.") % values)
                return HttpResponseRedirect(back)
        placements = Placement.objects.filter(stage=stage).count()
        editions = EditionMention.objects.filter(stage=stage).count()
        lead = _(
            "“%(stage)s” has %(counts)s. Drafts move at once; live and scheduled editions are published again at the "
            "other stage, within the same window. Assets that already have a placement there keep it."
        ) % {"stage": stage.title, "counts": _counts_text(placements, editions)}
        title = _("Move content from “%(stage)s”") % {"stage": stage.title}
        return confirm_page(self, request, form, title=title, lead=lead, button=_("Move"), back=back)


def _counts_text(placements, editions):
    """``3 placements and 1 published edition``."""
    texts = [
        ngettext("%(count)d placement", "%(count)d placements", placements) % {"count": placements},
        ngettext("%(count)d published edition", "%(count)d published editions", editions) % {"count": editions},
    ]
    return get_text_list(texts, _("and"))
