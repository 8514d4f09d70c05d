"""The base classes of the admin: list and form, inline rows, and read-only models."""

from django.db import models
from unfold.admin import ModelAdmin, TabularInline

from journeys.admin.deletion import ProtectedDelete
from journeys.admin.when import WhenField
from journeys.admin.written import WordedForm, written_field
from journeys.models.mapped import uses

ENDS = {"until", "expires_at"}  # model fields that are the end of something: a date alone lasts through its day


class FormFields:
    """A mixin that chooses the form fields of JSON, instants and long texts."""

    form: type[WordedForm] = WordedForm

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.JSONField):
            return written_field(db_field)
        if isinstance(db_field, models.DateTimeField) and db_field.editable:
            return db_field.formfield(form_class=WhenField, is_end=db_field.name in ENDS, **kwargs)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.TextField):
            field.widget.attrs["rows"] = 3
        return field


class Inline(FormFields, TabularInline):
    extra = 0
    show_title = False
    if hasattr(TabularInline, "hide_title"):
        hide_title = True  # the older theme, which is all that Python 3.11 gets


class BaseAdmin(ProtectedDelete, FormFields, ModelAdmin):
    """The list and the form that every model of the admin starts from."""

    list_per_page = 50
    list_filter_submit = True
    list_filter_sheet = False
    warn_unsaved_form = True
    # Slugs are made from the title once, and are fixed when something published names them.
    slug_from = ""

    def save_model(self, request, obj, form, change):
        """Saves nothing where no field was changed, so that the row does not count as changed."""
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    def get_prepopulated_fields(self, request, obj=None):
        return {"slug": (self.slug_from,)} if self.slug_from and obj is None else {}

    def get_readonly_fields(self, request, obj=None):
        names = list(super().get_readonly_fields(request, obj))
        return [*names, "slug"] if obj and self.slug_from and uses(obj) else names


class ReadOnly:
    """A mixin for models that no form may change."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
