"""The map's own screen of a touchpoint, and on it its filters in known words, its pins, and who looks at it when."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from unfold.decorators import action

from content import clock
from content.accounts.roles import staff
from content.admin.asset.filters import ChoiceFilter, OwnerFilter, ReviewFilter
from content.admin.publishing.messages import refusals_as_messages
from content.catalogue import current_catalogue
from content.delivery.touchpoint import unknown_words
from content.instants import day_of
from content.models import Pin
from journeys.admin.model_admin import Inline
from journeys.admin.touchpoint import TouchpointAdmin
from journeys.admin.written import WordedForm
from journeys.looked_at import note_review

SAVE_AND_LOOKED_AT = "save_and_looked_at"
FILTERS = (
    "What stands here unless the request says otherwise: segment, kind and term, such as "
    '{"segment": "families", "kind": "faq,guide", "term": "topic:grilling"}.'
)


class TouchpointForm(WordedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "filters" in self.fields:
            self.fields["filters"].help_text = FILTERS
        if "owner" in self.fields:
            self.fields["owner"].queryset = staff(self.instance.owner_id)

    def clean_filters(self):
        filters = self.cleaned_data["filters"]
        words = filters if isinstance(filters, dict) and all(isinstance(v, str) for v in filters.values()) else {}
        if unknown := unknown_words(words, current_catalogue()):
            raise ValidationError(
                f"Nothing is called {get_text_list(unknown, _('and'))}: look at its spelling.", code="unknown_word"
            )
        return filters


class PinInline(Inline):
    model = Pin
    fields = ["position", "asset"]
    autocomplete_fields = ["asset"]
    verbose_name_plural = "pins – what stands first here, in this order, where it is live and fits"


class LookFilter(ChoiceFilter):
    """Of what is to be looked at again at a date."""

    title, parameter_name = "review", "review"

    def lookups(self, request, model_admin):
        return [("overdue", "to look at again: overdue"), ("soon", "to look at again: in the next 30 days")]

    def narrow(self, request, queryset):
        return ReviewFilter.QUEUES[self.choice()](queryset, on=day_of(clock.now()))


class TouchpointWithContentAdmin(TouchpointAdmin):
    form = TouchpointForm
    inlines = [PinInline]
    list_display = [*TouchpointAdmin.list_display, "owner", "review_date"]
    list_filter = [*TouchpointAdmin.list_filter, OwnerFilter, LookFilter]
    list_select_related = [*TouchpointAdmin.list_select_related, "owner"]
    actions = ["were_looked_at"]
    actions_submit_line = [SAVE_AND_LOOKED_AT]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @action(description="Looked at", permissions=["change"])
    def were_looked_at(self, request, queryset):
        for touchpoint in queryset:
            self._note_look(request, touchpoint)

    @action(description="Save and note as looked at", permissions=["change"])
    def save_and_looked_at(self, request, obj):
        """Only a name for the button: what nobody touched is not saved, so ``response_change`` acts."""

    def response_change(self, request, obj):
        if f"journeys_touchpoint_{SAVE_AND_LOOKED_AT}" in request.POST:
            self._note_look(request, obj)
        return super().response_change(request, obj)

    def _note_look(self, request, touchpoint):
        again = refusals_as_messages(request, note_review, touchpoint, on=day_of(clock.now()))
        if again is not None:
            messages.success(request, f"“{touchpoint}” was looked at, and will be again on {again}.")
