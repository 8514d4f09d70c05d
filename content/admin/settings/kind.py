from django.contrib import admin, messages
from django.db.models import Count
from django.utils.html import format_html, format_html_join
from unfold.decorators import display

from content.drafts.misfits import misfits
from content.models import Asset, Kind
from content.models.kind import validate_url_templates
from content.publishing.address_clashes import put_kind, refuse_templates
from journeys.admin.model_admin import BaseAdmin
from journeys.admin.urls import admin_url
from journeys.admin.written import WordedForm

SHOWN = 10  # links in the message


class KindForm(WordedForm):
    def clean_url_templates(self):
        """What would show two texts at one place is refused here; until it is saved nobody publishes."""
        templates = self.cleaned_data["url_templates"]
        validate_url_templates(templates)
        if self.instance.pk and "url_templates" in self.changed_data:
            refuse_templates(Kind(pk=self.instance.pk, slug=self.instance.slug, url_templates=templates))
        return templates


@admin.register(Kind)
class KindAdmin(BaseAdmin):
    form = KindForm
    ordering = ["slug"]  # by name: a count of assets forgets that of the model
    slug_from = "title"
    way_out = "Delete those drafts, or give them another kind, first; what was published stays on record."
    list_display = ["title", "slug", "description", "review", "asset_count"]
    search_fields = ["title", "slug", "description"]
    fieldsets = [
        (None, {"fields": [("title", "slug"), "description"]}),
        ("Other languages", {"fields": ["titles"]}),
        ("Before it is published", {"fields": ["review"]}),
        ("Its own fields", {"fields": ["schema"]}),
        ("Where your site shows it", {"fields": ["url_templates"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_assets=Count("assets"))

    @display(description="assets", ordering="number_of_assets")
    def asset_count(self, kind):
        return kind.number_of_assets

    def save_model(self, request, obj, form, change):
        if not change or form.has_changed():
            put_kind(obj)
        if change and "schema" in form.changed_data:
            add_misfit_messages(request, obj)


def add_misfit_messages(request, kind):
    """Says how many drafts no longer fit, with links to the first of them."""
    found = misfits(kind)
    if not found:
        return
    texts = "1 text does" if len(found) == 1 else f"{len(found)} texts do"
    links = format_html_join(
        ", ",
        '<a class="underline" href="{}">{}</a> ({}: {})',
        [
            (admin_url(Asset, "change", misfit.asset.pk), misfit.asset, misfit.locale, _problem(misfit))
            for misfit in found[:SHOWN]
        ],
    )
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    message = "{} not fit these fields. What is published stays; before publishing again, mend: {}{}."
    messages.warning(request, format_html(message, texts, links, more))


def _problem(misfit):
    first = misfit.problems[0]
    return f"{first.path or 'fields'}: {first.message}"
