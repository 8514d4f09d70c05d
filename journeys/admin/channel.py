from django.contrib import admin
from django.utils.translation import gettext_lazy as _lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from journeys.admin.model_admin import BaseAdmin
from journeys.models import Channel


@admin.register(Channel)
class ChannelAdmin(BaseAdmin):
    slug_from = "title"
    tags_protect = True
    way_out = _lazy("Choose other channels there first: without any, the content would be for all channels.")
    list_display = ["title", "slug", "is_digital", "ownership", "title_limit", "summary_limit"]
    list_filter = [("ownership", ChoicesDropdownFilter), "is_digital"]
    search_fields = ["title", "slug", "description"]
    fieldsets = [
        (None, {"fields": [("title", "slug"), "description", "ownership", "is_digital"]}),
        (
            _lazy("Limits"),
            {"fields": [("title_limit", "summary_limit")], "description": _lazy("Empty: no limit.")},
        ),
        (_lazy("Other languages"), {"fields": ["titles"]}),
    ]
