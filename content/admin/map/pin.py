from django.contrib import admin
from django.utils.translation import gettext_lazy as _
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
                "description": _(
                    "Pinned content comes first at its touchpoint. Pins take effect as soon as they are saved."
                ),
            },
        )
    ]
