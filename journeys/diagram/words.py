"""The diagram of a journey as text, for those who cannot see it."""

from collections.abc import Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext

from journeys.diagram.network import DiagramWay, JourneyNetwork, Lane, Spot, Stop
from journeys.diagram.overlay import NOTHING, Mark, Overlay
from journeys.models.channel import Ownership
from journeys.phases import Phase

NO_STAGES = _lazy("There are no stages yet.")


def in_words(drawn: JourneyNetwork, overlay: Overlay = NOTHING) -> list[str]:
    """The whole diagram as sentences: the stages, where each leads, the touchpoints by channel, and the caption."""
    caption = [overlay.caption] if overlay.caption else []
    lanes = [_lane(drawn, lane, overlay) for lane in drawn.lanes]
    if not drawn.stops:
        return [str(NO_STAGES), *lanes, *caption]
    message = ngettext("%(count)d stage: %(stages)s.", "%(count)d stages, in order: %(stages)s.", len(drawn.stops))
    stops = listed([_described(stop, overlay.stages.get(stop.slug)) for stop in drawn.stops])
    stages = message % {"count": len(drawn.stops), "stages": stops}
    return [stages, *(way_sentence(drawn, index) for index in range(len(drawn.stops))), *lanes, *caption]


def of_the_network(drawn: JourneyNetwork) -> str:
    """The stages and transitions as text, without touchpoints."""
    return " ".join(in_words(JourneyNetwork(drawn.slug, drawn.title, drawn.lang, drawn.stops, drawn.ways)))


def way_sentence(drawn: JourneyNetwork, start: int) -> str:
    """Where the transitions of one stage lead: ``From Do on to Care, and back to See.``"""
    # Translators: “ways” is one of the phrases such as “on to Think, and back to See”.
    return _("From %(stage)s %(ways)s.") % {"stage": drawn.stops[start].label, "ways": leads(drawn, start)}


def leads(drawn: JourneyNetwork, start: int) -> str:
    """Where the transitions of one stage lead, as a phrase: ``on to Think, and back to See``."""
    ways = [way for way in drawn.ways if way.start == start]
    on = listed([_target(drawn, way) for way in ways if not way.is_back])
    back = listed([_target(drawn, way) for way in ways if way.is_back])
    if on and back:
        return _("on to %(on)s, and back to %(back)s") % {"on": on, "back": back}
    if on:
        return _("on to %(on)s") % {"on": on}
    return _("back to %(back)s") % {"back": back} if back else _("nothing leads on")


def _described(stop: Stop, mark: Mark | None) -> str:
    phases = ", ".join(str(Phase(phase).label) for phase in stop.phases)
    marks = [(_("entry"), stop.is_entry), (_("goal"), stop.is_goal), (mark.text if mark else "", mark)]
    return f"{stop.label} ({'; '.join([phases, *(word for word, applies in marks if applies)])})"


def _target(drawn: JourneyNetwork, way: DiagramWay) -> str:
    stage = drawn.stops[way.end].label
    if not way.audience:
        return stage
    return _("%(stage)s (only for %(audience)s)") % {"stage": stage, "audience": listed(way.audience)}


def _lane(drawn: JourneyNetwork, lane: Lane, overlay: Overlay) -> str:
    spots = listed([_spot(drawn, spot, overlay.touchpoints.get(spot.slug)) for spot in lane.spots])
    words = {"channel": lane.label, "ownership": ownership_text(lane), "touchpoints": spots}
    return _("On %(channel)s (%(ownership)s): %(touchpoints)s.") % words


def _spot(drawn: JourneyNetwork, spot: Spot, mark: Mark | None) -> str:
    text = _("%(touchpoint)s at %(stage)s") % {"touchpoint": spot.label, "stage": stage_text(drawn, spot)}
    return f"{text} ({mark.text})" if mark else text


def stage_text(drawn: JourneyNetwork, spot: Spot) -> str:
    """The title of a touchpoint's stage, or “every stage”."""
    return pgettext("of a touchpoint", "every stage") if spot.stop is None else drawn.stops[spot.stop].label


def ownership_text(lane: Lane) -> str:
    """``owned``, ``earned`` or ``paid``, as it is written within a sentence."""
    return str(Ownership(lane.ownership).label).lower()


def listed(words: Sequence[str]) -> str:
    """``a, b and c``; empty for none."""
    return get_text_list(list(words), _("and"))
