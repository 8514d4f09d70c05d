from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import OuterRef, Prefetch
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from unfold.decorators import action, display

from content import clock
from content.accounts.roles import staff
from content.admin.asset.choose_kind import choose_kind_page
from content.admin.asset.filters import (
    ChannelFilter,
    DueFilter,
    JourneyFilter,
    KindFilter,
    LackFilter,
    LocaleListFilter,
    OwnerFilter,
    RefusedFilter,
    ReviewFilter,
    SegmentFilter,
    SoonFilter,
    StageFilter,
    StateFilter,
    TermFilter,
)
from content.admin.asset.placements import PlacementInline
from content.admin.asset.state import COLOURS, state_flags, state_label, with_state_labels
from content.admin.asset.tabs import TABS, TabBar
from content.admin.history.guarded_save import AssetHistoryAdmin
from content.admin.owned import OwnedByEditor
from content.admin.publishing.actions import PublishActions
from content.admin.readers.page import readers_address, readers_page
from content.admin.settings.share_link import ShareLinkAdmin
from content.admin.text.kind_fields import fields_widget
from content.admin.text.read_only import TOLD, fields_as_list, with_displays
from content.admin.thumbnails import PICTURES, described_picture
from content.catalogue import current_catalogue
from content.drafts.copies import find_copies
from content.drafts.review import note_edit
from content.models import Asset, Edition, Placement, ShareLink, Translation
from content.permissions import EDIT_ANY_ASSET, VIEW_EDITION
from journeys.admin.display import chips, time_cell
from journeys.admin.model_admin import BaseAdmin, Inline, ReadOnly
from journeys.admin.urls import admin_url
from journeys.admin.written import WordedForm

# What a row of the list says of texts and placements, and no more: bodies stay where they are.
WRITTEN = Translation.objects.select_related("locale").only("asset", "locale").order_by("locale__code")
UNFROZEN = {"name", "owner", "review_date", "brief", "due"}  # what no edition holds
PLACED = Placement.objects.select_related("stage__journey")


class AssetForm(WordedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            self.fields["owner"].queryset = staff(self.instance.owner_id)
        if "fields" in self.fields and self.instance.pk:
            fields_widget(self, self.instance.kind, shared=True)


class TranslationInline(ReadOnly, Inline):
    """The languages at a glance; each is written on a page of its own."""

    model = Translation
    fields = ["language", "page", "slug", "state"]
    readonly_fields = fields
    verbose_name_plural = "translations"

    def get_formset(self, request, obj=None, **kwargs):
        if obj and not hasattr(obj, "copied"):  # it is asked for more than once a page
            obj.copied = copy_notice(obj)
        self.copied = obj.copied if obj else {}
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request):
        own = state_flags(clock.now(), asset=OuterRef("asset"), locale=OuterRef("locale"))
        return super().get_queryset(request).select_related("locale").annotate(**own)

    @display(description="language")
    def language(self, translation):
        return str(translation.locale)

    @display(description="title")
    def page(self, translation):
        target = admin_url(Translation, "change", translation.pk)
        return format_html('<a class="asset-link" href="{}">{}</a>', target, translation.title)

    @display(description="state")
    def state(self, translation):
        of = self.copied.get(translation.locale_id)
        return f"{state_label(translation)} – copied from {of}, not yet translated" if of else state_label(translation)


def copy_notice(asset):
    """The texts that are still another language's, by locale: the code of that language. One query."""
    catalogue = current_catalogue()
    found = find_copies(asset.translations.all(), default=catalogue.default_locale)
    return {to: catalogue.locales_by_id[of].code for to, of in found.items()}


