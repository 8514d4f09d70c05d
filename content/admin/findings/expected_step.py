from django.contrib import admin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from content.models import ExpectedStep
from content.models.expected_step import NAMED
from journeys.admin.model_admin import BaseAdmin
from journeys.phases import Intent


@admin.register(ExpectedStep)
class ExpectedStepAdmin(BaseAdmin):
    list_display = ["expected_of", "any_of", "note"]
    list_display_links = ["expected_of"]
    list_select_related = [*NAMED, "stage__journey"]
    list_filter = [(name, RelatedDropdownFilter) for name in ("stage__journey", *NAMED)]
    search_fields = ["note", "stage__title", "kind__title", "term__title"]
    autocomplete_fields = NAMED
    fieldsets = [
        (
            "Of what",
            {
                "fields": NAMED,
                "description": "It is expected of the texts of which all of these hold, wherever readers meet them.",
            },
        ),
        (
            "Which step",
            {
                "fields": ["intents", "note"],
                "description": "The audit says where readers are offered none of these, whether by an editor or along "
                "a transition of the map.",
            },
        ),
    ]

    @display(description="Of what", ordering="stage__position")
    def expected_of(self, expected):
        return expected.where

    @display(description="Any of these steps")
    def any_of(self, expected):
        return ", ".join(str(Intent(intent).label) for intent in expected.intents)
