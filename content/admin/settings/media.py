from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from unfold.decorators import display
from unfold.widgets import INPUT_CLASSES

from content import clock
from content.accounts.ownership import may_edit_media
from content.admin.thumbnails import PICTURES, focal_picture, thumbnail
from content.media.files import TAKEN, assets_with, drafts_naming, examine, keep, links_showing, remove_media
from content.models import Asset, Media, ShareLink
from content.renditions import MIMES
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin
from journeys.admin.urls import admin_url
from journeys.admin.written import WordedForm

MOST_FILES = 20


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True

    class Media:
        js = ["content/several_files.js"]

    def value_from_datadict(self, data, files, name):
        return files.getlist(name)


class SeveralFiles(forms.Field):
    """Files as what they would become; one that is refused keeps them all out."""

    widget = SeveralFilesInput(
        attrs={"class": " ".join(INPUT_CLASSES), "multiple": True, "accept": ",".join(MIMES.values())}
    )

    def clean(self, value):
        files = super().clean(value)
        if len(files) > MOST_FILES:
            raise ValidationError(f"These are {len(files)} files; {MOST_FILES} at once are the most.", code="too_many")
        uploads, errors = [], []
        for file in files:
            try:
                uploads.append(examine(file, filename=file.name))
            except ValidationError as error:
                errors += [f"{file.name}: {message}" for message in error.messages]
        if errors:
            raise ValidationError(errors, code="refused")
        return uploads

    def has_changed(self, initial, data):
        return bool(data)


class UploadForm(forms.ModelForm):
    files = SeveralFiles(label="Files", help_text=f"One or several: {TAKEN}.")

    class Meta:
        model = Media
        fields = []

    def save(self, commit=True):
        """The first of what is uploaded, not kept yet."""
        super().save(commit=False)
        return self.cleaned_data["files"][0].media


class MediaForm(WordedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"focal_x", "focal_y"} & set(self.fields):
            self.fields[name].widget.attrs |= {"min": 0, "max": 1, "step": "any"}


@admin.register(Media)
class MediaAdmin(BaseAdmin):
    form = MediaForm
    way_out = "Take it out of there first; what was published keeps its pictures."
    list_display = ["picture", "title", "mime", "dimensions", "told_size", "used_by", "added"]
    list_display_links = ["picture", "title"]
    search_fields = ["title", "name"]
    search_help_text = "Search in titles and addresses"
    readonly_fields = ["focus", "link", "mime", "dimensions", "told_size", "users", "by", "added"]
    about = ("For the record", {"fields": [("mime", "dimensions", "told_size"), ("by", "added")]})
    picture_fieldsets = [
        (None, {"fields": ["title", "link", "users"]}),
        (
            "What must stay in sight when it is cropped",
            {"fields": ["focus", ("focal_x", "focal_y")], "description": "Click on the picture, or write two numbers."},
        ),
        about,
    ]
    file_fieldsets = [(None, {"fields": ["title", "link", "users"]}), about]

    class Media:
        css = {"all": PICTURES}
        js = ["content/focal_point.js"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or may_edit_media(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or may_edit_media(request.user, obj))

    def get_form(self, request, obj=None, **kwargs):
        return super().get_form(request, obj, **kwargs if obj else {**kwargs, "form": UploadForm})

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [(None, {"fields": ["files"]})]
        return self.picture_fieldsets if obj.is_picture else self.file_fieldsets

    def get_readonly_fields(self, request, obj=None):
        return super().get_readonly_fields(request, obj) if obj else []

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        changelist.result_list = list(changelist.result_list)
        users = assets_with(changelist.result_list)
        for media in changelist.result_list:
            media.asset_count = len(users.get(media.pk, ()))
        return changelist

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        for other in keep(form.cleaned_data["files"], by=request.user)[1:]:
            self.log_addition(request, other, [{"added": {}}])

    def response_add(self, request, obj, post_url_continue=None):
        if {"_addanother", IS_POPUP_VAR} & set(request.POST):
            return super().response_add(request, obj, post_url_continue)
        count = len(request.FILES.getlist("files"))
        messages.success(request, f"Added: {f'{count} files' if count > 1 else f'“{obj}”'}.")
        return HttpResponseRedirect(
            admin_url(self.model, "changelist") if count > 1 else self.address("change", obj.pk)
        )

    def why_protected(self, things):
        if why := super().why_protected(things):
            return why
        shared = list(ShareLink.objects.active(clock.now()))
        for thing in things:
            if texts := drafts_naming(thing):
                named = get_text_list([f"“{text}” ({text.locale.code})" for text in texts], _("and"))
                return f"“{thing}” is used in the text of {named} and cannot be deleted. {self.way_out}"
            if links := links_showing(thing, shared):
                named = get_text_list([f"“{link}”" for link in links], _("and"))
                return f"“{thing}” is shown by a share link, to {named}, and cannot be deleted. Revoke the link first."
        return ""

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as error:  # somebody has put it to use meanwhile
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(admin_url(self.model, "changelist"))

    def delete_model(self, request, obj):
        remove_media([obj])

    def delete_queryset(self, request, queryset):
        remove_media(queryset)

    @display(description="picture")
    def picture(self, media):
        return thumbnail(media)

    @display(description="picture")
    def focus(self, media):
        return focal_picture(media)

    @display(description="address")
    def link(self, media):
        return format_html(
            '<a class="text-primary-600 underline dark:text-primary-500" href="{0}" target="_blank">'
            "<code>{0}</code></a>"
            '<span class="block mt-1">{1}</span>',
            media.url,
            "In a text: insert a figure with this address." if media.is_picture else "In a text: link to this address.",
        )

    @display(description="pixels")
    def dimensions(self, media):
        return f"{media.width} × {media.height}" if media.is_picture else "–"

    @display(description="size", ordering="size")
    def told_size(self, media):
        return filesizeformat(media.size)

    @display(description="used by")
    def used_by(self, media):
        return f"{media.asset_count} asset{'' if media.asset_count == 1 else 's'}" if media.asset_count else "–"

    @display(description="used by")
    def users(self, media):
        ids = assets_with([media]).get(media.pk, set()) | {text.asset_id for text in drafts_naming(media)}
        links = [(admin_url(Asset, "change", asset.pk), asset) for asset in Asset.objects.filter(pk__in=ids)]
        link = '<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>'
        return format_html_join(" · ", link, links) if links else "nothing yet"

    @display(description="added", ordering="created_at")
    def added(self, media):
        return time_cell(media.created_at)
