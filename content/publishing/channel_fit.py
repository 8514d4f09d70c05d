"""What a stage recommends of channels and what a channel takes of a text: for the gates, and for whoever tags."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.atlas import Atlas
from journeys.models import Channel, Stage

# Also filled in by the page on which content is placed, so in the form that a script can fill in.
UNADVISED = _lazy("{channel} is not among the channels recommended at {stage}.")


def recommended(stage: Stage, atlas: Atlas) -> list[Channel]:
    """The channels recommended at ``stage``, in the order in which they are."""
    return [recommendation.channel for recommendation in atlas.recommendations.get(stage.pk, [])]


def missing_channels(stage: Stage, channels: Iterable[Channel], atlas: Atlas) -> list[Channel]:
    """Those of ``channels`` that are not recommended at ``stage``; none where it recommends none at all."""
    advised = {channel.pk for channel in recommended(stage, atlas)}
    return [channel for channel in channels if advised and channel.pk not in advised]


def channel_advice(channel: Channel, stage: Stage) -> str:
    """That ``channel`` is not recommended at ``stage``, in a sentence."""
    return str(UNADVISED).format(channel=channel.title, stage=stage.title)


def too_long(channel: Channel, *, title: str, summary: str) -> Iterator[tuple[str, str]]:
    """Which of the two is longer than ``channel`` takes, each with what there is to say of it."""
    for name, words, text, limit in (
        ("title", _("The title has %(count)d characters; %(channel)s takes %(limit)d."), title, channel.title_limit),
        (
            "summary",
            _("The summary has %(count)d characters; %(channel)s takes %(limit)d."),
            summary,
            channel.summary_limit,
        ),
    ):
        if limit and len(text) > limit:
            yield name, words % {"count": len(text), "channel": channel.title, "limit": limit}
