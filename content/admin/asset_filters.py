"""How the list of assets is narrowed. Stage, segment and channel are asked of one and the same placement."""

from django.db.models import Exists, OuterRef
from unfold.contrib.filters.admin import DropdownFilter

from content.admin.state import COLOURS, in_state
from content.models import Kind, Locale, Placement, Translation
from journeys.admin.screen import as_id
from journeys.models import Channel, Segment, Stage

PLACEMENT = {"stage": "stage", "segment": "segments", "channel": "channels"}
NOBODY_NAMED = "everyone"


class Chosen(DropdownFilter):
    """One of a list; what is not on it is passed over, since an address can be typed."""

    def chosen(self):
        return self.value() if self.value() in [str(key) for key, _ in self.lookup_choices] else None

    def queryset(self, request, queryset):
        return self.narrowed(request, queryset) if self.chosen() else queryset


class KindFilter(Chosen):
    title, parameter_name = "kind", "kind"

    def lookups(self, request, model_admin):
        return [(str(kind.pk), kind.title) for kind in Kind.objects.all()]

    def narrowed(self, request, queryset):
        return queryset.filter(kind=self.chosen())


class LocaleFilter(Chosen):
    title, parameter_name = "language", "locale"

    def lookups(self, request, model_admin):
        return [(str(locale.pk), str(locale)) for locale in Locale.objects.all()]

    def narrowed(self, request, queryset):
        return queryset.filter(Exists(Translation.objects.filter(asset=OuterRef("pk"), locale=self.chosen())))


class StateFilter(Chosen):
    title, parameter_name = "state", "state"

    def lookups(self, request, model_admin):
        return [(state, state) for state in COLOURS]

    def narrowed(self, request, queryset):
        return in_state(queryset, self.chosen())


class PlacementFilter(Chosen):
    def narrowed(self, request, queryset):
        asked = {path: request.GET.get(name, "") for name, path in PLACEMENT.items()}
        named = {path: pk for path, text in asked.items() if (pk := as_id(text)) is not None}
        placements = Placement.objects.filter(asset=OuterRef("pk"), **named)
        if asked["segments"] == NOBODY_NAMED:
            placements = placements.filter(segments=None)
        return queryset.filter(Exists(placements))


class StageFilter(PlacementFilter):
    title, parameter_name = "stage", "stage"

    def lookups(self, request, model_admin):
        return [(str(stage.pk), str(stage)) for stage in Stage.objects.select_related("journey")]


class SegmentFilter(PlacementFilter):
    title, parameter_name = "segment", "segment"

    def lookups(self, request, model_admin):
        named = [(str(segment.pk), segment.title) for segment in Segment.objects.all()]
        return [(NOBODY_NAMED, "Everyone (none named)"), *named]


class ChannelFilter(PlacementFilter):
    title, parameter_name = "channel", "channel"

    def lookups(self, request, model_admin):
        return [(str(channel.pk), channel.title) for channel in Channel.objects.all()]
