from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from content.models import Target
from journeys.admin.model_admin import BaseAdmin

CONDITIONS = ["journey", "stage", "segment", "channel", "locale", "kind", "term"]


@admin.register(Target)
class TargetAdmin(BaseAdmin):
    list_display = ["where", "minimum", "most", "rhythm", "note"]
    list_display_links = ["where"]
    list_select_related = [*CONDITIONS, "stage__journey"]
    list_filter = [(name, RelatedDropdownFilter) for name in ("stage__journey", *CONDITIONS[1:])]
    search_fields = ["note", "stage__title", "segment__title", "kind__title", "term__title"]
    autocomplete_fields = CONDITIONS
    fieldsets = [
        (
            _("Where"),
            {
                "fields": CONDITIONS,
                "description": _(
                    "Applies to every cell that matches all of these. If several targets match, the most specific one "
                    "applies; if they are equally specific, the first that names a kind, a term, a stage or a segment, "
                    "in this order. A cell for one kind or term only follows targets that name it."
                ),
            },
        ),
        (
            _("How much"),
            {
                "fields": [("minimum", "maximum"), "note"],
                "description": _(
                    "Without a target a cell should have 1 to 5 assets. A target for a stage and a kind or term also "
                    "recommends such content there."
                ),
            },
        ),
        (
            _("How often"),
            {
                "fields": ["fresh_days"],
                "description": _(
                    "The newest content that readers see there, in each language, should not be older than this. "
                    "Without a stage it applies to every stage of the journey. To set only how often, leave the "
                    "minimum empty."
                ),
            },
        ),
    ]

    @display(description=_("Where"), ordering="stage__position")
    def where(self, target):
        return target.where

    @display(description=_("Maximum"), ordering="maximum", empty_value=_("no maximum"))
    def most(self, target):
        return "" if target.minimum is None else target.maximum

    @display(description=_("Something new"), ordering="fresh_days")
    def rhythm(self, target):
        days = target.fresh_days
        return ngettext("every day", "every %(days)d days", days) % {"days": days} if days else ""
