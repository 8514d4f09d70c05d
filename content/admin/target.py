from django.contrib import admin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from content.models import Target
from journeys.admin.screen import Screen

FOR = ["journey", "stage", "segment", "channel", "locale", "kind"]


@admin.register(Target)
class TargetAdmin(Screen):
    list_display = ["holds_for", "minimum", "most", "note"]
    list_display_links = ["holds_for"]
    list_select_related = [*FOR, "stage__journey"]
    list_filter = [
        (name, RelatedDropdownFilter) for name in ("stage__journey", "stage", "segment", "channel", "locale", "kind")
    ]
    search_fields = ["note", "stage__title", "segment__title", "kind__title"]
    autocomplete_fields = FOR
    fieldsets = [
        (
            "Where",
            {
                "fields": FOR,
                "description": "It holds for every cell in which all of these are asked for. Of several targets the "
                "one that names most counts; of as many, the one that names a kind, a stage, a segment …",
            },
        ),
        (
            "How much",
            {
                "fields": [("minimum", "maximum"), "note"],
                "description": "Without any target a cell should have one to five. A target for a stage and a kind "
                "also says that the kind is recommended there.",
            },
        ),
    ]

    @display(description="Where", ordering="stage__position")
    def holds_for(self, target):
        return target.where

    @display(description="Maximum", ordering="maximum", empty_value="no end")
    def most(self, target):
        return target.maximum
