from django.contrib import admin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from content.models import Target
from journeys.admin.model_admin import BaseAdmin

FOR = ["journey", "stage", "segment", "channel", "locale", "kind", "term"]


@admin.register(Target)
class TargetAdmin(BaseAdmin):
    list_display = ["holds_for", "minimum", "most", "rhythm", "note"]
    list_display_links = ["holds_for"]
    list_select_related = [*FOR, "stage__journey"]
    list_filter = [(name, RelatedDropdownFilter) for name in ("stage__journey", *FOR[1:])]
    search_fields = ["note", "stage__title", "segment__title", "kind__title", "term__title"]
    autocomplete_fields = FOR
    fieldsets = [
        (
            "Where",
            {
                "fields": FOR,
                "description": "It holds for every cell in which all of these are asked for. Of several targets the "
                "one that names most counts; of as many, the one that names a kind, a term, a stage, a segment … "
                "In a cell for one kind or one term only targets that name it count.",
            },
        ),
        (
            "How much",
            {
                "fields": [("minimum", "maximum"), "note"],
                "description": "Without any target a cell should have one to five. A target for a stage and a kind, or "
                "a term, also says that such content is recommended there.",
            },
        ),
        (
            "How often",
            {
                "fields": ["fresh_days"],
                "description": "Of all that readers are shown there, in each language, the newest should be no older. "
                "Without a stage it is asked of all stages of a journey. It leaves open how much there should be: "
                "to say only how often, empty the minimum.",
            },
        ),
    ]

    @display(description="Where", ordering="stage__position")
    def holds_for(self, target):
        return target.where

    @display(description="Maximum", ordering="maximum", empty_value="no end")
    def most(self, target):
        return "" if target.minimum is None else target.maximum

    @display(description="Something new", ordering="fresh_days")
    def rhythm(self, target):
        return f"every {target.fresh_days} days" if target.fresh_days else ""
