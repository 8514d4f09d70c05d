"""The admin page of a touchpoint, with checked filters, its pins, and its review by an owner."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.formats import localize
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
FILTERS = gettext_lazy(
    "Filters for requests that do not set them: segment, kind and term, such as "
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
        # Filters of any other shape are refused by the model, in its own words.
        is_plain = isinstance(filters, dict) and all(isinstance(value, str) for value in filters.values())
        if unknown := unknown_words(filters if is_plain else {}, current_catalogue()):
            message = _("There is nothing with the name %(names)s. Check the spelling.")
            raise ValidationError(message % {"names": get_text_list(unknown, _("and"))}, code="unknown_word")
        return filters


class PinInline(Inline):
    model = Pin
    fields = ["position", "asset"]
    autocomplete_fields = ["asset"]
    verbose_name_plural = gettext_lazy("pins – shown first here in this order, where they are live and fit")


class ReviewDateFilter(ChoiceFilter):
    """Filters touchpoints by when their next review is due."""

    title, parameter_name = gettext_lazy("review"), "review"

    def lookups(self, request, model_admin):
        return [("overdue", _("review overdue")), ("soon", _("review due in the next 30 days"))]

    def narrow(self, request, queryset):
        return ReviewFilter.QUEUES[self.choice()](queryset, on=day_of(clock.now()))


class TouchpointWithContentAdmin(TouchpointAdmin):
    form = TouchpointForm
    inlines = [PinInline]
    list_display = [*TouchpointAdmin.list_display, "owner", "review_date"]
    list_filter = [*TouchpointAdmin.list_filter, OwnerFilter, ReviewDateFilter]
    list_select_related = [*TouchpointAdmin.list_select_related, "owner"]
    actions = ["were_looked_at"]
    actions_submit_line = [SAVE_AND_LOOKED_AT]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @action(description=gettext_lazy("Mark as reviewed"), permissions=["change"])
    def were_looked_at(self, request, queryset):
        for touchpoint in queryset:
            self._note_review(request, touchpoint)

    @action(description=gettext_lazy("Save and mark as reviewed"), permissions=["change"])
    def save_and_looked_at(self, request, obj):
        """Names the button only. The theme calls this when a form is saved, and an unchanged form is not: therefore
        ``response_change`` does the work."""

    def response_change(self, request, obj):
        if f"journeys_touchpoint_{SAVE_AND_LOOKED_AT}" in request.POST:
            self._note_review(request, obj)
        return super().response_change(request, obj)

    def _note_review(self, request, touchpoint):
        due = refusals_as_messages(request, note_review, touchpoint, on=day_of(clock.now()))
        if due is not None:
            message = _("“%(touchpoint)s” was reviewed. The next review is due on %(date)s.")
            messages.success(request, message % {"touchpoint": touchpoint, "date": localize(due)})
