"""findings() – what on a journey leaves its readers with nothing, or with nowhere to go."""

from collections.abc import Callable, Sequence
from datetime import datetime

from content.audit_finding import Finding
from content.catalogue import Catalogue
from content.models import Locale
from content.query import Everyone
from journeys.models import Channel, Journey, Segment

MOST_STEPS = 3  # to the purchase; each preset can be walked in as many


def findings(
    journey: Journey,
    *,
    at: datetime,
    catalogue: Catalogue,
    segments: Sequence[Segment | Everyone] | None = None,
    locales: Sequence[Locale] | None = None,
    channels: Sequence[Channel | None] = (None,),
    most_steps: int = MOST_STEPS,
    tick: Callable[[int], None] | None = None,
) -> list[Finding]:
    """All that is wrong on ``journey`` at ``at`` (aware), by severity and then in the order of the journey.

    It is looked at as each of ``segments`` would see it (left out: everyone, then every segment) in each of
    ``locales`` (left out: all) on each of ``channels`` (``None``: no condition). ``tick`` is told of each such reader.
    """
    return []
