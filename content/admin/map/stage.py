"""The map's own screen of a stage, and on it the way out for a stage that content is tagged with."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path
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
        queryset=Stage.objects.none(), label="To", widget=UnfoldAdminSelectWidget, empty_label="Choose a stage"
    )

    def __init__(self, *args, stage, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Stage.objects.exclude(pk=stage.pk).select_related("journey")


class StageWithContentAdmin(StageAdmin):
    way_out = "Choose “Move content to another stage” here first, and give its touchpoints another stage."
    actions_detail = ["move_page"]

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm(PUBLISH_ASSET)

    @action(description="Move content to another stage …", icon="move_down", permissions=["publish"])
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
                told = f"Moved to {form.cleaned_data['to']}: {_counted(moved.drafts, moved.editions)}."
                messages.success(request, told)
                return HttpResponseRedirect(back)
        found = _counted(
            Placement.objects.filter(stage=stage).count(), EditionMention.objects.filter(stage=stage).count()
        )
        lead = (
            f"{found} stand at “{stage.title}”. Drafts move at once; what is live or scheduled is published again at "
            "the other stage, with its window kept. An asset that already stands there keeps that placement."
        )
        title = f"Move content from “{stage.title}”"
        return confirm_page(self, request, form, title=title, lead=lead, button="Move", back=back)


def _counted(placements, editions):
    drafts = "1 placement" if placements == 1 else f"{placements} placements"
    return f"{drafts} and {'1 published edition' if editions == 1 else f'{editions} published editions'}"
