"""What every screen of the admin has in common."""

from collections import Counter

from django.contrib import messages
from django.contrib.admin.utils import NestedObjects, unquote
from django.db import models
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.admin import ModelAdmin, TabularInline

from journeys.admin.when import WhenField
from journeys.admin.written import WordedForm, written
from journeys.models.mapped import uses

CHIP = (
    "bg-base-500/8 inline-block px-1.5 rounded-default text-base-700 text-xs leading-5 whitespace-nowrap "
    "dark:bg-base-500/20 dark:text-base-200"
)
ENDS = {"until", "expires_at"}  # fields of models that say up to when
DIGITS = 18  # of a number that every database can compare


class Writing:
    """Writes JSON fields as ``written`` says."""

    form = WordedForm

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.JSONField):
            return written(db_field)
        if isinstance(db_field, models.DateTimeField) and db_field.editable:
            return db_field.formfield(form_class=WhenField, is_end=db_field.name in ENDS, **kwargs)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.TextField):
            field.widget.attrs["rows"] = 3
        return field


class Rows(Writing, TabularInline):
    extra = 0
    show_title = False
    if hasattr(TabularInline, "hide_title"):
        hide_title = True  # the older theme, which is all that Python 3.11 gets


class Screen(Writing, ModelAdmin):
    """A list and a form. What is in use cannot be deleted, and is said to be, with what to do about it."""

    list_per_page = 50
    list_filter_submit = True
    list_filter_sheet = False
    warn_unsaved_form = True
    # Slugs are made from the title once, and are fixed when something published names them.
    slug_from = ""
    way_out = "Take it out of there first."
    # Whether a tag keeps its object from being deleted, because a tag with none left would stand for everybody.
    tags_protect = False

    def save_model(self, request, obj, form, change):
        """What nobody touched is not written, so that it does not count as changed."""
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    def get_prepopulated_fields(self, request, obj=None):
        return {"slug": (self.slug_from,)} if self.slug_from and obj is None else {}

    def get_readonly_fields(self, request, obj=None):
        names = list(super().get_readonly_fields(request, obj))
        return [*names, "slug"] if obj and self.slug_from and uses(obj) else names

    def why_kept(self, things):
        """Why these cannot be deleted, in a sentence with numbers; empty if they can."""
        found = self._holders(things)
        if not found:
            return ""
        names = [str(thing) for thing in things]
        subject = f"“{names[0]}” is" if len(names) == 1 else f"These {len(names)} are"
        counts = [
            f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
            for model, count in sorted(found.items(), key=lambda item: -item[1])
        ]
        return f"{subject} used by {in_a_row(counts)} and cannot be deleted. {self.way_out}"

    def _holders(self, things):
        collector = NestedObjects(using="default", origin=things)
        collector.collect(things)
        found = Counter(type(holder) for holder in collector.protected)
        for relation in self.model._meta.related_objects if self.tags_protect else ():
            if relation.many_to_many and relation.through._meta.auto_created:
                count = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": things}).count()
                found[relation.related_model] += count
        return +found

    def delete_view(self, request, object_id, extra_context=None):
        thing = self.get_object(request, unquote(object_id))
        if thing and self.has_delete_permission(request, thing) and (why := self.why_kept([thing])):
            self.message_user(request, why, messages.ERROR)
            return HttpResponseRedirect(self.address("change", thing.pk))
        return super().delete_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs, request):
        if why := self.why_kept(list(objs)):
            return [], {}, set(), [why]
        return super().get_deleted_objects(objs, request)

    def address(self, page, *args):
        return address(self.model, page, *args)


class ReadOnly:
    """For what no form may change."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def address(model, page, *args):
    """The address of an admin page of ``model``: ``changelist``, ``add``, ``change`` …"""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def told_time(at):
    """A date and a time of day in the zone of whoever looks, short enough for a column."""
    told = f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "–"
    return format_html('<span class="whitespace-nowrap">{}</span>', told)


def chips(labels):
    """Small labels in a row, from pairs of words and what they are short for; empty if there are none."""
    made = format_html_join("", f'<span class="{CHIP}" title="{{1}}">{{0}}</span>', labels)
    return format_html('<span class="chips flex flex-wrap gap-1">{}</span>', made) if made else ""


def as_id(text):
    """The primary key that ``text`` from an address is, ``None`` if it is none."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None


def in_a_row(words):
    """``a, b and c``."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
