from django.contrib import admin
from unfold.contrib.filters.admin import RelatedDropdownFilter

from content.models import Pin
from journeys.admin.model_admin import BaseAdmin


@admin.register(Pin)
class PinAdmin(BaseAdmin):
    list_display = ["asset", "touchpoint", "position"]
    list_filter = [("touchpoint", RelatedDropdownFilter)]
    list_select_related = ["asset", "touchpoint"]
    list_editable = ["position"]
    search_fields = ["asset__name", "touchpoint__title"]
    autocomplete_fields = ["asset", "touchpoint"]
    fieldsets = [
        (
            None,
            {
                "fields": ["touchpoint", "asset", "position"],
                "description": "Pinned content stands first at its touchpoint, as soon as it is saved here.",
            },
        )
    ]
