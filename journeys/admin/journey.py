from django.contrib import admin
from django.db.models import Count
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _lazy
from unfold.decorators import action, display

from journeys.admin.model_admin import BaseAdmin, Inline
from journeys.admin.urls import admin_url
from journeys.admin.written import WordedForm
from journeys.models import Journey, Stage, Transition
from journeys.phases import Phase


class JourneyForm(WordedForm):
    constraint_words = {
        "journey_default_at_most_one": _lazy("Another journey is the default already: change that one first.")
    }


class StageInline(Inline):
    model = Stage
    verbose_name_plural = _lazy("stages, in order")
    fields = ["position", "title", "covers", "intent", "is_entry", "is_goal"]
    readonly_fields = ["covers"]
    max_num = 0
    can_delete = False
    show_change_link = True
    ordering = ["position", "pk"]

    @admin.display(description=_lazy("phases"))
    def covers(self, stage):
        return phases_in_words(stage.phases)


@admin.register(Journey)
class JourneyAdmin(BaseAdmin):
    form = JourneyForm
    slug_from = "title"
    way_out = _lazy("Move its content to another journey’s stages and delete its touchpoints first.")
    list_display = ["title", "slug", "stage_count", "is_default"]
    search_fields = ["title", "slug", "original_title"]
    fieldsets = [
        (None, {"fields": [("title", "original_title"), "slug", "description", "is_default"]}),
        (
            _lazy("Closing step"),
            {
                "fields": [("closing_intent", "closing_url"), "closing_label", "closing_labels"],
                "description": _lazy("What readers are offered when the journey has no other next step."),
            },
        ),
        (_lazy("Other languages"), {"fields": ["titles"]}),
    ]
    inlines = [StageInline]
    actions_detail = ["add_stage", "transitions"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_stages=Count("stages"))

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @display(description=_lazy("stages"), ordering="number_of_stages")
    def stage_count(self, journey):
        return journey.number_of_stages

    # Not as “journeys.add_stage”: unfold's system check would look that up in a database that may not be there yet.
    def has_add_stage_permission(self, request, obj=None):
        return request.user.has_perm("journeys.add_stage")

    def has_view_transitions_permission(self, request, obj=None):
        return request.user.has_perm("journeys.view_transition")

    @action(description=_lazy("Add a stage"), icon="add", permissions=["add_stage"])
    def add_stage(self, request, object_id):
        return redirect(f"{admin_url(Stage, 'add')}?journey={object_id}")

    @action(description=_lazy("Transitions"), icon="trending_flat", permissions=["view_transitions"])
    def transitions(self, request, object_id):
        return redirect(f"{admin_url(Transition, 'changelist')}?from_stage__journey__id__exact={object_id}")


def phases_in_words(phases):
    """The labels of ``phases``; what is no phase any longer is left out."""
    return ", ".join(str(Phase(phase).label) for phase in phases if phase in Phase.values)
