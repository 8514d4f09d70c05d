from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from journeys.admin.model_admin import BaseAdmin
from journeys.models import Channel


@admin.register(Channel)
class ChannelAdmin(BaseAdmin):
    slug_from = "title"
    tags_protect = True
    way_out = "Choose other channels there first: without any, it would stand for all of them."
    list_display = ["title", "slug", "is_digital", "ownership", "title_limit", "summary_limit"]
    list_filter = [("ownership", ChoicesDropdownFilter), "is_digital"]
    search_fields = ["title", "slug", "description"]
    fieldsets = [
        (None, {"fields": [("title", "slug"), "description", "ownership", "is_digital"]}),
        ("Limits", {"fields": [("title_limit", "summary_limit")], "description": "Empty: no limit."}),
        ("Other languages", {"fields": ["titles"]}),
    ]
