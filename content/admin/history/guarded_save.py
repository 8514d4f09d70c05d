"""The history behind the pages of assets and texts: what they save is kept, and nothing is overwritten unseen."""

from django import forms
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, transaction
from django.forms.formsets import all_valid
from django.template.response import TemplateResponse

from content import clock
from content.admin.history.conflict import conflict_since, when
from content.admin.history.pages import HistoryPages
from content.admin.history.rebase import current_post, rebase_post
from content.drafts.changes import Part
from content.drafts.history import FIRST, hold, keep_all, keeping, latest
from content.drafts.labels import spoken_user
from content.drafts.state import asset_state_of, current_asset_state
from content.models import Asset, Translation
from journeys.admin.urls import admin_url, id_from_url

OPENED = "_opened_at"  # the hidden field: at which revision the form was opened


class HistoryAdmin(HistoryPages):
    """Each save is a revision of the whole asset; one that would overwrite what was saved meanwhile is refused once."""

    change_form_before_template = "admin/content/opened.html"

    def part_of(self, thing_id):
        """Which part of a draft the page of ``thing_id`` writes."""
        raise NotImplementedError

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        thing_id = id_from_url(unquote(object_id)) if object_id else None
        if thing_id is None or (request.method == "POST" and not self.has_change_permission(request)):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if request.method != "POST":
            asset_id = self.asset_id_of(thing_id)
            # Read before the page is: a save in between is told, and not missed.
            shown = {"opened": latest(asset_id) if asset_id else 0, **(extra_context or {})}
            return super().changeform_view(request, object_id, form_url, shown)
        with transaction.atomic():
            asset_id = self.asset_id_of(thing_id)
            if asset_id is None or not hold([asset_id]) or self.asset_id_of(thing_id) is None:
                return self._deleted_meanwhile(request, thing_id)
            request.conflict = None
            opened = request.POST.get(OPENED, "")
            if opened:
                opened = self._look_for_conflict(request, object_id, thing_id, asset_id, id_from_url(opened) or 0)
            shown = {"opened": opened, "conflict": request.conflict, **(extra_context or {})}
            return super().changeform_view(request, object_id, form_url, shown)

    def _look_for_conflict(self, request, object_id, thing_id, asset_id, opened):
        """Finds and compares what was saved meanwhile: the revision to go on from."""
        part = self.part_of(thing_id)
        conflict = conflict_since(asset_id, opened, part=part, user=request.user)
        if conflict is None:
            return opened
        draft = self._draft_if_saved(request, object_id, asset_id)
        if draft is not None:
            conflict.compare(draft, part)
        request.conflict = conflict
        return latest(asset_id)

    def _draft_if_saved(self, request, object_id, asset_id):
        """The draft as this form would save it, for comparison: it is saved, read, and rolled back.

        ``None`` where the form has errors. The steps are those of Django's ``_changeform_view``.
        """
        thing = self.get_object(request, unquote(object_id))
        if thing is None or not self.has_change_permission(request, thing):
            return None  # the view itself refuses
        form = self.get_form(request, thing, change=True)(request.POST, request.FILES, instance=thing)
        is_valid = form.is_valid()
        thing = self.save_form(request, form, change=True) if is_valid else form.instance
        formsets, _ = self._create_formsets(request, thing, change=True)
        if not (all_valid(formsets) and is_valid):
            return None
        try:
            with transaction.atomic():
                self.save_model(request, thing, form, True)
                super().save_related(request, form, formsets, True)
                draft = asset_state_of(current_asset_state([asset_id])[asset_id])
                transaction.set_rollback(True)
        except IntegrityError:
            return None
        return draft

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        conflict = getattr(request, "conflict", None)
        return refusing(form, conflict.message) if conflict else form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if "data" in kwargs and obj.pk:
            there = inline.get_formset(request, obj)(instance=obj, prefix=prefix, queryset=kwargs["queryset"])
            if inline.has_change_permission(request, obj):
                kwargs["data"] = rebase_post(kwargs["data"], there, known_by=inline.known_by)
            else:
                kwargs["data"] = current_post(kwargs["data"], there)
        return kwargs

    def save_model(self, request, obj, form, change):
        if asset_id := obj.pk and self.asset_id_of(obj.pk) if change else getattr(obj, "asset_id", None):
            hold([asset_id])
            keep_all([asset_id], by=None, at=clock.now(), why=FIRST)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        keep_all([self.asset_id_of(form.instance.pk)], by=request.user, at=clock.now())

    def _deleted_meanwhile(self, request, thing_id):
        """What was typed, to copy from; saving cannot bring back what somebody deleted."""
        found = LogEntry.objects.filter(
            content_type=get_content_type_for_model(self.model), object_id=str(thing_id), action_flag=DELETION
        )
        entry = found.select_related("user").order_by("-action_time").first()
        by = f" by {spoken_user(entry.user)} {when(entry.action_time)}" if entry else ""
        context = {
            **self.admin_site.each_context(request),
            "title": f"This {self.opts.verbose_name} was deleted{by}",
            "opts": self.opts,
            "typed": typed(request.POST),
            "back": admin_url(self.model, "changelist"),
        }
        return TemplateResponse(request, "admin/content/deleted_meanwhile.html", context, status=409)


class AssetHistoryAdmin(HistoryAdmin):
    def asset_id_of(self, thing_id):
        return Asset.objects.filter(pk=thing_id).values_list("pk", flat=True).first()

    def part_of(self, thing_id):
        return Part()


class TextHistoryAdmin(HistoryAdmin):
    def asset_id_of(self, thing_id):
        return Translation.objects.filter(pk=thing_id).values_list("asset_id", flat=True).first()

    def part_of(self, thing_id):
        return Part(Translation.objects.filter(pk=thing_id).values_list("locale_id", flat=True).first())

    def delete_model(self, request, obj):
        with keeping([obj.asset_id], by=request.user, at=clock.now()):
            super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        with keeping(set(queryset.values_list("asset_id", flat=True)), by=request.user, at=clock.now()):
            super().delete_queryset(request, queryset)


def refusing(form, message):
    """``form``, which refuses whatever is in it, once, with ``message``."""

    def clean(self):
        cleaned = super(refused, self).clean()
        self.add_error(None, forms.ValidationError(message, code="changed_meanwhile"))
        return cleaned

    refused = type(form.__name__, (form,), {"clean": clean})
    return refused


def typed(data):
    """Everything that was written into a form, by the names of its fields."""
    skipped = ("csrfmiddlewaretoken", OPENED)
    return [
        (name.replace("_", " ").replace("-", " "), text)
        for name in data
        if name not in skipped and not name.startswith(("_", "initial-")) and "_FORMS" not in name
        for text in [", ".join(data.getlist(name))]
        if text and "__prefix__" not in name
    ]
