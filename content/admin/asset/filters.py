"""How the list of assets is narrowed. Journey, stage, segment and channel are asked of one and the same placement."""

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from unfold.contrib.filters.admin import DropdownFilter

from content import clock
from content.admin.asset.state import STATES, filter_by_state
from content.drafts.queues import (
    due_soon,
    ending,
    going_live,
    open_briefs,
    overdue,
    review_overdue,
    review_soon,
    untagged,
)
from content.drafts.review import sent_back_to, waiting_for
from content.instants import day_of
from content.models import Asset, Kind, Locale, Placement, Term, Translation
from journeys.admin.urls import id_from_url
from journeys.models import Channel, Journey, Segment, Stage

PLACEMENT = {"journey": "stage__journey", "stage": "stage", "segment": "segments", "channel": "channels"}
NOBODY_NAMED = "everyone"


class ChoiceFilter(DropdownFilter):
    """One of a list; what is not on it is passed over, since an address can be typed."""

    def chosen(self):
        return self.value() if self.value() in [str(key) for key, _ in self.lookup_choices] else None

    def queryset(self, request, queryset):
        return self.narrowed(request, queryset) if self.chosen() else queryset


class KindFilter(ChoiceFilter):
    title, parameter_name = "kind", "kind"

    def lookups(self, request, model_admin):
        return [(str(kind.pk), kind.title) for kind in Kind.objects.all()]

    def narrowed(self, request, queryset):
        return queryset.filter(kind=self.chosen())


class LocaleListFilter(ChoiceFilter):
    title, parameter_name = "language", "locale"

    def lookups(self, request, model_admin):
        return [(str(locale.pk), str(locale)) for locale in Locale.objects.all()]

    def narrowed(self, request, queryset):
        return queryset.filter(Exists(Translation.objects.filter(asset=OuterRef("pk"), locale=self.chosen())))


class StateFilter(ChoiceFilter):
    title, parameter_name = "state", "state"

    def lookups(self, request, model_admin):
        return [(state, state) for state in STATES]

    def narrowed(self, request, queryset):
        return filter_by_state(queryset, self.chosen(), at=clock.now())


class PlacementFilter(ChoiceFilter):
    def narrowed(self, request, queryset):
        asked = {path: request.GET.get(name, "") for name, path in PLACEMENT.items()}
        asked[PLACEMENT[self.parameter_name]] = self.chosen()  # not that of the address while choices are counted
        named = {path: pk for path, text in asked.items() if (pk := id_from_url(text)) is not None}
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


class JourneyFilter(PlacementFilter):
    title, parameter_name = "journey", "journey"

    def lookups(self, request, model_admin):
        return [(str(journey.pk), journey.title) for journey in Journey.objects.all()]


class TermFilter(ChoiceFilter):
    title, parameter_name = "term", "term"

    def lookups(self, request, model_admin):
        return [(str(term.pk), str(term)) for term in Term.objects.select_related("vocabulary")]

    def narrowed(self, request, queryset):
        return queryset.filter(Exists(Asset.terms.through.objects.filter(asset=OuterRef("pk"), term=self.chosen())))


class OwnerFilter(ChoiceFilter):
    title, parameter_name = "owner", "owner"
    ME, NOBODY = "me", "nobody"

    def lookups(self, request, model_admin):
        owned = model_admin.model.objects.filter(owner=OuterRef("pk"))
        owners = User.objects.filter(Exists(owned)).order_by("username")
        return [(self.ME, "me"), (self.NOBODY, "nobody"), *((str(user.pk), str(user)) for user in owners)]

    def narrowed(self, request, queryset):
        word = self.chosen()
        owner = {self.ME: request.user.pk, self.NOBODY: None}.get(word, word)
        return queryset.filter(owner=owner)


class SoonFilter(ChoiceFilter):
    title, parameter_name = "what changes soon", "soon"
    PILES = {"live": going_live, "ending": ending}

    def lookups(self, request, model_admin):
        return [("live", "goes live within 14 days"), ("ending", "ends within 14 days, nothing follows")]

    def narrowed(self, request, queryset):
        return self.PILES[self.chosen()](queryset, at=clock.now())


class ReviewFilter(ChoiceFilter):
    """Of drafts before they are published, and of what is to be read again at a date."""

    title, parameter_name = "review", "review"
    ASKED = {"waiting": waiting_for, "mine": sent_back_to}
    PILES = {"overdue": review_overdue, "soon": review_soon}

    def lookups(self, request, model_admin):
        asked = [("waiting", "waits for my review"), ("mine", "was sent back to me")]
        return [*asked, ("overdue", "to read again: overdue"), ("soon", "to read again: in the next 30 days")]

    def narrowed(self, request, queryset):
        if self.chosen() in self.ASKED:
            return self.ASKED[self.chosen()](queryset, request.user)
        return self.PILES[self.chosen()](queryset, on=day_of(clock.now()))


class DueFilter(ChoiceFilter):
    """Of what was ordered and has not been published."""

    title, parameter_name = "brief", "due"
    PILES = {"overdue": overdue, "soon": due_soon}
    OPEN = "open"

    def lookups(self, request, model_admin):
        return [(self.OPEN, "to be written"), ("overdue", "overdue"), ("soon", "due in the next 14 days")]

    def narrowed(self, request, queryset):
        if self.chosen() == self.OPEN:
            return open_briefs(queryset)
        return self.PILES[self.chosen()](queryset, on=day_of(clock.now()))


class RefusedFilter(ChoiceFilter):
    title, parameter_name = "refused by the gates", "refused"

    def lookups(self, request, model_admin):
        return [("yes", "when last published")]

    def narrowed(self, request, queryset):
        return queryset.exclude(refusal=None)


class LackFilter(ChoiceFilter):
    title, parameter_name = "what it lacks", "lacks"
    STAGE = "stage"

    def lookups(self, request, model_admin):
        return [(self.STAGE, "a stage"), *((str(locale.pk), str(locale)) for locale in Locale.objects.all())]

    def narrowed(self, request, queryset):
        if self.chosen() == self.STAGE:
            return untagged(queryset)
        return queryset.filter(~Exists(Translation.objects.filter(asset=OuterRef("pk"), locale=self.chosen())))
