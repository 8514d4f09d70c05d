"""Saving assets and texts: each save is a revision, and nobody overwrites what others saved without seeing it."""

from django import forms
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, transaction
from django.forms.formsets import all_valid
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from content import clock
from content.admin.history.conflict import conflict_since, short_time
from content.admin.history.pages import HistoryPages
from content.admin.history.rebase import current_post, rebase_post
from content.drafts.changes import Part
from content.drafts.history import FIRST, hold, keep_all, keeping, latest
from content.drafts.labels import spoken_user
from content.drafts.state import asset_state_of, current_asset_state
from content.models import Asset, Translation
from journeys.admin.urls import admin_url, id_from_url

OPENED = "_opened_at"  # the hidden field with the revision at which the form was opened


class HistoryAdmin(HistoryPages):
    """Each save is a revision of the whole asset.

    A save that would overwrite what others saved meanwhile is refused once, with both versions beside one another;
    the next save of that page goes through.
    """

    change_form_before_template = "admin/content/opened.html"

    def part_of(self, thing_id):
        """The part of a draft that the page of ``thing_id`` edits."""
        raise NotImplementedError

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        thing_id = id_from_url(unquote(object_id)) if object_id else None
        if thing_id is None or (request.method == "POST" and not self.has_change_permission(request)):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if request.method != "POST":
            asset_id = self.asset_id_of(thing_id)
            # Read before the page is, so that a save in between counts as a conflict.
            context = {"opened": latest(asset_id) if asset_id else 0, **(extra_context or {})}
            return super().changeform_view(request, object_id, form_url, context)
        # One lock from comparing to saving: of two who save at the same time, the second sees the first.
        with transaction.atomic():
            asset_id = self.asset_id_of(thing_id)
            if asset_id is None or not hold([asset_id]) or self.asset_id_of(thing_id) is None:
                return self._deleted_meanwhile(request, thing_id)
            request.conflict = None
            opened = request.POST.get(OPENED, "")
            if opened:
                opened = self._look_for_conflict(request, object_id, thing_id, asset_id, id_from_url(opened) or 0)
            context = {"opened": opened, "conflict": request.conflict, **(extra_context or {})}
            return super().changeform_view(request, object_id, form_url, context)

    def _look_for_conflict(self, request, object_id, thing_id, asset_id, opened):
        """Puts what others saved meanwhile into ``request.conflict``. Returns the revision to go on from."""
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
        formsets, _inlines = self._create_formsets(request, thing, change=True)
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
        return with_refusal(form, conflict.message) if conflict else form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if "data" in kwargs and obj.pk:  # a POST
            current = inline.get_formset(request, obj)(instance=obj, prefix=prefix, queryset=kwargs["queryset"])
            if inline.has_change_permission(request, obj):
                kwargs["data"] = rebase_post(kwargs["data"], current, known_by=inline.known_by)
            else:
                kwargs["data"] = current_post(kwargs["data"], current)
        return kwargs

    def save_model(self, request, obj, form, change):
        if asset_id := obj.pk and self.asset_id_of(obj.pk) if change else getattr(obj, "asset_id", None):
            hold([asset_id])
            # The version before the first change in the admin, so that it can be reverted to.
            keep_all([asset_id], by=None, at=clock.now(), why=FIRST)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        keep_all([self.asset_id_of(form.instance.pk)], by=request.user, at=clock.now())

    def _deleted_meanwhile(self, request, thing_id):
        """A page with the posted texts, to copy from: saving cannot bring back what somebody deleted. 409."""
        deletions = LogEntry.objects.filter(
            content_type=get_content_type_for_model(self.model), object_id=str(thing_id), action_flag=DELETION
        )
        deletion = deletions.select_related("user").order_by("-action_time").first()
        title = _("This %(model)s was deleted") % {"model": self.opts.verbose_name}
        if deletion:
            title = _("This %(model)s was deleted by %(user)s at %(time)s") % {
                "model": self.opts.verbose_name,
                "user": spoken_user(deletion.user),
                "time": short_time(deletion.action_time),
            }
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "texts": posted_texts(request.POST),
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


def with_refusal(form, message):
    """A subclass of ``form`` that refuses everything with ``message``, code ``changed_meanwhile``."""

    def clean(self):
        cleaned = super(refusing, self).clean()
        self.add_error(None, forms.ValidationError(message, code="changed_meanwhile"))
        return cleaned

    refusing = type(form.__name__, (form,), {"clean": clean})
    return refusing


def posted_texts(data):
    """The values of a posted form with the names of their fields, without what the page itself put there."""
    # Names with “_” in front are buttons, “initial-” repeats defaults, “__prefix__” is the empty row.
    skipped = ("csrfmiddlewaretoken", OPENED)
    return [
        (name.replace("_", " ").replace("-", " "), text)
        for name in data
        if name not in skipped and not name.startswith(("_", "initial-")) and "_FORMS" not in name
        for text in [", ".join(data.getlist(name))]
        if text and "__prefix__" not in name
    ]
