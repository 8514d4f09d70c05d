"""The map's own screen of a touchpoint, and on it what content says there: its filters in known words, its pins."""

from django.contrib import admin
from django.core.exceptions import ValidationError

from content.catalogue import current_catalogue
from content.models import Pin
from content.touchpoint import strangers
from journeys.admin.screen import Rows, in_a_row
from journeys.admin.touchpoint import TouchpointAdmin
from journeys.admin.written import WordedForm
from journeys.models import Touchpoint

admin.site.unregister(Touchpoint)


FILTERS = (
    "What stands here unless the request says otherwise: segment, kind and term, such as "
    '{"segment": "families", "kind": "faq,guide", "term": "topic:grilling"}.'
)


class TouchpointForm(WordedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "filters" in self.fields:
            self.fields["filters"].help_text = FILTERS

    def clean_filters(self):
        filters = self.cleaned_data["filters"]
        words = filters if isinstance(filters, dict) and all(isinstance(v, str) for v in filters.values()) else {}
        if unknown := strangers(words, current_catalogue()):
            raise ValidationError(f"Nothing is called {in_a_row(unknown)}: look at its spelling.", code="unknown_word")
        return filters


class PinRows(Rows):
    model = Pin
    fields = ["position", "asset"]
    autocomplete_fields = ["asset"]
    verbose_name_plural = "pins – what stands first here, in this order, where it is live and fits"


@admin.register(Touchpoint)
class TouchpointWithContentAdmin(TouchpointAdmin):
    form = TouchpointForm
    inlines = [PinRows]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []
