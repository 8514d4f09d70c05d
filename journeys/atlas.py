"""The whole map in memory, as of one version, so that requests read journeys without a query."""

from dataclasses import dataclass
from functools import cached_property

from journeys.models import Channel, Journey, Recommendation, Segment, Stage, Touchpoint, Transition


@dataclass(frozen=True)
class Edge:
    """A transition: where to, and for which segments (none = everyone)."""

    to_stage: Stage
    segments: frozenset[int]


@dataclass(frozen=True)
class Atlas:
    """The map's rows by key and slug. They are shared by all requests: read, never change them."""

    journeys: dict[str, Journey]
    stages: dict[int, Stage]
    stages_of: dict[int, list[Stage]]
    edges: dict[int, list[Edge]]
    segments: dict[str, Segment]
    segments_by_id: dict[int, Segment]
    channels: dict[str, Channel]
    channels_by_id: dict[int, Channel]
    touchpoints: dict[str, Touchpoint]
    recommendations: dict[int, list[Recommendation]]

    @property
    def default_journey(self) -> Journey | None:
        """The journey marked as default, else the first by slug; ``None`` without journeys."""
        marked = (journey for journey in self.journeys.values() if journey.is_default)
        return next(marked, next(iter(self.journeys.values()), None))

    def stage(self, journey: Journey, slug: str) -> Stage | None:
        return next((stage for stage in self.stages_of.get(journey.pk, []) if stage.slug == slug), None)

    def line(self, segment_id: int) -> list[int]:
        """The segment and its ancestors, nearest first."""
        # Cycles are refused on saving; the check for them here keeps raw SQL from hanging every request.
        line: list[int] = []
        current: int | None = segment_id
        while current is not None and current in self.segments_by_id and current not in line:
            line.append(current)
            current = self.segments_by_id[current].parent_id
        return line

    def with_phases(self, phases: set[str]) -> list[Stage]:
        """All stages, of any journey, that cover one of ``phases``."""
        return [stage for stage in self.stages.values() if phases & set(stage.phases)]

    def corresponding(self, stage: Stage) -> list[Stage]:
        """The stages of other journeys that share a phase with ``stage``: the crosswalk."""
        return self._crosswalk[stage.id]

    @cached_property
    def _crosswalk(self) -> dict[int, list[Stage]]:
        return {
            # By phases, which all journeys share, since stages of two journeys know nothing of each other: “interest”
            # of one and “think” of another correspond where both cover, say, *exploration*.
            stage.id: [other for other in self.with_phases(set(stage.phases)) if other.journey_id != stage.journey_id]
            for stage in self.stages.values()
        }

    def counterpart(self, stage: Stage, journey: Journey) -> Stage | None:
        """``stage`` in the words of ``journey``: itself, else the first stage there that shares a phase."""
        if stage.journey_id == journey.pk:
            return stage
        shares = (own for own in self.stages_of.get(journey.pk, []) if set(own.phases) & set(stage.phases))
        return next(shares, None)

    def ways_out(self, stage: Stage, segment_line: list[int] | None) -> list[Stage]:
        """The stages that transitions from ``stage`` lead to: forward ones first, in journey order.

        ``segment_line`` is the reader's segment with its ancestors; empty for a reader of whom nothing is
        known, who takes only what is open to everyone; ``None`` sets no condition.
        """
        open_to_reader = [
            edge.to_stage
            for edge in self.edges.get(stage.id, [])
            if segment_line is None or not edge.segments or edge.segments & set(segment_line)
        ]
        # False sorts before True: forward transitions come before those back to this stage or an earlier one.
        return sorted(open_to_reader, key=lambda to: (_order(to) <= _order(stage), _order(to)))

    def entries(self, journey: Journey) -> list[Stage]:
        return [stage for stage in self.stages_of.get(journey.pk, []) if stage.is_entry]


def _order(stage: Stage) -> tuple[int, int]:
    return (stage.position, stage.id)


def direction(from_stage: Stage, to_stage: Stage) -> str:
    """The direction from one stage to another in their journey's order: ``advance``, ``stay`` or ``return``."""
    if from_stage.id == to_stage.id:
        return "stay"
    return "advance" if _order(to_stage) > _order(from_stage) else "return"


# That the map has changed is told by ``journeys_mapversion``, which triggers renew with each statement that touches
# one of its tables (``journeys/migrations/0002_triggers.py``): no path into the database goes round it.
def draw_atlas() -> Atlas:
    """Reads the current map. Eight queries, whatever its size."""
    # Eight statements see eight moments: a row that refers to one read too early is left out, never a KeyError. The
    # change that brought it has a new version, so the next request draws the map again.
    journeys = {journey.slug: journey for journey in Journey.objects.all()}
    by_id = {journey.pk: journey for journey in journeys.values()}
    stages: dict[int, Stage] = {}
    stages_of: dict[int, list[Stage]] = {journey.pk: [] for journey in journeys.values()}
    for stage in Stage.objects.order_by("journey__slug", "position", "pk"):
        if stage.journey_id not in by_id:
            continue  # came after the journeys were read: the next version draws it
        stage.journey = by_id[stage.journey_id]
        stages[stage.pk] = stage
        stages_of[stage.journey_id].append(stage)
    edges: dict[int, list[Edge]] = {}
    for transition in Transition.objects.prefetch_related("segments"):
        if transition.to_stage_id not in stages or transition.from_stage_id not in stages:
            continue
        edge = Edge(stages[transition.to_stage_id], frozenset(s.pk for s in transition.segments.all()))
        edges.setdefault(transition.from_stage_id, []).append(edge)
    segments = {segment.slug: segment for segment in Segment.objects.all()}
    channels = {channel.slug: channel for channel in Channel.objects.all()}
    by_channel = {channel.pk: channel for channel in channels.values()}
    return Atlas(
        journeys=journeys,
        stages=stages,
        stages_of=stages_of,
        edges=edges,
        segments=segments,
        segments_by_id={segment.pk: segment for segment in segments.values()},
        channels=channels,
        channels_by_id=by_channel,
        touchpoints={
            place.slug: place
            for place in Touchpoint.objects.all()
            # What names something that came after it was read is for the next version.
            if place.journey_id in by_id and place.channel_id in by_channel and place.stage_id in {None, *stages}
        },
        recommendations=_recommendations(),
    )


def _recommendations() -> dict[int, list[Recommendation]]:
    """The channels recommended at each stage."""
    by_stage: dict[int, list[Recommendation]] = {}
    for recommendation in Recommendation.objects.select_related("channel").order_by("stage_id", "pk"):
        by_stage.setdefault(recommendation.stage_id, []).append(recommendation)
    return by_stage
