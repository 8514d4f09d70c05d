from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import OuterRef, Prefetch
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
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
from content.admin.asset.state import COLOURS, state_cell, state_flags, state_of, with_states
from content.admin.asset.tabs import TABS, TabBar
from content.admin.history.guarded_save import AssetHistoryAdmin
from content.admin.owned import OwnedByEditor
from content.admin.publishing.actions import PublishActions
from content.admin.readers.page import readers_address, readers_page
from content.admin.settings.share_link import ShareLinkAdmin
from content.admin.text.kind_fields import fields_widget
from content.admin.text.read_only import FIELD_LINES_CSS, fields_as_list, with_displays
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

# What a row of the list needs of texts and placements, and no more: bodies are not read.
LIST_TEXTS = Translation.objects.select_related("locale").only("asset", "locale").order_by("locale__code")
LIST_PLACEMENTS = Placement.objects.select_related("stage__journey")
# Fields that editions do not hold: changing these alone undoes no approval.
UNFROZEN = {"name", "owner", "review_date", "brief", "due"}


class AssetForm(WordedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            self.fields["owner"].queryset = staff(self.instance.owner_id)
        if "fields" in self.fields and self.instance.pk:
            fields_widget(self, self.instance.kind, shared=True)


class TranslationInline(ReadOnly, Inline):
    """The texts of an asset with their states, each a link to its own page."""

    model = Translation
    fields = ["language", "page", "slug", "state"]
    readonly_fields = fields
    verbose_name_plural = _lazy("translations")

    def get_formset(self, request, obj=None, **kwargs):
        if obj and not hasattr(obj, "copy_sources"):  # Django calls this more than once a page
            obj.copy_sources = copy_sources(obj)
        self.copy_sources = obj.copy_sources if obj else {}
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request):
        flags = state_flags(clock.now(), asset=OuterRef("asset"), locale=OuterRef("locale"))
        return super().get_queryset(request).select_related("locale").annotate(**flags)

    @display(description=_lazy("language"))
    def language(self, translation):
        return str(translation.locale)

    @display(description=_lazy("title"))
    def page(self, translation):
        target = admin_url(Translation, "change", translation.pk)
        return format_html('<a class="asset-link" href="{}">{}</a>', target, translation.title)

    @display(description=_lazy("state"))
    def state(self, translation):
        state = state_of(translation).label
        source = self.copy_sources.get(translation.locale_id)
        if source is None:
            return state
        return _("%(state)s – copied from %(language)s, not yet translated") % {"state": state, "language": source}


def copy_sources(asset):
    """For each text that is not translated yet, by the id of its language: the code it was copied from. One query."""
    catalogue = current_catalogue()
    copies = find_copies(asset.translations.all(), default=catalogue.default_locale)
    return {to: catalogue.locales_by_id[source].code for to, source in copies.items()}


