from django.contrib import admin

from content.models import Locale
from content.showings.locales import put_locale
from journeys.admin.model_admin import BaseAdmin
from journeys.admin.written import WordedForm
from journeys.models.mapped import uses


class LocaleForm(WordedForm):
    constraint_words = {
        "locale_default_at_most_one": "Another language is the default already: take the mark off there first."
    }


@admin.register(Locale)
class LocaleAdmin(BaseAdmin):
    form = LocaleForm
    way_out = "What is written or was published in a language keeps it."
    list_display = ["title", "code", "fallback", "is_default"]
    list_select_related = ["fallback"]
    search_fields = ["title", "code"]
    autocomplete_fields = ["fallback"]
    fields = [("title", "code"), "fallback", "is_default"]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj and uses(obj) else []

    def save_model(self, request, obj, form, change):
        put_locale(obj)

    def get_deleted_objects(self, objs, request):
        """Without what readers of the language are shown: that is made from editions and may be long."""
        if why := self.why_protected(list(objs)):
            return [], {}, set(), [why]
        return [str(locale) for locale in objs], {"locales": len(objs)}, set(), []
