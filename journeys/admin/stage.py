from django.contrib import admin
from django.db.models import Case, When
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from journeys.admin.journey import phases_in_words
from journeys.admin.model_admin import BaseAdmin, Inline
from journeys.admin.transition import TransitionForm
from journeys.models import Recommendation, Stage, Transition


class TransitionInline(Inline):
    model = Transition
    form = TransitionForm
    fk_name = "from_stage"
    verbose_name = _lazy("transition")
    verbose_name_plural = _lazy("transitions from here")
    fields = ["to_stage", "segments"]
    autocomplete_fields = ["segments"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "to_stage":
            here = request.resolver_match.kwargs.get("object_id")
            others = Stage.objects.filter(journey__stages=here) if str(here).isdecimal() else Stage.objects.none()
            kwargs["queryset"] = others.exclude(pk=here).select_related("journey")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RecommendationInline(Inline):
    model = Recommendation
    verbose_name_plural = _lazy("recommended channels")
    fields = ["channel", "role"]
    autocomplete_fields = ["channel"]


@admin.register(Stage)
class StageAdmin(BaseAdmin):
    slug_from = "title"
    way_out = _lazy("Choose another stage there first.")
    list_display = ["title", "journey", "position", "covers", "question_preview", "part"]
    list_filter = [("journey", RelatedDropdownFilter), "is_entry", "is_goal"]
    list_select_related = ["journey"]
    search_fields = ["title", "slug", "original_title", "journey__title", "journey__slug"]
    autocomplete_fields = ["journey"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "journey",
                    ("title", "original_title"),
                    ("slug", "position"),
                    "phases",
                    ("is_entry", "is_goal"),
                    "intent",
                ]
            },
        ),
        (
            _lazy("For editors"),
            {
                "fields": ["purpose", "question", "need", "barrier", "goals"],
                "description": _lazy("Who the customer is at this stage, and what content should do for them."),
            },
        ),
        (_lazy("Other languages"), {"fields": ["titles"]}),
    ]
    inlines = [TransitionInline, RecommendationInline]

    def get_readonly_fields(self, request, obj=None):
        names = super().get_readonly_fields(request, obj)
        return [*names, "journey"] if obj else names

    def get_search_results(self, request, queryset, search_term):
        """Puts stages whose own title matches first: “think” is also in the name of a whole journey."""
        found, repeated = super().get_search_results(request, queryset, search_term)
        own_title = Case(When(title__istartswith=search_term.strip(), then=0), default=1)
        return found.order_by(own_title, "journey__slug", "position"), repeated

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @display(description=_lazy("phases"))
    def covers(self, stage):
        return phases_in_words(stage.phases)

    @display(description=_lazy("part"))
    def part(self, stage):
        names = [name for name, applies in ((_("entry"), stage.is_entry), (_("goal"), stage.is_goal)) if applies]
        return get_text_list(names, _("and"))

    @display(description=_lazy("question"))
    def question_preview(self, stage):
        return Truncator(stage.question).chars(60)