@admin.register(Asset)
class AssetAdmin(AssetHistoryAdmin, OwnedByEditor, PublishActions, BaseAdmin):
    """The list and the page of assets.

    The bases before ``BaseAdmin`` each override other methods (a test sees to it), so their order means nothing:
    history guards saving, ownership guards permissions, publishing adds actions. What is put together from parts
    – kinds to choose from, tabs, the readers' page – is called by name below.
    """

    form = AssetForm
    change_form_outer_before_template = TABS
    way_out = _lazy("Withdraw it instead: readers no longer see it, and what was published stays on record.")
    list_display = ["name", "kind", "locales", "stages", "state", "owner", "changed"]
    list_filter = [
        *(KindFilter, StateFilter, OwnerFilter, JourneyFilter, StageFilter, SegmentFilter, ChannelFilter),
        *(LocaleListFilter, TermFilter, LackFilter, ReviewFilter, DueFilter, SoonFilter, RefusedFilter),
    ]
    list_select_related = ["kind", "owner"]
    search_fields = ["name", "translations__title", "translations__slug"]
    search_help_text = _lazy("Search in names, titles and slugs of all languages")
    autocomplete_fields = ["kind", "terms", "image"]
    readonly_fields = ["picture", "public_id", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["name", "kind"]}),
        (_lazy("Shared by all languages"), {"fields": ["fields"]}),
        (_lazy("Tags"), {"classes": ["last"], "fields": ["terms", "no_stage_reason"]}),
        (_lazy("Picture"), {"classes": ["last"], "fields": ["image", "picture"]}),
        (_lazy("Brief"), {"classes": ["last"], "fields": ["brief", "due"]}),
        (_lazy("Owner and review"), {"classes": ["last"], "fields": [("owner", "review_date")]}),
        (_lazy("Record"), {"classes": ["last"], "fields": ["public_id", ("created_at", "updated_at")]}),
    ]
    add_fieldsets = [(None, {"fields": ["kind", "name", "owner"], "description": _lazy("Tags and texts come next.")})]
    inlines = [TranslationInline, PlacementInline]
    actions_detail = [
        "publish_page",
        "readers_page",
        {"title": _lazy("More"), "items": ["withdraw_page", "share_links", "editions"]},
    ]

    class Media:
        js = ["admin/js/jquery.init.js", "content/picks.js"]
        css = {
            "all": [
                "content/asset.css",
                "content/rows.css",
                "content/list.css",
                "content/history.css",
                *FIELD_LINES_CSS,
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
        changelist.result_list = self.list_rows(changelist.result_list)
        return changelist

    def get_search_results(self, request, queryset, search_term):
        """An asset found by two of its texts is one row, by ids: ``DISTINCT`` would compare whole rows."""
        if not search_term:
            return queryset, False
        matches, _may_repeat = super().get_search_results(request, Asset.objects.order_by(), search_term)
        return queryset.filter(pk__in=matches.values("pk")), False

    def get_inlines(self, request, obj):
        return self.inlines if obj else []  # rows need an asset to belong to

    def get_readonly_fields(self, request, obj=None):
        names = [*super().get_readonly_fields(request, obj)]
        if not request.user.has_perm(EDIT_ANY_ASSET):
            names.append("owner")  # who may edit only their own assets cannot give them away
        return [*names, "kind"] if obj and obj.editions.exists() else names

    def save_model(self, request, obj, form, change):
        if not change and "owner" not in form.fields:
            obj.owner = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        # An approval is for what an edition would hold; other changes leave it alone.
        if set(form.changed_data) - UNFROZEN or any(formset.has_changed() for formset in formsets):
            note_edit(form.instance)

    def get_changeform_initial_data(self, request):
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    def response_add(self, request, obj, post_url_continue=None):
        # The page opens again after adding: placements and texts are added there. Popups close as always.
        if not {"_addanother", IS_POPUP_VAR} & set(request.POST):
            request.POST = {**request.POST.dict(), "_continue": "1"}
        return super().response_add(request, obj, post_url_continue)

    def list_rows(self, assets):
        """One page of assets as a list, each with all that a row or a suggestion shows of it."""
        with_rows = assets.select_related("kind").prefetch_related(
            Prefetch("translations", LIST_TEXTS), Prefetch("placements", LIST_PLACEMENTS)
        )
        return with_states(with_rows, at=clock.now())

    def suggestion_details(self, asset):
        """Kind, state, languages and stages, as one line."""
        state = str(asset.state.label) if asset.state else ""
        codes = ", ".join(text.locale.code for text in asset.translations.all())
        stages = ", ".join(dict.fromkeys(placement.stage.title for placement in asset.placements.all()))
        return " · ".join(part for part in (asset.kind.title, state, codes or _("not written"), stages) if part)

    @display(description=_lazy("languages"))
    def locales(self, asset):
        return chips((text.locale.code, text.locale.title) for text in asset.translations.all()) or _("none yet")

    @display(description=_lazy("stages"))
    def stages(self, asset):
        stages = [placement.stage for placement in asset.placements.all()]
        if stages:
            return chips((stage.title, stage.journey.title) for stage in stages)
        return _("none, on purpose") if asset.no_stage_reason else _("none yet")

    @display(description=_lazy("state"), label=COLOURS)
    def state(self, asset):
        return state_cell(asset.state)

    @display(description=_lazy("changed"), ordering="updated_at")
    def changed(self, asset):
        return time_cell(asset.updated_at)

    @display(description=_lazy("shared fields"))
    def shared_fields(self, asset):
        return fields_as_list(asset.kind.schema, asset.fields)

    @display(description=_lazy("preview and alternative texts"))
    def picture(self, asset):
        return described_picture(asset)

    @action(description=_lazy("What readers get"), icon="preview", permissions=["view"])
    def readers_page(self, request, object_id):
        return redirect(readers_address(object_id))

    def readers_view(self, request, pk):
        return readers_page(self, request, pk)

    def has_view_share_links_permission(self, request, obj=None):
        return self.admin_site.get_model_admin(ShareLink).has_view_permission(request)

    @action(description=_lazy("Share links"), icon="share", permissions=["view_share_links"])
    def share_links(self, request, object_id):
        return redirect(f"{admin_url(ShareLink, 'changelist')}?{ShareLinkAdmin.OF_ASSET}={object_id}")

    def has_view_editions_permission(self, request, obj=None):
        return request.user.has_perm(VIEW_EDITION)

    @action(description=_lazy("Editions"), icon="history", permissions=["view_editions"])
    def editions(self, request, object_id):
        return redirect(f"{admin_url(Edition, 'changelist')}?asset__id__exact={object_id}")
