from django.contrib import admin
from django.utils.translation import gettext_lazy as _
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
            _("Where it is expected"),
            {
                "fields": NAMED,
                "description": _("Expected of every text that matches all of these, wherever readers see it."),
            },
        ),
        (
            _("Which step"),
            {
                "fields": ["intents", "note"],
                "description": _(
                    "The audit reports where readers are offered none of these, neither by an editor nor along a "
                    "transition."
                ),
            },
        ),
    ]

    @display(description=_("Where it is expected"), ordering="stage__position")
    def expected_of(self, expected):
        return expected.where

    @display(description=_("Any of these steps"))
    def any_of(self, expected):
        return ", ".join(str(Intent(intent).label) for intent in expected.intents)
