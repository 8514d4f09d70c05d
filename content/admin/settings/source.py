from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from content.models import Source
from journeys.admin.model_admin import BaseAdmin, ReadOnly


@admin.register(Source)
class SourceAdmin(ReadOnly, BaseAdmin):
    list_display = ["key", "asset", "kind"]
    list_select_related = ["asset__kind"]
    search_fields = ["key", "asset__name"]
    fields = ["key", "asset", "languages"]
    readonly_fields = ["key", "asset", "languages"]

    @display(description=_("kind"))
    def kind(self, source):
        return source.asset.kind.title

    @display(description=_("languages imported"))
    def languages(self, source):
        return " ".join(sorted(code for code in source.hashes if code)) or "–"
