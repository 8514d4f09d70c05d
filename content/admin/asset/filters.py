"""The filters of the list of assets.

Journey, stage, segment and channel together ask for one placement that meets all of them.
"""

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.contrib.filters.admin import DropdownFilter

from content import clock
from content.admin.asset.state import FILTERS, filter_by_state
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
EVERYONE = "everyone"  # placements that name no segment


class ChoiceFilter(DropdownFilter):
    """A choice from a list. A value that is not on it filters nothing, since an address can be typed."""

    def choice(self):
        return self.value() if self.value() in [str(key) for key, _ in self.lookup_choices] else None

    def queryset(self, request, queryset):
        return self.narrow(request, queryset) if self.choice() else queryset


class KindFilter(ChoiceFilter):
    title, parameter_name = _lazy("kind"), "kind"

    def lookups(self, request, model_admin):
        return [(str(kind.pk), kind.title) for kind in Kind.objects.all()]

    def narrow(self, request, queryset):
        return queryset.filter(kind=self.choice())


class LocaleListFilter(ChoiceFilter):
    title, parameter_name = _lazy("language"), "locale"

    def lookups(self, request, model_admin):
        return [(str(locale.pk), str(locale)) for locale in Locale.objects.all()]

    def narrow(self, request, queryset):
        return queryset.filter(Exists(Translation.objects.filter(asset=OuterRef("pk"), locale=self.choice())))


class StateFilter(ChoiceFilter):
    title, parameter_name = _lazy("state"), "state"

    def lookups(self, request, model_admin):
        return [(state.value, state.label) for state in FILTERS]

    def narrow(self, request, queryset):
        return filter_by_state(queryset, self.choice(), at=clock.now())


class PlacementFilter(ChoiceFilter):
    def narrow(self, request, queryset):
        values = {path: request.GET.get(name, "") for name, path in PLACEMENT.items()}
        values[PLACEMENT[self.parameter_name]] = self.choice()  # differs from the address while facets are counted
        conditions = {path: pk for path, text in values.items() if (pk := id_from_url(text)) is not None}
        # One subquery with all conditions: two filters must not be met by two different placements.
        placements = Placement.objects.filter(asset=OuterRef("pk"), **conditions)
        if values["segments"] == EVERYONE:
            placements = placements.filter(segments=None)
        return queryset.filter(Exists(placements))


class StageFilter(PlacementFilter):
    title, parameter_name = _lazy("stage"), "stage"

    def lookups(self, request, model_admin):
        return [(str(stage.pk), str(stage)) for stage in Stage.objects.select_related("journey")]


class SegmentFilter(PlacementFilter):
    title, parameter_name = _lazy("segment"), "segment"

    def lookups(self, request, model_admin):
        segments = [(str(segment.pk), segment.title) for segment in Segment.objects.all()]
        return [(EVERYONE, _("Everyone (no segment)")), *segments]


class ChannelFilter(PlacementFilter):
    title, parameter_name = _lazy("channel"), "channel"

    def lookups(self, request, model_admin):
        return [(str(channel.pk), channel.title) for channel in Channel.objects.all()]


class JourneyFilter(PlacementFilter):
    title, parameter_name = _lazy("journey"), "journey"

    def lookups(self, request, model_admin):
        return [(str(journey.pk), journey.title) for journey in Journey.objects.all()]


class TermFilter(ChoiceFilter):
    title, parameter_name = _lazy("term"), "term"

    def lookups(self, request, model_admin):
        return [(str(term.pk), str(term)) for term in Term.objects.select_related("vocabulary")]

    def narrow(self, request, queryset):
        return queryset.filter(Exists(Asset.terms.through.objects.filter(asset=OuterRef("pk"), term=self.choice())))


class OwnerFilter(ChoiceFilter):
    title, parameter_name = _lazy("owner"), "owner"
    ME, NOBODY = "me", "nobody"

    def lookups(self, request, model_admin):
        things = model_admin.model.objects.filter(owner=OuterRef("pk"))
        owners = User.objects.filter(Exists(things)).order_by("username")
        return [(self.ME, _("me")), (self.NOBODY, _("nobody")), *((str(user.pk), str(user)) for user in owners)]

    def narrow(self, request, queryset):
        choice = self.choice()
        owner = {self.ME: request.user.pk, self.NOBODY: None}.get(choice, choice)
        return queryset.filter(owner=owner)


class SoonFilter(ChoiceFilter):
    title, parameter_name = _lazy("changes soon"), "soon"
    QUEUES = {"live": going_live, "ending": ending}

    def lookups(self, request, model_admin):
        return [
            ("live", _("goes live within 14 days")),
            ("ending", _("ends within 14 days, nothing follows")),
        ]

    def narrow(self, request, queryset):
        return self.QUEUES[self.choice()](queryset, at=clock.now())


class ReviewFilter(ChoiceFilter):
    """Reviews of drafts before they are published, and review dates of what is live."""

    title, parameter_name = _lazy("review"), "review"
    OF_USER = {"waiting": waiting_for, "mine": sent_back_to}
    QUEUES = {"overdue": review_overdue, "soon": review_soon}

    def lookups(self, request, model_admin):
        return [
            ("waiting", _("waits for my review")),
            ("mine", _("was sent back to me")),
            ("overdue", _("review date: overdue")),
            ("soon", _("review date: in the next 30 days")),
        ]

    def narrow(self, request, queryset):
        if self.choice() in self.OF_USER:
            return self.OF_USER[self.choice()](queryset, request.user)
        return self.QUEUES[self.choice()](queryset, on=day_of(clock.now()))


class DueFilter(ChoiceFilter):
    """Briefs whose asset has not been published."""

    title, parameter_name = _lazy("brief"), "due"
    QUEUES = {"overdue": overdue, "soon": due_soon}
    OPEN = "open"

    def lookups(self, request, model_admin):
        return [
            (self.OPEN, _("to be written")),
            ("overdue", _("overdue")),
            ("soon", _("due in the next 14 days")),
        ]

    def narrow(self, request, queryset):
        if self.choice() == self.OPEN:
            return open_briefs(queryset)
        return self.QUEUES[self.choice()](queryset, on=day_of(clock.now()))


class RefusedFilter(ChoiceFilter):
    title, parameter_name = _lazy("last publish refused"), "refused"

    def lookups(self, request, model_admin):
        return [("yes", _("yes"))]

    def narrow(self, request, queryset):
        return queryset.exclude(refusal=None)


class LackFilter(ChoiceFilter):
    title, parameter_name = _lazy("missing"), "lacks"
    STAGE = "stage"

    def lookups(self, request, model_admin):
        return [(self.STAGE, _("a stage")), *((str(locale.pk), str(locale)) for locale in Locale.objects.all())]

    def narrow(self, request, queryset):
        if self.choice() == self.STAGE:
            return untagged(queryset)
        return queryset.filter(~Exists(Translation.objects.filter(asset=OuterRef("pk"), locale=self.choice())))
