from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display

from content import clock
from content.accounts.ownership import may_edit
from content.admin.asset.state import COLOURS, state_cell, with_states
from content.admin.asset.tabs import TABS, TabBar
from content.admin.asset.teasers import TeaserInline
from content.admin.history.guarded_save import TextHistoryAdmin
from content.admin.history.review import ReviewAdmin
from content.admin.owned import OwnedByEditor
from content.admin.readers.page import readers_address
from content.admin.settings.share_link import ShareActions
from content.admin.text.body import body_field
from content.admin.text.kind_fields import fields_widget
from content.admin.text.read_only import FIELD_LINES_CSS, body_as_text, fields_as_list, with_displays
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

COPIED_FIELDS = ["title", "summary", "body", "seo_title", "seo_description", "market_bound", "fields"]


class TranslationForm(WordedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        advise_lengths(self)
        if "slug" in self.fields:
            self.fields["slug"].required = self.fields["slug"].allow_unicode = False  # as the browser makes one, too
            self.fields["slug"].help_text = _("The end of its address. Empty: made from the title.")
        if "body" in self.fields:
            self.fields["body"] = body_field((self.data if self.is_bound else self.initial).get("body") or "")
        if "fields" in self.fields:
            asset = self._asset()
            if asset:
                fields_widget(self, asset.kind, shared=False)
            else:
                self.fields["fields"].help_text = _("These depend on the kind of the asset. Save once to see them.")

    def clean_body(self):
        if "body" in self.changed_data:
            refuse_excess(self.cleaned_data["body"])
        return self.cleaned_data["body"]

    def _asset(self):
        if self.instance.asset_id:
            return self.instance.asset
        pk = id_from_url(str((self.data if self.is_bound else self.initial).get("asset", "")))
        return Asset.objects.filter(pk=pk).select_related("kind").first()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("slug") == "" and cleaned.get("title"):
            asset, locale = (cleaned.get(name) or self._fixed(name) for name in ("asset", "locale"))
            if asset and locale:
                cleaned["slug"] = free_slug(cleaned["title"], asset=asset, locale=locale)
                if not cleaned["slug"]:
                    message = _("Write a slug, such as “winter-grilling”: none can be made from this title.")
                    self.add_error("slug", message)
        return cleaned

    def _fixed(self, name):
        """The value of a field that no form changes once the text exists."""
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
        (_lazy("Fields of its kind"), {"fields": ["fields"]}),
        (_lazy("Picture of its asset"), {"fields": [("picture", "image_alt")]}),
        (_lazy("For search engines"), {"classes": ["last"], "fields": ["seo_title", "seo_description", "in_search"]}),
        (_lazy("Visibility"), {"classes": ["last"], "fields": ["published_at", "market_bound"]}),
    ]
    readonly_fields = ["picture", "in_search"]
    inlines = [NextStepInline, TeaserInline]
    actions_detail = ["publish_page", "review_page", {"title": _lazy("More"), "items": ["readers_page", "share_page"]}]

    class Media:
        js = ["admin/js/jquery.init.js", "content/picks.js", "content/search.js"]
        css = {
            "all": [
                *("content/asset.css", "content/rows.css", "content/editor.css", "content/history.css"),
                *FIELD_LINES_CSS,
                *PICTURES,
            ]
        }

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        changelist.result_list = with_states(changelist.result_list, at=clock.now())
        return changelist

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["show_save_and_continue"] = False  # *Save* does
        if place := _place(request, obj):
            context.update(TabBar(request, self.admin_site, *place).context)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_fieldsets(self, request, obj=None):
        """Asset and language are side by side once they are fixed; as select boxes they would hide a label."""
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
        initial = super().get_changeform_initial_data(request)
        source = _source(initial)
        return {**({name: getattr(source, name) for name in COPIED_FIELDS} if source else {}), **initial}

    def asset_of(self, translation):
        return translation.asset

    def add_view(self, request, form_url="", extra_context=None):
        """Refuses the form to those whom ``save_model`` would refuse."""
        pk = id_from_url(request.GET.get("asset", ""))
        asset = Asset.objects.filter(pk=pk).first()
        if asset and not may_edit(request.user, asset):
            raise PermissionDenied
        return super().add_view(request, form_url, extra_context)

    def response_post_save_change(self, request, obj):
        """*Save* stays on the page of the text, to go on writing."""
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
            # While its words are still those of the source, the gates say that it is not translated.
            mark_copy(obj, nearest_locale(obj.asset_id, obj.locale_id))
        super().save_model(request, obj, form, change)

    @display(description=_lazy("language"), ordering="locale__code")
    def locale_code(self, translation):
        return translation.locale.code

    @display(description=_lazy("kind"), ordering="asset__kind__title")
    def kind(self, translation):
        return translation.asset.kind.title

    @display(description=_lazy("state"), label=COLOURS)
    def state(self, translation):
        return state_cell(translation.state)

    @display(description=_lazy("body"))
    def text(self, translation):
        return body_as_text(translation.body)

    @display(description=_lazy("fields"))
    def own_fields(self, translation):
        return fields_as_list(translation.asset.kind.schema, translation.fields)

    @display(description=_lazy("picture"))
    def picture(self, translation):
        image = translation.asset.image if translation.asset_id else None
        return thumbnail(image) if image else _("None yet. Choose one on the page of the asset.")

    @display(description=_lazy("as a search result"))
    def in_search(self, translation):
        return search_preview(translation)

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm(PUBLISH_ASSET)

    @action(description=_lazy("Publish or schedule …"), icon="event_upcoming", permissions=["publish"])
    def publish_page(self, request, object_id):
        translation = self.get_object(request, object_id)
        if translation is None:
            return redirect(admin_url(Translation, "changelist"))
        page = f"{admin_url(Asset, 'publish')}?ids={translation.asset_id}&locale={translation.locale.code}"
        return redirect(page)

    def has_readers_permission(self, request, obj=None):
        return request.user.has_perm(VIEW_ASSET) or request.user.has_perm(CHANGE_ASSET)

    @action(description=_lazy("What readers get"), icon="preview", permissions=["readers"])
    def readers_page(self, request, object_id):
        translation = self.get_object(request, object_id)
        if translation is None:
            return redirect(admin_url(Translation, "changelist"))
        return redirect(readers_address(translation.asset_id, locale=translation.locale.code))


def _place(request, text):
    """The asset of a text's page and the id of its language, from the address if it is new; ``None`` without one."""
    if text:
        return text.asset, text.locale_id
    pk, locale = (id_from_url(str((request.POST or request.GET).get(name, ""))) for name in ("asset", "locale"))
    asset = Asset.objects.select_related("kind").filter(pk=pk).first()
    return (asset, locale or 0) if asset else None  # 0 is no language: none is chosen yet


def _source(initial):
    asset, locale = (id_from_url(str(initial.get(name, ""))) for name in ("asset", "locale"))
    return next(iter(nearest_locale(asset, locale)), None)


def nearest_locale(asset, locale):
    """The texts of an asset: along the fallback chain of ``locale`` first, the others by code."""
    texts = {text.locale_id: text for text in Translation.objects.filter(asset=asset).order_by("locale__code")}
    chain, fallback = {}, Locale.objects.filter(pk=locale).first()
    while fallback is not None:
        if fallback.pk in texts:
            chain[fallback.pk] = texts[fallback.pk]
        fallback = fallback.fallback
    return [*chain.values(), *(text for pk, text in texts.items() if pk not in chain)]
