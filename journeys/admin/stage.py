from django.contrib import admin
from django.db.models import Case, When
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from journeys.admin.journey import phases_in_words
from journeys.admin.model_admin import BaseAdmin, Inline
from journeys.admin.transition import TransitionForm
from journeys.models import Recommendation, Stage, Transition


class WayOutInline(Inline):
    model = Transition
    form = TransitionForm
    fk_name = "from_stage"
    verbose_name = "way on"
    verbose_name_plural = "ways on from here"
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
    verbose_name_plural = "recommended channels"
    fields = ["channel", "role"]
    autocomplete_fields = ["channel"]


@admin.register(Stage)
class StageAdmin(BaseAdmin):
    slug_from = "title"
    way_out = "Tag that with another stage first."
    list_display = ["title", "journey", "position", "covers", "asks", "part"]
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
            "For editors",
            {
                "fields": ["purpose", "question", "need", "barrier", "goals"],
                "description": "Who stands here, and what our words should do for them.",
            },
        ),
        ("Other languages", {"fields": ["titles"]}),
    ]
    inlines = [WayOutInline, RecommendationInline]

    def get_readonly_fields(self, request, obj=None):
        names = super().get_readonly_fields(request, obj)
        return [*names, "journey"] if obj else names

    def get_search_results(self, request, queryset, search_term):
        """Those called so first: “think” is also the name of a whole journey."""
        found, repeated = super().get_search_results(request, queryset, search_term)
        called_so = Case(When(title__istartswith=search_term.strip(), then=0), default=1)
        return found.order_by(called_so, "journey__slug", "position"), repeated

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @display(description="phases")
    def covers(self, stage):
        return phases_in_words(stage.phases)

    @display(description="part")
    def part(self, stage):
        return get_text_list(
            [name for name, is_it in (("entry", stage.is_entry), ("goal", stage.is_goal)) if is_it], _("and")
        )

    @display(description="the customer asks")
    def asks(self, stage):
        return Truncator(stage.question).chars(60)
