from journeys.admin.channel import ChannelAdmin
from journeys.admin.journey import JourneyAdmin
from journeys.admin.segment import SegmentAdmin
from journeys.admin.stage import StageAdmin
from journeys.admin.touchpoint import TouchpointAdmin
from journeys.admin.transition import TransitionAdmin

__all__ = ["ChannelAdmin", "JourneyAdmin", "SegmentAdmin", "StageAdmin", "TouchpointAdmin", "TransitionAdmin"]
