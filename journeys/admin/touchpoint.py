from django.contrib import admin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from journeys.admin.model_admin import BaseAdmin
from journeys.models import Touchpoint


@admin.register(Touchpoint)
class TouchpointAdmin(BaseAdmin):
    slug_from = "title"
    way_out = "Let those steps lead somewhere else first."
    list_display = ["title", "slug", "journey", "stage_title", "channel"]
    list_filter = [("journey", RelatedDropdownFilter), ("channel", RelatedDropdownFilter)]
    list_select_related = ["journey", "stage__journey", "channel"]
    search_fields = ["title", "slug", "description"]
    autocomplete_fields = ["journey", "stage", "channel"]
    fieldsets = [
        (None, {"fields": [("title", "slug"), ("journey", "stage"), "channel", "filters", "description"]}),
        ("Care", {"fields": ["owner", ("review_date", "review_every")]}),
        ("Other languages", {"fields": ["titles"]}),
    ]

    @display(description="stage", ordering="stage__position", empty_value="any")
    def stage_title(self, touchpoint):
        return touchpoint.stage and touchpoint.stage.title
