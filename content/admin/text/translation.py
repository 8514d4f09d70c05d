from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display

from content import clock
from content.accounts.ownership import may_edit
from content.admin.asset.state import COLOURS, with_state_labels
from content.admin.asset.tabs import TABS, TabBar
from content.admin.asset.teasers import TeaserInline
from content.admin.history.guarded_save import TextHistoryAdmin
from content.admin.history.review import ReviewAdmin
from content.admin.owned import OwnedByEditor
from content.admin.readers.page import readers_address
from content.admin.settings.share_link import ShareActions
from content.admin.text.body import body_field
from content.admin.text.kind_fields import fields_widget
from content.admin.text.read_only import TOLD, body_as_text, fields_as_list, with_displays
from content.admin.text.seo import advise_lengths, search_preview
from content.admin.text.slugs import free_slug
from content.admin.text.steps import NextStepInline
from content.admin.thumbnails import PICTURES, thumbnail
from content.catalogue import current_catalogue
from content.drafts.copies import mark_copy
from content.drafts.review import note_edit
from content.links import by_reference
from content.models import Asset, Locale, Translation
from content.permissions import CHANGE_ASSET, PUBLISH_ASSET, VIEW_ASSET
from content.richtext import refuse_excess, sanitise
from journeys.admin.model_admin import BaseAdmin
from journeys.admin.urls import admin_url, id_from_url
from journeys.admin.written import WordedForm

NO_SLUG = "Write a slug, such as “winter-grilling”: none can be made of this title."
COPIED = ["title", "summary", "body", "seo_title", "seo_description", "market_bound", "fields"]


