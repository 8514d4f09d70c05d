from django.contrib import admin
from django.db.models import Count
from django.shortcuts import redirect
from unfold.decorators import action, display

from journeys.admin.model_admin import BaseAdmin, Inline
from journeys.admin.urls import admin_url
from journeys.admin.written import WordedForm
from journeys.models import Journey, Stage, Transition
from journeys.phases import Phase


class JourneyForm(WordedForm):
    constraint_words = {
        "journey_default_at_most_one": "Another journey is the default already: take the mark off there first."
    }


class StageInline(Inline):
    model = Stage
    verbose_name_plural = "stages, in order"
    fields = ["position", "title", "covers", "intent", "is_entry", "is_goal"]
    readonly_fields = ["covers"]
    max_num = 0
    can_delete = False
    show_change_link = True
    ordering = ["position", "pk"]

    @admin.display(description="phases")
    def covers(self, stage):
        return phases_in_words(stage.phases)


@admin.register(Journey)
class JourneyAdmin(BaseAdmin):
    form = JourneyForm
    slug_from = "title"
    way_out = "Move its content to another journey’s stages and take its touchpoints away first."
    list_display = ["title", "slug", "stage_count", "is_default"]
    search_fields = ["title", "slug", "original_title"]
    fieldsets = [
        (None, {"fields": [("title", "original_title"), "slug", "description", "is_default"]}),
        (
            "Closing step",
            {
                "fields": [("closing_intent", "closing_url"), "closing_label", "closing_labels"],
                "description": "What a reader is offered when the journey has nothing else left to say.",
            },
        ),
        ("Other languages", {"fields": ["titles"]}),
    ]
    inlines = [StageInline]
    actions_detail = ["add_stage", "transitions"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_stages=Count("stages"))

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @display(description="stages", ordering="number_of_stages")
    def stage_count(self, journey):
        return journey.number_of_stages

    # Not as “journeys.add_stage”: unfold's system check would look that up in a database that may not be there yet.
    def has_growing_permission(self, request, obj=None):
        return request.user.has_perm("journeys.add_stage")

    def has_walking_permission(self, request, obj=None):
        return request.user.has_perm("journeys.view_transition")

    @action(description="Add a stage", icon="add", permissions=["growing"])
    def add_stage(self, request, object_id):
        return redirect(f"{admin_url(Stage, 'add')}?journey={object_id}")

    @action(description="Transitions", icon="trending_flat", permissions=["walking"])
    def transitions(self, request, object_id):
        return redirect(f"{admin_url(Transition, 'changelist')}?from_stage__journey__id__exact={object_id}")


def phases_in_words(phases):
    return ", ".join(Phase(phase).label for phase in phases if phase in Phase.values)
