from django.contrib import admin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from journeys.admin.model_admin import BaseAdmin
from journeys.models import Segment


@admin.register(Segment)
class SegmentAdmin(BaseAdmin):
    slug_from = "title"
    tags_protect = True
    way_out = "Choose other segments there first: without any, it would be said to everyone."
    list_display = ["title", "slug", "line", "description"]
    list_filter = [("parent", RelatedDropdownFilter)]
    # As deep as the tree may be.
    list_select_related = ["parent__parent__parent__parent"]
    search_fields = ["title", "slug", "description"]
    autocomplete_fields = ["parent"]
    fieldsets = [
        (None, {"fields": [("title", "slug"), "parent", "description"]}),
        ("Other languages", {"fields": ["titles"]}),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "parent":
            field.help_text = "A child is also told what is said to its parent. At most five levels."
        return field

    @display(description="within")
    def line(self, segment):
        above, names = segment.parent, []
        while above is not None:
            names.insert(0, above.title)
            above = above.parent
        return " › ".join(names)