class TranslationForm(WordedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        advise_lengths(self)
        if "slug" in self.fields:
            self.fields["slug"].required = self.fields["slug"].allow_unicode = False  # as the browser makes one, too
            self.fields["slug"].help_text = "The end of its address. Empty: made from the title."
        if "body" in self.fields:
            self.fields["body"] = body_field((self.data if self.is_bound else self.initial).get("body") or "")
        if "fields" in self.fields:
            asset = self._asset()
            if asset:
                fields_widget(self, asset.kind, shared=False)
            else:
                self.fields["fields"].help_text = "By the kind of the asset; save once to see which."

    def clean_body(self):
        if "body" in self.changed_data:
            refuse_excess(self.cleaned_data["body"])
        return self.cleaned_data["body"]

    def _asset(self):
        if self.instance.asset_id:
            return self.instance.asset
        named = id_from_url(str((self.data if self.is_bound else self.initial).get("asset", "")))
        return Asset.objects.filter(pk=named).select_related("kind").first()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("slug") == "" and cleaned.get("title"):
            asset, locale = (cleaned.get(name) or self._stands(name) for name in ("asset", "locale"))
            if asset and locale:
                cleaned["slug"] = free_slug(cleaned["title"], asset=asset, locale=locale)
                if not cleaned["slug"]:
                    self.add_error("slug", NO_SLUG)
        return cleaned

    def _stands(self, name):
        """What no form changes any more, once a text is there."""
        return getattr(self.instance, name) if self.instance.pk else None


@admin.register(Translation)
class TranslationAdmin(TextHistoryAdmin, OwnedByEditor, ReviewAdmin, ShareActions, BaseAdmin):
    """The list and the page of texts. As on the screen of assets, the bases each override other methods."""

    form = TranslationForm
    change_form_outer_before_template = TABS
    list_display = ["title", "locale_code", "asset", "kind", "slug", "state"]
    list_filter = [("locale", RelatedDropdownFilter), ("asset__kind", RelatedDropdownFilter), "market_bound"]
    list_select_related = ["asset__kind", "locale"]
    search_fields = ["title", "slug", "asset__name"]
    autocomplete_fields = ["asset", "locale"]
    fieldsets = [
        (None, {"fields": [("asset", "locale"), "title", "slug", "summary", "body"]}),
        ("Fields of its kind", {"fields": ["fields"]}),
        ("The picture of its asset", {"fields": [("picture", "image_alt")]}),
        ("For search engines", {"classes": ["last"], "fields": ["seo_title", "seo_description", "in_search"]}),
        ("Who sees it, and since when", {"classes": ["last"], "fields": ["published_at", "market_bound"]}),
    ]
    readonly_fields = ["picture", "in_search"]
    inlines = [NextStepInline, TeaserInline]
    actions_detail = ["publish_page", "review_page", {"title": "More", "items": ["readers_page", "share_page"]}]

    class Media:
        js = ["admin/js/jquery.init.js", "content/picks.js", "content/search.js"]
        css = {
            "all": [
                *("content/asset.css", "content/rows.css", "content/editor.css", "content/history.css"),
                *TOLD,
                *PICTURES,
            ]
        }

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        changelist.result_list = with_state_labels(changelist.result_list, at=clock.now())
        return changelist

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["show_save_and_continue"] = False  # *Save* does
        if place := _place(request, obj):
            context.update(TabBar(request, self.admin_site, *place).context)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_fieldsets(self, request, obj=None):
        """Asset and language beside one another only where they are words: two select boxes hide a label."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            may_write = self.has_change_permission(request, obj)
            return fieldsets if may_write else with_displays(fieldsets, {"body": "text", "fields": "own_fields"})
        (title, options), *rest = fieldsets
        return [(title, {**options, "fields": flatten(options["fields"])}), *rest]

    def get_readonly_fields(self, request, obj=None):
        names = super().get_readonly_fields(request, obj)
        return [*names, "asset", "locale"] if obj else names

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("title",)}

    def get_changeform_initial_data(self, request):
        """A new text starts as a copy of the one its readers see now: the nearest of the chain, else the first."""
        given = super().get_changeform_initial_data(request)
        source = _source(given)
        return {**({name: getattr(source, name) for name in COPIED} if source else {}), **given}

    def asset_of(self, translation):
        return translation.asset

    def add_view(self, request, form_url="", extra_context=None):
        """No form is shown to whom ``save_model`` would refuse."""
        pk = id_from_url(request.GET.get("asset", ""))
        asset = Asset.objects.filter(pk=pk).first()
        if asset and not may_edit(request.user, asset):
            raise PermissionDenied
        return super().add_view(request, form_url, extra_context)

    def response_post_save_change(self, request, obj):
        """*Save* stays on the text: whoever writes it goes on writing."""
        return redirect(admin_url(Translation, "change", obj.pk))

    response_post_save_add = response_post_save_change

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            text = form.instance
            note_edit(text.asset, text.asset.translations.filter(pk=text.pk))

    def save_model(self, request, obj, form, change):
        if not may_edit(request.user, obj.asset):
            raise PermissionDenied
        obj.body = by_reference(sanitise(obj.body), current_catalogue())
        if not change:
            mark_copy(obj, nearest_locale(obj.asset_id, obj.locale_id))
        super().save_model(request, obj, form, change)

    @display(description="language", ordering="locale__code")
    def locale_code(self, translation):
        return translation.locale.code

    @display(description="kind", ordering="asset__kind__title")
    def kind(self, translation):
        return translation.asset.kind.title

    @display(description="state", label=COLOURS)
    def state(self, translation):
        return translation.word

    @display(description="body")
    def text(self, translation):
        return body_as_text(translation.body)

    @display(description="fields")
    def own_fields(self, translation):
        return fields_as_list(translation.asset.kind.schema, translation.fields)

    @display(description="picture")
    def picture(self, translation):
        image = translation.asset.image if translation.asset_id else None
        return thumbnail(image) if image else "none; it is chosen on the page of the asset"

    @display(description="as a search result")
    def in_search(self, translation):
        return search_preview(translation)

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm(PUBLISH_ASSET)

    @action(description="Publish or schedule …", icon="event_upcoming", permissions=["publish"])
    def publish_page(self, request, object_id):
        translation = self.get_object(request, object_id)
        if translation is None:
            return redirect(admin_url(Translation, "changelist"))
        page = f"{admin_url(Asset, 'publish')}?ids={translation.asset_id}&locale={translation.locale.code}"
        return redirect(page)

    def has_readers_permission(self, request, obj=None):
        return request.user.has_perm(VIEW_ASSET) or request.user.has_perm(CHANGE_ASSET)

    @action(description="What readers get", icon="preview", permissions=["readers"])
    def readers_page(self, request, object_id):
        translation = self.get_object(request, object_id)
        if translation is None:
            return redirect(admin_url(Translation, "changelist"))
        return redirect(readers_address(translation.asset_id, locale=translation.locale.code))


def _place(request, text):
    """The asset of a text's page and the id of its language, from the address if it is new; ``None`` without one."""
    if text:
        return text.asset, text.locale_id
    named, locale = (id_from_url(str((request.POST or request.GET).get(name, ""))) for name in ("asset", "locale"))
    asset = Asset.objects.select_related("kind").filter(pk=named).first()
    return (asset, locale or 0) if asset else None


def _source(given):
    asset, locale = (id_from_url(str(given.get(name, ""))) for name in ("asset", "locale"))
    return next(iter(nearest_locale(asset, locale)), None)


def nearest_locale(asset, locale):
    """The texts of an asset, those first that readers of ``locale`` see without one of their own, then by code."""
    written = {text.locale_id: text for text in Translation.objects.filter(asset=asset).order_by("locale__code")}
    line, fallback = {}, Locale.objects.filter(pk=locale).first()
    while fallback is not None:
        if fallback.pk in written:
            line[fallback.pk] = written[fallback.pk]
        fallback = fallback.fallback
    return [*line.values(), *(text for pk, text in written.items() if pk not in line)]
