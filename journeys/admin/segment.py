from django.contrib import admin
from django.utils.translation import gettext_lazy as _lazy
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from journeys.admin.model_admin import BaseAdmin
from journeys.models import Segment


@admin.register(Segment)
class SegmentAdmin(BaseAdmin):
    slug_from = "title"
    tags_protect = True
    way_out = _lazy("Choose other segments there first: without any, the content would be for everyone.")
    list_display = ["title", "slug", "ancestors", "description"]
    list_filter = [("parent", RelatedDropdownFilter)]
    # As deep as the tree may be.
    list_select_related = ["parent__parent__parent__parent"]
    search_fields = ["title", "slug", "description"]
    autocomplete_fields = ["parent"]
    fieldsets = [
        (None, {"fields": [("title", "slug"), "parent", "description"]}),
        (_lazy("Other languages"), {"fields": ["titles"]}),
    ]

    @display(description=_lazy("within"))
    def ancestors(self, segment):
        parent, names = segment.parent, []
        while parent is not None:
            names.insert(0, parent.title)
            parent = parent.parent
        return " › ".join(names)
