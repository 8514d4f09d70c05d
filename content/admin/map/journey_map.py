"""The map of a journey as a picture, with what there is to read at each stage and touchpoint."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from content import clock
from content.admin.map.sentences import map_links, overlay_of, stage_rows, touchpoint_rows
from content.admin.query_forms import choice_field, offer_contexts
from content.catalogue import Catalogue, current_catalogue
from content.coverage.journey_map import Counts, counts
from content.permissions import VIEW_ASSET
from content.query import Query
from journeys.admin.journey import JourneyAdmin
from journeys.admin.urls import admin_url
from journeys.admin.when import WhenField
from journeys.api.views import INERT, SVG
from journeys.diagram.layout import needs_large_paper
from journeys.diagram.network import JourneyNetwork, network
from journeys.diagram.svg import as_svg
from journeys.diagram.words import in_words
from journeys.models import Journey

COUNTING = ("segment", "channel", "at", "count")  # what makes a difference to counts alone
COUNTED = {"locale": "what a fallback language lends", "crosswalk": "what other journeys’ stages lend"}


class MapForm(forms.Form):
    """Whose map it is: the readers that the counts are for."""

    segment = choice_field("Segment")
    channel = choice_field("Channel", help_text="Of the counts at stages. A touchpoint has its own.")
    locale = choice_field("Language")
    at = WhenField(label="As of", required=False)
    count = forms.MultipleChoiceField(
        label="Count as enough, too",
        required=False,
        choices=COUNTED.items(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    def __init__(self, *args, catalogue, may_count, **kwargs):
        super().__init__(*args, **kwargs)
        self.catalogue, self.may_count = catalogue, may_count
        offer_contexts(self, catalogue)
        for name in COUNTING if not may_count else ():
            del self.fields[name]

    @property
    def locale_asked(self):
        """What titles are told in: the language asked for, else the default one; ``None`` where there is none yet."""
        locales = self.catalogue.locales
        return locales.get(self.cleaned_data["locale"], self.catalogue.default_locale)

    def query(self):
        atlas, asked = self.catalogue.atlas, self.cleaned_data
        segment, channel = asked["segment"] or None, asked["channel"] or None
        return Query(
            locale=self.locale_asked,
            segment=atlas.segments.get(segment, segment),
            channel=atlas.channels.get(channel, channel),
        )

    def told(self, at):
        """The question in a sentence: what stands under the title of a picture with counts."""
        asked, atlas = self.cleaned_data, self.catalogue.atlas
        segment, channel = atlas.segments.get(asked["segment"]), atlas.channels.get(asked["channel"])
        who = segment.title if segment else "everyone" if asked["segment"] else "all readers"
        where = f" on {channel.title}" if channel else " on any channel" if asked["channel"] else ""
        more = get_text_list([COUNTED[word] for word in asked["count"]], _("and"))
        when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}, {timezone.get_current_timezone_name()}"
        told = f"Live content for {who}{where}, in {self.locale_asked.title}, as of {when}"
        return f"{told}; {more} counts too." if more else f"{told}."


class JourneyWithMapAdmin(JourneyAdmin):
    actions_detail = ["map_page", *JourneyAdmin.actions_detail]

    @action(description="Map", icon="map", permissions=["view"])
    def map_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(Journey, "map", object_id))

    def get_urls(self):
        page, picture = (self.admin_site.admin_view(view) for view in (self.map_view, self.picture_view))
        return [
            path("<int:pk>/map/", page, name="journeys_journey_map"),
            path("<int:pk>/map/picture.svg", picture, name="journeys_journey_picture"),
            *super().get_urls(),
        ]

    def map_view(self, request, pk):
        shown = self._shown(request, pk)
        pages = map_links(shown.journey, shown.catalogue.atlas, request.user)
        overlay = overlay_of(shown.counts, shown.caption, pages)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Map: {shown.journey}",
            "opts": self.model._meta,
            "form": shown.form,
            "back": admin_url(Journey, "change", pk),
            "picture": mark_safe(as_svg(shown.network, overlay, night=".dark")),  # noqa: S308 - escapes what it draws
            "large": needs_large_paper(shown.network, overlay),
            "words": in_words(shown.network, overlay),
            "counted": shown.counts is not None,
            "stages": stage_rows(shown.network, shown.counts, pages),
            "touchpoints": touchpoint_rows(shown.network, shown.counts, pages),
            "downloads": _downloads(request, shown),
        }
        return TemplateResponse(request, "admin/content/journey_map.html", context)

    def picture_view(self, request, pk):
        """The picture by itself, to keep: with the counts, if they may be seen."""
        shown = self._shown(request, pk)
        headers = {**INERT, "Content-Disposition": f'attachment; filename="{shown.journey.slug}-counts.svg"'}
        picture = as_svg(shown.network, overlay_of(shown.counts, shown.caption))
        return HttpResponse(picture, content_type=SVG, headers=headers)

    def _shown(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        catalogue = current_catalogue()
        journey = next((one for one in catalogue.atlas.journeys.values() if one.pk == pk), None)
        if journey is None:
            raise Http404
        data = request.GET.copy()
        if catalogue.default_locale:
            data.setdefault("locale", catalogue.default_locale.code)
        form = MapForm(data, catalogue=catalogue, may_count=request.user.has_perm(VIEW_ASSET))
        return map_picture(journey, catalogue, form)


@dataclass(frozen=True)
class MapPicture:
    """A journey as it is drawn for a question; ``counts`` and ``caption`` where the question can be counted."""

    journey: Journey
    catalogue: Catalogue
    form: MapForm
    network: JourneyNetwork
    counts: Counts | None = None
    caption: str = ""


def map_picture(journey, catalogue, form):
    locale = form.locale_asked if form.is_valid() else catalogue.default_locale
    drawn = network(journey, catalogue.atlas, catalogue.codes(locale) if locale else [])
    if not (form.is_valid() and form.may_count and locale):
        return MapPicture(journey, catalogue, form, drawn)
    at, more = form.cleaned_data["at"] or clock.now(), form.cleaned_data["count"]
    found = counts(form.query(), journey, at=at, catalogue=catalogue, count_fallback=more)
    return MapPicture(journey, catalogue, form, drawn, found, form.told(at))


def _downloads(request, shown):
    """Pairs of what it is and where it is."""
    form, slug = shown.form, shown.journey.slug
    code = form.cleaned_data.get("locale") if form.is_valid() else ""
    public = [("SVG", "diagram-svg"), ("Mermaid", "diagram-mermaid"), ("JSON", "diagram-json")]
    words = f"?{urlencode({'locale': code})}" if code else ""
    found = [(name, f"{reverse(route, args=[slug])}{words}") for name, route in public]
    if shown.counts is None:
        return found
    return [("SVG with counts", f"{admin_url(Journey, 'picture', shown.journey.pk)}?{request.GET.urlencode()}"), *found]
