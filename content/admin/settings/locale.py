from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.models import Locale
from content.showings.locales import put_locale
from journeys.admin.model_admin import BaseAdmin
from journeys.admin.written import WordedForm
from journeys.models.mapped import uses


class LocaleForm(WordedForm):
    constraint_words = {
        "locale_default_at_most_one": gettext_lazy(
            "Another language is the default already. First clear the mark there."
        )
    }


@admin.register(Locale)
class LocaleAdmin(BaseAdmin):
    form = LocaleForm
    way_out = gettext_lazy("A language that has texts or editions cannot be deleted.")
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
        """The confirmation without showings: they are derived from editions, and may be very many."""
        if reason := self.why_protected(list(objs)):
            return [], {}, set(), [reason]
        return [str(locale) for locale in objs], {_("languages"): len(objs)}, set(), []
