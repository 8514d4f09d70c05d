from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display

from content import clock
from content.admin.confirm_page import NoteForm, WindowForm, confirm_page
from content.admin.local_time import localise_instants
from content.admin.publishing.messages import add_published_messages, refusals_as_messages
from content.admin.text.read_only import TOLD, body_as_text, fields_as_list
from content.catalogue import current_catalogue
from content.models import Asset, Edition, Publication
from content.permissions import PUBLISH_ASSET
from content.publishing.publish import reschedule, restore
from content.words import parse_words_or_notice
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin, ReadOnly
from journeys.admin.urls import admin_url
from journeys.admin.when import WhenField

WINDOWS = {"live": "success", "scheduled": "info", "ended": "default", "cancelled": "warning"}
EVERYBODY, ANYWHERE = "everyone", "any channel"


class EndForm(NoteForm):
    """For what is live already: its start has passed."""

    live_until = WindowForm.base_fields["live_until"]
    field_order = ["live_until", "note"]


class RescheduleForm(WindowForm):
    live_from = WhenField(label="From")
    field_order = ["live_from", "live_until", "note"]


@admin.register(Edition)
class EditionAdmin(ReadOnly, BaseAdmin):
    """What was published, to read: its words never change. Its window moves by the verbs alone."""

    list_display = ["title", "language", "number", "window", "begins", "ends", "kind", "warning_count"]
    list_filter = [("locale", RelatedDropdownFilter), ("kind", RelatedDropdownFilter)]
    list_select_related = ["locale", "kind", "asset"]
    linked_lookups = ["asset__id__exact"]
    search_fields = ["title", "slug", "asset__name"]
    date_hierarchy = "live_from"
    ordering = ["-live_from", "-pk"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("asset_link", "kind"),
                    ("locale", "number", "window"),
                    ("live_from", "live_until", "asked_until"),
                    ("publication_link", "published_at", "market_bound"),
                    "warned",
                ]
            },
        ),
        ("Words", {"fields": ["title", "slug", "summary", "body", "own_fields"]}),
        ("Placed at", {"fields": ["placed"]}),
        ("Next steps", {"fields": ["next_steps"]}),
    ]
    actions_detail = ["restore_page", "reschedule_page"]

    class Media:
        css = {"all": TOLD}

    def get_readonly_fields(self, request, obj=None):
        return [name for _, options in self.fieldsets for row in options["fields"] for name in _names(row)]

    @display(description="language", ordering="locale__code")
    def language(self, edition):
        return edition.locale.code

    @display(description="window", label=WINDOWS)
    def window(self, edition):
        return edition.window_at(clock.now())

    @display(description="from", ordering="live_from")
    def begins(self, edition):
        return time_cell(edition.live_from)

    @display(description="until", ordering="live_until")
    def ends(self, edition):
        return time_cell(edition.live_until)

    @display(description="warnings")
    def warning_count(self, edition):
        return len(edition.warnings) or ""

    @display(description="asset")
    def asset_link(self, edition):
        return _link(edition.asset)

    @display(description="published by")
    def publication_link(self, edition):
        publication = edition.publication
        return _link(publication, f"{publication.get_action_display()} {publication.number}")

    @display(description="the gates warned")
    def warned(self, edition):
        return _listed(localise_instants(data["message"]) for data in edition.warnings) or "of nothing"

    @display(description="summary")
    def summary(self, edition):
        return _words(edition)["summary"] or "–"

    @display(description="body")
    def body(self, edition):
        return body_as_text(_words(edition)["body"])

    @display(description="fields")
    def own_fields(self, edition):
        return fields_as_list(edition.kind.schema, _words(edition)["fields"])

    @display(description="stages")
    def placed(self, edition):
        atlas = current_catalogue().atlas
        lines = []
        for placement in edition.placements:
            stage = atlas.stages.get(placement["stage"])
            whom = [atlas.segments_by_id[pk].title for pk in placement["segments"] if pk in atlas.segments_by_id]
            where = [atlas.channels_by_id[pk].title for pk in placement["channels"] if pk in atlas.channels_by_id]
            place = stage or "a stage that is no more"
            audience = get_text_list(whom, _("and")) or EVERYBODY
            channels = get_text_list(where, _("and")) or ANYWHERE
            lines.append(f"{place} – for {audience}, on {channels}, priority {placement['priority']}")
        return _listed(lines) or "no stage"

    @display(description="in order")
    def next_steps(self, edition):
        names = Asset.objects.in_bulk([step["asset"] for step in edition.steps if step["asset"]])
        targets = [names.get(step["asset"]) or step["touchpoint"] or step["url"] for step in edition.steps]
        return _listed(f"{step['label']} → {to}" for step, to in zip(edition.steps, targets, strict=True)) or "none"

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm(PUBLISH_ASSET)

    @action(description="Restore …", icon="restore_page", permissions=["publish"])
    def restore_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(Edition, "again", object_id))

    @action(description="Reschedule …", icon="event_repeat", permissions=["publish"])
    def reschedule_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(Edition, "move", object_id))

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/again/", view(self.restore_view), name="content_edition_again"),
            path("<int:pk>/move/", view(self.reschedule_view), name="content_edition_move"),
            *super().get_urls(),
        ]

    def restore_view(self, request, pk):
        edition = self._edition(request, pk)
        form = WindowForm(request.POST or None)
        if form.is_valid():
            made = refusals_as_messages(request, restore, edition, by=request.user, **form.cleaned_data)
            if made:
                add_published_messages(request, [made], at=clock.now())
                return HttpResponseRedirect(admin_url(Edition, "change", made.pk))
        lead = "Publishes the words of this edition again, through today’s gates. The draft is left alone."
        back = admin_url(Edition, "change", pk)
        return confirm_page(self, request, form, title=f"Restore “{edition}”", lead=lead, button="Restore", back=back)

    def reschedule_view(self, request, pk):
        edition = self._edition(request, pk)
        back = admin_url(Edition, "change", pk)
        ahead = edition.window_at(clock.now()) == "scheduled"
        initial = {"live_from": edition.live_from, "live_until": edition.asked_until}
        form = (RescheduleForm if ahead else EndForm)(request.POST or None, initial=initial)
        if form.is_valid():
            # An edge that was left as it was is not asked for again: a form knows seconds, an edition microseconds.
            changed = {name: value for name, value in form.cleaned_data.items() if name in [*form.changed_data, "note"]}
            moved = refusals_as_messages(request, reschedule, edition, by=request.user, **changed)
            if moved:
                messages.success(request, f"“{edition}” has its new window.")
                return HttpResponseRedirect(back)
        lead = "" if ahead else "It is or was live, so only its end can move. Empty: no end."
        return confirm_page(
            self, request, form, title=f"Reschedule “{edition}”", lead=lead, button="Reschedule", back=back
        )

    def _edition(self, request, pk):
        if not (self.has_publish_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        return get_object_or_404(Edition.objects.select_related("asset", "locale", "kind"), pk=pk)


@admin.register(Publication)
class PublicationAdmin(ReadOnly, BaseAdmin):
    list_display = ["number", "when", "action", "by", "note"]
    list_filter = ["action", ("by", RelatedDropdownFilter)]
    list_select_related = ["by"]
    linked_lookups = ["at__gte"]
    search_fields = ["note", "editions__title"]
    date_hierarchy = "at"
    fields = [("number", "at", "action"), ("by", "note"), "made"]
    readonly_fields = ["number", "at", "action", "by", "note", "made"]

    @display(description="at", ordering="at")
    def when(self, publication):
        return time_cell(publication.at)

    @display(description="editions")
    def made(self, publication):
        editions = publication.editions.select_related("locale", "asset")[:100]
        return _listed(_link(edition) for edition in editions) or "none: it ended or moved what there was"


def _names(row):
    return [row] if isinstance(row, str) else row


def _words(edition):
    return parse_words_or_notice(bytes(edition.document))


def _link(thing, words=""):
    target = admin_url(type(thing), "change", thing.pk)
    return format_html(
        '<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>', target, words or thing
    )


def _listed(lines):
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html("<ul>{}</ul>", items) if items else ""