@admin.register(Asset)
class AssetAdmin(AssetHistoryAdmin, OwnedByEditor, PublishActions, BaseAdmin):
    """The list and the page of assets.

    The bases before ``BaseAdmin`` each override other methods (a test sees to it), so their order means nothing:
    history guards saving, ownership guards permissions, publishing adds actions. What is put together from parts
    – kinds to choose from, tabs, the readers' page – is called by name below.
    """

    form = AssetForm
    change_form_outer_before_template = TABS
    way_out = "Withdraw it instead: then readers no longer see it, and what was published stays on record."
    list_display = ["name", "kind", "locales", "stages", "state", "owner", "changed"]
    list_filter = [
        *(KindFilter, StateFilter, OwnerFilter, JourneyFilter, StageFilter, SegmentFilter, ChannelFilter),
        *(LocaleListFilter, TermFilter, LackFilter, ReviewFilter, DueFilter, SoonFilter, RefusedFilter),
    ]
    list_select_related = ["kind", "owner"]
    search_fields = ["name", "translations__title", "translations__slug"]
    search_help_text = "Search in names, titles and slugs of all languages"
    autocomplete_fields = ["kind", "terms", "image"]
    readonly_fields = ["picture", "public_id", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["name", "kind"]}),
        ("Shared by all languages", {"fields": ["fields"]}),
        ("Tags", {"classes": ["last"], "fields": ["terms", "no_stage_reason"]}),
        ("Picture", {"classes": ["last"], "fields": ["image", "picture"]}),
        ("Brief", {"classes": ["last"], "fields": ["brief", "due"]}),
        ("Care", {"classes": ["last"], "fields": [("owner", "review_date")]}),
        ("For the record", {"classes": ["last"], "fields": ["public_id", ("created_at", "updated_at")]}),
    ]
    add_fieldsets = [(None, {"fields": ["kind", "name", "owner"], "description": "Tags and texts come next."})]
    inlines = [TranslationInline, PlacementInline]
    actions_detail = [
        "publish_page",
        "readers_page",
        {"title": "More", "items": ["withdraw_page", "share_links", "editions"]},
    ]

    class Media:
        js = ["admin/js/jquery.init.js", "content/picks.js"]
        css = {
            "all": [
                "content/asset.css",
                "content/rows.css",
                "content/list.css",
                "content/history.css",
                *TOLD,
                *PICTURES,
            ]
        }

    def get_urls(self):
        view = self.admin_site.admin_view(self.readers_view)
        return [path("<int:pk>/readers/", view, name="content_asset_readers"), *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        return choose_kind_page(self, request) or super().add_view(request, form_url, extra_context)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            context.update(TabBar(request, self.admin_site, obj, None).context)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        may_write = obj is None or self.has_change_permission(request, obj)
        return fieldsets if may_write else with_displays(fieldsets, {"fields": "shared_fields"})

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        changelist.result_list = self.for_picking(changelist.result_list)
        return changelist

    def get_search_results(self, request, queryset, search_term):
        """An asset found by two of its texts is one row, without comparing whole rows to see to it."""
        if not search_term:
            return queryset, False
        found, _ = super().get_search_results(request, Asset.objects.order_by(), search_term)
        return queryset.filter(pk__in=found.values("pk")), False

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_readonly_fields(self, request, obj=None):
        names = [*super().get_readonly_fields(request, obj)]
        if not request.user.has_perm(EDIT_ANY_ASSET):
            names.append("owner")  # what they add is theirs, and stays so
        return [*names, "kind"] if obj and obj.editions.exists() else names

    def save_model(self, request, obj, form, change):
        if not change and "owner" not in form.fields:
            obj.owner = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if set(form.changed_data) - UNFROZEN or any(formset.has_changed() for formset in formsets):
            note_edit(form.instance)

    def get_changeform_initial_data(self, request):
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    def response_add(self, request, obj, post_url_continue=None):
        if not {"_addanother", IS_POPUP_VAR} & set(request.POST):
            request.POST = {**request.POST.dict(), "_continue": "1"}
        return super().response_add(request, obj, post_url_continue)

    def for_picking(self, assets):
        """One page of assets as a list, each with all that is told of it."""
        with_rows = assets.select_related("kind").prefetch_related(
            Prefetch("translations", WRITTEN), Prefetch("placements", PLACED)
        )
        return with_state_labels(with_rows, at=clock.now())

    def told_to_pick(self, asset):
        """Kind, state, languages and stages, as one line."""
        codes = ", ".join(text.locale.code for text in asset.translations.all())
        stages = ", ".join(dict.fromkeys(placement.stage.title for placement in asset.placements.all()))
        return " · ".join(part for part in (asset.kind.title, asset.word, codes or "not written", stages) if part)

    @display(description="languages")
    def locales(self, asset):
        return chips((text.locale.code, text.locale.title) for text in asset.translations.all()) or "none yet"

    @display(description="stages")
    def stages(self, asset):
        placed = chips((one.stage.title, one.stage.journey.title) for one in asset.placements.all())
        return placed or ("none, on purpose" if asset.no_stage_reason else "none yet")

    @display(description="state", label=COLOURS)
    def state(self, asset):
        return asset.word

    @display(description="changed", ordering="updated_at")
    def changed(self, asset):
        return time_cell(asset.updated_at)

    @display(description="shared fields")
    def shared_fields(self, asset):
        return fields_as_list(asset.kind.schema, asset.fields)

    @display(description="and what is said of it")
    def picture(self, asset):
        return described_picture(asset)

    @action(description="What readers get", icon="preview", permissions=["view"])
    def readers_page(self, request, object_id):
        return redirect(readers_address(object_id))

    def readers_view(self, request, pk):
        return readers_page(self, request, pk)

    def has_seeing_shared_permission(self, request, obj=None):
        return self.admin_site.get_model_admin(ShareLink).has_view_permission(request)

    @action(description="Share links", icon="share", permissions=["seeing_shared"])
    def share_links(self, request, object_id):
        return redirect(f"{admin_url(ShareLink, 'changelist')}?{ShareLinkAdmin.OF_ASSET}={object_id}")

    def has_looking_back_permission(self, request, obj=None):
        return request.user.has_perm(VIEW_EDITION)

    @action(description="Editions", icon="history", permissions=["looking_back"])
    def editions(self, request, object_id):
        return redirect(f"{admin_url(Edition, 'changelist')}?asset__id__exact={object_id}")
