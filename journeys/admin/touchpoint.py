from django.contrib import admin
from django.utils.translation import gettext_lazy as _lazy
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from journeys.admin.model_admin import BaseAdmin
from journeys.models import Touchpoint


@admin.register(Touchpoint)
class TouchpointAdmin(BaseAdmin):
    slug_from = "title"
    way_out = _lazy("Choose another target for those steps first.")
    list_display = ["title", "slug", "journey", "stage_title", "channel"]
    list_filter: list[tuple[str, type[admin.ListFilter]] | type[admin.ListFilter]] = [
        ("journey", RelatedDropdownFilter),
        ("channel", RelatedDropdownFilter),
    ]
    list_select_related = ["journey", "stage__journey", "channel"]
    search_fields = ["title", "slug", "description"]
    autocomplete_fields = ["journey", "stage", "channel"]
    fieldsets = [
        (None, {"fields": [("title", "slug"), ("journey", "stage"), "channel", "filters", "description"]}),
        (_lazy("Review"), {"fields": ["owner", ("review_date", "review_every")]}),
        (_lazy("Other languages"), {"fields": ["titles"]}),
    ]

    @display(description=_lazy("stage"), ordering="stage__position", empty_value=_lazy("any"))
    def stage_title(self, touchpoint):
        return touchpoint.stage and touchpoint.stage.title
