from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from content import clock
from content.delivery.current_state import current_state
from content.models import Term, Vocabulary
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin, Inline


class TermInline(Inline):
    model = Term
    fields = ["title", "slug", "parent", "public", "titles"]
    prepopulated_fields = {"slug": ("title",)}
    show_change_link = True
    # A term is deleted on its own page, which says what still uses it.
    can_delete = False
    verbose_name_plural = gettext_lazy("terms – each includes those below it")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            here = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = Term.objects.filter(vocabulary=here) if here else Term.objects.none()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Vocabulary)
class VocabularyAdmin(BaseAdmin):
    slug_from = "title"
    way_out = gettext_lazy("Published editions keep their terms.")
    list_display = ["title", "slug", "term_count"]
    search_fields = ["title", "slug"]
    fieldsets = [(None, {"fields": [("title", "slug"), "titles"]})]
    inlines = [TermInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_terms=Count("terms"))

    @display(description=gettext_lazy("terms"), ordering="number_of_terms")
    def term_count(self, vocabulary):
        return vocabulary.number_of_terms


@admin.register(Term)
class TermAdmin(BaseAdmin):
    slug_from = "title"
    way_out = gettext_lazy("Published editions keep their terms. First delete the terms below this one.")
    list_display = ["title", "slug", "vocabulary", "parent", "public_since"]
    list_filter = [("vocabulary", RelatedDropdownFilter)]
    list_select_related = ["vocabulary", "parent"]
    search_fields = ["title", "slug", "vocabulary__title"]
    autocomplete_fields = ["vocabulary", "parent"]
    fields = [("title", "slug"), ("vocabulary", "parent"), "titles", "public"]

    def get_fields(self, request, obj=None):
        return [*self.fields[:-1], ("public", "public_since")] if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        names = [*super().get_readonly_fields(request, obj), "public_since"]
        return [*names, "vocabulary"] if obj else names

    @display(description=gettext_lazy("public since"))
    def public_since(self, term):
        if (term.vocabulary.slug, term.slug) not in current_state(now=clock.now()).catalogue.public_terms:
            return _("not public: no text with it has been live")
        return time_cell(term.shown_since) if term.shown_since else _("marked as public")
