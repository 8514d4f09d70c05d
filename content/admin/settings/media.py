from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.text import format_lazy, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
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
    """Uploaded files, cleaned into what they would be stored as; if one is refused, all are."""

    widget = SeveralFilesInput(
        attrs={"class": " ".join(INPUT_CLASSES), "multiple": True, "accept": ",".join(MIMES.values())}
    )

    def clean(self, value):
        files = super().clean(value)
        if len(files) > MOST_FILES:
            message = _("You selected %(count)d files; %(most)d at a time is the limit.")
            raise ValidationError(message % {"count": len(files), "most": MOST_FILES}, code="too_many")
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
    files = SeveralFiles(  # type: ignore[assignment]
        label=gettext_lazy("Files"), help_text=format_lazy(gettext_lazy("One or several: {types}."), types=TAKEN)
    )

    class Meta:
        model = Media
        fields: list[str] = []

    def save(self, commit=True):
        """The first uploaded file, not stored yet."""
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
    way_out = gettext_lazy("First remove it there. Published editions keep their pictures.")
    list_display = ["picture", "title", "mime", "dimensions", "file_size", "used_by", "added"]
    list_display_links = ["picture", "title"]
    search_fields = ["title", "name"]
    search_help_text = gettext_lazy("Search in titles and addresses")
    readonly_fields = ["focus", "link", "mime", "dimensions", "file_size", "users", "by", "added"]
    about = (gettext_lazy("Details"), {"fields": [("mime", "dimensions", "file_size"), ("by", "added")]})
    picture_fieldsets = [
        (None, {"fields": ["title", "link", "users"]}),
        (
            gettext_lazy("Focal point: what stays visible when the picture is cropped"),
            {
                "fields": ["focus", ("focal_x", "focal_y")],
                "description": gettext_lazy("Click on the picture, or enter two numbers from 0 to 1."),
            },
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
        # Evaluated once, so that the counts stay on the rows that are shown.
        changelist.result_list = list(changelist.result_list)
        users = assets_with(changelist.result_list)
        for media in changelist.result_list:
            media.asset_count = len(users.get(media.pk, ()))
        return changelist

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        # The first file is ``obj``, which Django logs itself.
        for other in keep(form.cleaned_data["files"], by=request.user)[1:]:
            self.log_addition(request, other, [{"added": {}}])

    def response_add(self, request, obj, post_url_continue=None):
        if {"_addanother", IS_POPUP_VAR} & set(request.POST):
            return super().response_add(request, obj, post_url_continue)
        count = len(request.FILES.getlist("files"))
        if count > 1:
            message = ngettext("%(count)d file added.", "%(count)d files added.", count) % {"count": count}
        else:
            message = _("“%(name)s” added.") % {"name": obj}
        messages.success(request, message)
        return HttpResponseRedirect(
            admin_url(self.model, "changelist") if count > 1 else admin_url(self.model, "change", obj.pk)
        )

    def why_protected(self, things):
        if reason := super().why_protected(things):
            return reason
        shared = list(ShareLink.objects.active(clock.now()))
        for thing in things:
            if texts := drafts_naming(thing):
                names = get_text_list([f"“{text}” ({text.locale.code})" for text in texts], _("and"))
                message = _("“%(media)s” is used in the text of %(texts)s and cannot be deleted. %(advice)s")
                return message % {"media": thing, "texts": names, "advice": self.way_out}
            if links := links_showing(thing, shared):
                names = get_text_list([f"“{link}”" for link in links], _("and"))
                message = _(
                    "“%(media)s” is shown by a share link to %(texts)s and cannot be deleted. Revoke the link first."
                )
                return message % {"media": thing, "texts": names}
        return ""

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as error:  # it came into use after the page was opened
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(admin_url(self.model, "changelist"))

    def delete_model(self, request, obj):
        remove_media([obj])

    def delete_queryset(self, request, queryset):
        remove_media(queryset)

    @display(description=gettext_lazy("picture"))
    def picture(self, media):
        return thumbnail(media)

    @display(description=gettext_lazy("picture"))
    def focus(self, media):
        return focal_picture(media)

    @display(description=gettext_lazy("address"))
    def link(self, media):
        return format_html(
            '<a class="text-primary-600 underline dark:text-primary-500" href="{0}" target="_blank">'
            "<code>{0}</code></a>"
            '<span class="block mt-1">{1}</span>',
            media.url,
            _("To use it in a text, insert a figure with this address.")
            if media.is_picture
            else _("To use it in a text, link to this address."),
        )

    @display(description=gettext_lazy("pixels"))
    def dimensions(self, media):
        return f"{media.width} × {media.height}" if media.is_picture else "–"

    @display(description=gettext_lazy("size"), ordering="size")
    def file_size(self, media):
        return filesizeformat(media.size)

    @display(description=gettext_lazy("used by"))
    def used_by(self, media):
        count = media.asset_count
        return ngettext("%(count)d asset", "%(count)d assets", count) % {"count": count} if count else "–"

    @display(description=gettext_lazy("used by"))
    def users(self, media):
        ids = assets_with([media]).get(media.pk, set()) | {text.asset_id for text in drafts_naming(media)}
        links = [(admin_url(Asset, "change", asset.pk), asset) for asset in Asset.objects.filter(pk__in=ids)]
        link = '<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>'
        return format_html_join(" · ", link, links) if links else _("nothing yet")

    @display(description=gettext_lazy("added"), ordering="created_at")
    def added(self, media):
        return time_cell(media.created_at)
