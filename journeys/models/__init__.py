from journeys.models.channel import Channel
from journeys.models.journey import Journey
from journeys.models.recommendation import Recommendation
from journeys.models.segment import Segment
from journeys.models.stage import Stage
from journeys.models.touchpoint import Touchpoint
from journeys.models.transition import Transition
from journeys.models.version import MapVersion

__all__ = [
    "Channel",
    "Journey",
    "MapVersion",
    "Recommendation",
    "Segment",
    "Stage",
    "Touchpoint",
    "Transition",
]
