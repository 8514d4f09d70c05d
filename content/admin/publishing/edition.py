from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display

from content import clock
from content.admin.asset.state import WINDOW_COLOURS, WindowState
from content.admin.confirm_page import NoteForm, WindowForm, confirm_page
from content.admin.local_time import localise_instants
from content.admin.publishing.messages import add_published_messages, refusals_as_messages
from content.admin.text.read_only import FIELD_LINES_CSS, body_as_text, fields_as_list
from content.catalogue import current_catalogue
from content.models import Asset, Edition, Publication
from content.permissions import PUBLISH_ASSET
from content.publishing.publish import reschedule, restore
from content.words import parse_words_or_notice
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin, ReadOnly
from journeys.admin.urls import admin_url
from journeys.admin.when import WhenField


class EndForm(NoteForm):
    """For editions that are live or ended: their start cannot move."""

    live_until = WindowForm.base_fields["live_until"]
    field_order = ["live_until", "note"]


class RescheduleForm(WindowForm):
    live_from = WhenField(label=_lazy("From"))
    field_order = ["live_from", "live_until", "note"]


@admin.register(Edition)
class EditionAdmin(ReadOnly, BaseAdmin):
    """Editions, read-only: their words never change, and only verbs of publishing move their windows."""

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
                    ("locale", "number", "current_state"),
                    ("live_from", "live_until", "asked_until"),
                    ("publication_link", "published_at", "market_bound"),
                    "warned",
                ]
            },
        ),
        (_lazy("Text"), {"fields": ["title", "slug", "summary", "body", "own_fields"]}),
        (_lazy("Placements"), {"fields": ["placed"]}),
        (_lazy("Next steps"), {"fields": ["next_steps"]}),
    ]
    actions_detail = ["restore_page", "reschedule_page"]

    class Media:
        css = {"all": FIELD_LINES_CSS}

    def get_readonly_fields(self, request, obj=None):
        # All of them: most are displays, and no form may change the others.
        return [name for _title, options in self.fieldsets for row in options["fields"] for name in _names(row)]

    @display(description=_lazy("language"), ordering="locale__code")
    def language(self, edition):
        return edition.locale.code

    @display(description=_lazy("state"), label=WINDOW_COLOURS)
    def window(self, edition):
        state = WindowState(edition.window_at(clock.now()))
        return state, state.label  # the value for its colour, and the label

    @display(description=_lazy("state"))
    def current_state(self, edition):
        return WindowState(edition.window_at(clock.now())).label

    @display(description=_lazy("from"), ordering="live_from")
    def begins(self, edition):
        return time_cell(edition.live_from)

    @display(description=_lazy("until"), ordering="live_until")
    def ends(self, edition):
        return time_cell(edition.live_until)

    @display(description=_lazy("warnings"))
    def warning_count(self, edition):
        return len(edition.warnings) or ""

    @display(description=_lazy("asset"))
    def asset_link(self, edition):
        return _link(edition.asset)

    @display(description=_lazy("published by"))
    def publication_link(self, edition):
        publication = edition.publication
        values = {"action": publication.get_action_display(), "number": publication.number}
        return _link(publication, _("%(action)s %(number)d") % values)

    @display(description=_lazy("warnings"))
    def warned(self, edition):
        return _html_list(localise_instants(data["message"]) for data in edition.warnings) or _("none")

    @display(description=_lazy("summary"))
    def summary(self, edition):
        return _words(edition)["summary"] or "–"

    @display(description=_lazy("body"))
    def body(self, edition):
        return body_as_text(_words(edition)["body"])

    @display(description=_lazy("fields"))
    def own_fields(self, edition):
        return fields_as_list(edition.kind.schema, _words(edition)["fields"])

    @display(description=_lazy("stages"))
    def placed(self, edition):
        atlas = current_catalogue().atlas
        lines = []
        for placement in edition.placements:
            stage = atlas.stages.get(placement["stage"])
            segments = [atlas.segments_by_id[pk].title for pk in placement["segments"] if pk in atlas.segments_by_id]
            channels = [atlas.channels_by_id[pk].title for pk in placement["channels"] if pk in atlas.channels_by_id]
            lines.append(
                _("%(stage)s – for %(segments)s, on %(channels)s, priority %(priority)d")
                % {
                    "stage": stage or _("a deleted stage"),
                    "segments": get_text_list(segments, _("and")) or _("everyone"),
                    "channels": get_text_list(channels, _("and")) or _("any channel"),
                    "priority": placement["priority"],
                }
            )
        return _html_list(lines) or _("no stage")

    @display(description=_lazy("in order"))
    def next_steps(self, edition):
        names = Asset.objects.in_bulk([step["asset"] for step in edition.steps if step["asset"]])
        targets = [names.get(step["asset"]) or step["touchpoint"] or step["url"] for step in edition.steps]
        lines = [f"{step['label']} → {target}" for step, target in zip(edition.steps, targets, strict=True)]
        return _html_list(lines) or _("none")

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm(PUBLISH_ASSET)

    @action(description=_lazy("Restore …"), icon="restore_page", permissions=["publish"])
    def restore_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(Edition, "again", object_id))

    @action(description=_lazy("Reschedule …"), icon="event_repeat", permissions=["publish"])
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
            restored = refusals_as_messages(request, restore, edition, by=request.user, **form.cleaned_data)
            if restored:
                add_published_messages(request, [restored], at=clock.now())
                return HttpResponseRedirect(admin_url(Edition, "change", restored.pk))
        title = _("Restore “%(edition)s”") % {"edition": edition}
        lead = _("Publishes this edition again, through today’s gates. The draft does not change.")
        back = admin_url(Edition, "change", pk)
        return confirm_page(self, request, form, title=title, lead=lead, button=_("Restore"), back=back)

    def reschedule_view(self, request, pk):
        edition = self._edition(request, pk)
        back = admin_url(Edition, "change", pk)
        is_scheduled = edition.window_at(clock.now()) == WindowState.SCHEDULED
        initial = {"live_from": edition.live_from, "live_until": edition.asked_until}
        form = (RescheduleForm if is_scheduled else EndForm)(request.POST or None, initial=initial)
        if form.is_valid():
            # An edge that did not change is left out: a form knows seconds, an edition microseconds.
            changed = {name: value for name, value in form.cleaned_data.items() if name in [*form.changed_data, "note"]}
            if refusals_as_messages(request, reschedule, edition, by=request.user, **changed):
                messages.success(request, _("“%(edition)s” was rescheduled.") % {"edition": edition})
                return HttpResponseRedirect(back)
        title = _("Reschedule “%(edition)s”") % {"edition": edition}
        lead = "" if is_scheduled else _("It is or was live, so only its end can move.")
        return confirm_page(self, request, form, title=title, lead=lead, button=_("Reschedule"), back=back)

    def _edition(self, request, pk):
        if not (self.has_publish_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        return get_object_or_404(Edition.objects.select_related("asset", "locale", "kind"), pk=pk)


class PersonFilter(RelatedDropdownFilter):
    """Who published. The page puts “By” before the title, so the field's own name would come twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("person")


@admin.register(Publication)
class PublicationAdmin(ReadOnly, BaseAdmin):
    list_display = ["number", "when", "action", "by", "note"]
    list_filter = ["action", ("by", PersonFilter)]
    list_select_related = ["by"]
    linked_lookups = ["at__gte"]
    search_fields = ["note", "editions__title"]
    date_hierarchy = "at"
    fields = [("number", "at", "action"), ("by", "note"), "made"]
    readonly_fields = ["number", "at", "action", "by", "note", "made"]

    @display(description=_lazy("at"), ordering="at")
    def when(self, publication):
        return time_cell(publication.at)

    @display(description=_lazy("editions"))
    def made(self, publication):
        editions = publication.editions.select_related("locale", "asset")[:100]
        return _html_list(_link(edition) for edition in editions) or _("none: it ended or moved existing editions")


def _names(row):
    return [row] if isinstance(row, str) else row


def _words(edition):
    """The words of an edition; what cannot be read is replaced by a notice."""
    return parse_words_or_notice(bytes(edition.document))


def _link(thing, label=""):
    target = admin_url(type(thing), "change", thing.pk)
    return format_html(
        '<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>', target, label or thing
    )


def _html_list(lines):
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html("<ul>{}</ul>", items) if items else ""
