from django.contrib import admin, messages
from django.db.models import Count
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from content.drafts.misfits import misfits
from content.models import Asset, Kind
from content.models.kind import validate_url_templates
from content.publishing.address_clashes import put_kind, refuse_templates
from journeys.admin.model_admin import BaseAdmin
from journeys.admin.urls import admin_url
from journeys.admin.written import WordedForm

MOST_LINKS = 10  # in the message


class KindForm(WordedForm):
    def clean_url_templates(self):
        """Refuses templates that would give two texts one address. Until the save nobody can publish."""
        templates = self.cleaned_data["url_templates"]
        validate_url_templates(templates)
        if self.instance.pk and "url_templates" in self.changed_data:
            refuse_templates(Kind(pk=self.instance.pk, slug=self.instance.slug, url_templates=templates))
        return templates


@admin.register(Kind)
class KindAdmin(BaseAdmin):
    form = KindForm
    ordering = ["slug"]  # said again, since annotating the count drops the model's ordering
    slug_from = "title"
    way_out = gettext_lazy("First delete those drafts or give them another kind. Published editions stay.")
    list_display = ["title", "slug", "description", "review", "asset_count"]
    search_fields = ["title", "slug", "description"]
    fieldsets = [
        (None, {"fields": [("title", "slug"), "description"]}),
        (gettext_lazy("Other languages"), {"fields": ["titles"]}),
        (gettext_lazy("Before publishing"), {"fields": ["review"]}),
        (gettext_lazy("Fields"), {"fields": ["schema"]}),
        (gettext_lazy("Addresses on your site"), {"fields": ["url_templates"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_assets=Count("assets"))

    @display(description=gettext_lazy("assets"), ordering="number_of_assets")
    def asset_count(self, kind):
        return kind.number_of_assets

    def save_model(self, request, obj, form, change):
        # ``put_kind`` takes the publishing lock: an untouched form need not wait for it.
        if not change or form.has_changed():
            put_kind(obj)
        if change and "schema" in form.changed_data:
            add_misfit_messages(request, obj)


def add_misfit_messages(request, kind):
    """Warns of drafts that no longer match the schema, with links to the first of them."""
    texts = misfits(kind)
    if not texts:
        return
    links = format_html_join(
        ", ",
        '<a class="underline" href="{}">{}</a> ({}: {})',
        [
            (admin_url(Asset, "change", misfit.asset.pk), misfit.asset, misfit.locale, _problem(misfit))
            for misfit in texts[:MOST_LINKS]
        ],
    )
    if (others := len(texts) - MOST_LINKS) > 0:
        more = ngettext("{links} and {count} more", "{links} and {count} more", others)
        links = format_html(more, links=links, count=others)
    message = ngettext(
        "{count} text does not match these fields. What is published stays live. Correct before publishing again: "
        "{links}.",
        "{count} texts do not match these fields. What is published stays live. Correct before publishing again: "
        "{links}.",
        len(texts),
    )
    messages.warning(request, format_html(message, count=len(texts), links=links))


def _problem(misfit):
    first = misfit.problems[0]
    return f"{first.path or _('fields')}: {first.message}"
