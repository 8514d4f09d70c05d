from django.contrib import admin
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext, pgettext_lazy
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from journeys.admin.model_admin import BaseAdmin
from journeys.admin.written import WordedForm
from journeys.models import Transition


class TransitionForm(WordedForm):
    constraint_words = {
        "transition_leads_to_another_stage": _lazy("Choose another stage: a transition cannot lead back to its own.")
    }


@admin.register(Transition)
class TransitionAdmin(BaseAdmin):
    form = TransitionForm
    list_display = ["from_title", "to_title", "direction", "audience", "journey"]
    list_display_links = ["from_title", "to_title"]
    list_filter = [("from_stage__journey", RelatedDropdownFilter), ("segments", RelatedDropdownFilter)]
    list_select_related = ["from_stage__journey", "to_stage__journey"]
    search_fields = ["from_stage__title", "to_stage__title", "from_stage__journey__title"]
    autocomplete_fields = ["from_stage", "to_stage", "segments"]
    fields = [("from_stage", "to_stage"), "segments"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("segments")

    @display(description=pgettext_lazy("transition", "from"), ordering="from_stage__position")
    def from_title(self, transition):
        return transition.from_stage.title

    @display(description=pgettext_lazy("transition", "to"), ordering="to_stage__position")
    def to_title(self, transition):
        return transition.to_stage.title

    @display(description=_lazy("direction"))
    def direction(self, transition):
        is_forward = transition.to_stage.position > transition.from_stage.position
        return pgettext("direction", "forward") if is_forward else pgettext("direction", "back")

    @display(description=pgettext_lazy("audience", "for"))
    def audience(self, transition):
        return get_text_list([segment.title for segment in transition.segments.all()], _("and")) or _("everyone")

    @display(description=_lazy("journey"), ordering="from_stage__journey__title")
    def journey(self, transition):
        return transition.from_stage.journey
