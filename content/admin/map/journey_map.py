"""The map of a journey as a picture and tables, with counts of live content at stages and touchpoints."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import localize
from django.utils.safestring import mark_safe
from django.utils.text import get_text_list
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from content import clock
from content.admin.map.sentences import map_links, overlay_of, stage_rows, touchpoint_rows
from content.admin.query_forms import COUNTABLE, choice_field, offer_contexts
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

COUNTING = ("segment", "channel", "at", "count")  # fields that only matter to counts


class MapForm(forms.Form):
    """The readers and the instant that the map counts for; for users who may not count, only its language."""

    segment = choice_field(gettext_lazy("Segment"))
    channel = choice_field(
        gettext_lazy("Channel"), help_text=gettext_lazy("For counts at stages; a touchpoint has its own channel.")
    )
    locale = choice_field(gettext_lazy("Language"))
    at = WhenField(label=gettext_lazy("As of"), required=False)
    count = forms.MultipleChoiceField(
        label=gettext_lazy("Count as well"),
        required=False,
        choices=COUNTABLE.items(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    def __init__(self, *args, catalogue, may_count, **kwargs):
        super().__init__(*args, **kwargs)
        self.catalogue, self.may_count = catalogue, may_count
        offer_contexts(self, catalogue)
        for name in COUNTING if not may_count else ():
            del self.fields[name]

    @property
    def chosen_locale(self):
        """The language of titles and counts: the chosen one, else the default; ``None`` where there is none yet."""
        locales = self.catalogue.locales
        return locales.get(self.cleaned_data["locale"], self.catalogue.default_locale)

    def query(self):
        """The query that counts are made for. ``everyone`` and ``any`` name no object and stay words."""
        atlas, data = self.catalogue.atlas, self.cleaned_data
        segment, channel = data["segment"] or None, data["channel"] or None
        return Query(
            locale=self.chosen_locale,
            segment=atlas.segments.get(segment, segment),
            channel=atlas.channels.get(channel, channel),
        )

    def caption(self, at):
        """What the counts are of, as the caption of the picture."""
        data, atlas = self.cleaned_data, self.catalogue.atlas
        segment, channel = atlas.segments.get(data["segment"]), atlas.channels.get(data["channel"])
        values = {
            "readers": segment.title if segment else _("everyone") if data["segment"] else _("all readers"),
            "channel": channel.title if channel else _("any channel"),
            "language": self.chosen_locale.title,
            "when": localize(localtime(at)),
            "zone": get_current_timezone_name(),
        }
        if data["channel"]:
            text = _("Live content for %(readers)s on %(channel)s, in %(language)s, as of %(when)s, %(zone)s.")
        else:
            text = _("Live content for %(readers)s, in %(language)s, as of %(when)s, %(zone)s.")
        if not data["count"]:
            return text % values
        also = get_text_list([COUNTABLE[name] for name in data["count"]], _("and"))
        return f"{text % values} {_('Counted as well: %(content)s.') % {'content': also}}"


class JourneyWithMapAdmin(JourneyAdmin):
    actions_detail = ["map_page", *JourneyAdmin.actions_detail]

    @action(description=gettext_lazy("Map"), icon="map", permissions=["view"])
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
        picture = self._picture(request, pk)
        links = map_links(picture.journey, picture.catalogue.atlas, request.user)
        overlay = overlay_of(picture.counts, picture.caption, links)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Map: %(journey)s") % {"journey": picture.journey},
            "opts": self.model._meta,
            "form": picture.form,
            "back": admin_url(Journey, "change", pk),
            # ``night``: the colours for the dark are those under the theme's own class, not the system's choice.
            "picture": mark_safe(as_svg(picture.network, overlay, night=".dark")),  # noqa: S308 - escapes its texts
            "large": needs_large_paper(picture.network, overlay),
            "sentences": in_words(picture.network, overlay),
            "has_counts": picture.counts is not None,
            "stages": stage_rows(picture.network, picture.counts, links),
            "touchpoints": touchpoint_rows(picture.network, picture.counts, links),
            "downloads": _downloads(request, picture),
        }
        return TemplateResponse(request, "admin/content/journey_map.html", context)

    def picture_view(self, request, pk):
        """The picture as a file, with counts for users who may see them."""
        picture = self._picture(request, pk)
        headers = {**INERT, "Content-Disposition": f'attachment; filename="{picture.journey.slug}-counts.svg"'}
        svg = as_svg(picture.network, overlay_of(picture.counts, picture.caption))
        return HttpResponse(svg, content_type=SVG, headers=headers)

    def _picture(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        catalogue = current_catalogue()
        journey = next((journey for journey in catalogue.atlas.journeys.values() if journey.pk == pk), None)
        if journey is None:
            raise Http404
        data = request.GET.copy()
        if catalogue.default_locale:
            # So that the select shows the language that the map is in.
            data.setdefault("locale", catalogue.default_locale.code)
        form = MapForm(data, catalogue=catalogue, may_count=request.user.has_perm(VIEW_ASSET))
        return map_picture(journey, catalogue, form)


@dataclass(frozen=True)
class MapPicture:
    """A journey as drawn for a form; ``counts`` and ``caption`` only if the form is valid and the user may count."""

    journey: Journey
    catalogue: Catalogue
    form: MapForm
    network: JourneyNetwork
    counts: Counts | None = None
    caption: str = ""


def map_picture(journey, catalogue, form):
    locale = form.chosen_locale if form.is_valid() else catalogue.default_locale
    drawn = network(journey, catalogue.atlas, catalogue.codes(locale) if locale else [])
    if not (form.is_valid() and form.may_count and locale):
        return MapPicture(journey, catalogue, form, drawn)
    at, more = form.cleaned_data["at"] or clock.now(), form.cleaned_data["count"]
    result = counts(form.query(), journey, at=at, catalogue=catalogue, count_fallback=more)
    return MapPicture(journey, catalogue, form, drawn, result, form.caption(at))


def _downloads(request, picture):
    """Pairs of label and address."""
    form, slug = picture.form, picture.journey.slug
    code = form.cleaned_data.get("locale") if form.is_valid() else ""
    query = f"?{urlencode({'locale': code})}" if code else ""
    formats = [("SVG", "diagram-svg"), ("Mermaid", "diagram-mermaid"), ("JSON", "diagram-json")]
    downloads = [(name, f"{reverse(route, args=[slug])}{query}") for name, route in formats]
    if picture.counts is None:
        return downloads
    own = f"{admin_url(Journey, 'picture', picture.journey.pk)}?{request.GET.urlencode()}"
    return [(_("SVG with counts"), own), *downloads]
