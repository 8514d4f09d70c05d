"""Whether readers see something now, as one word: draft, scheduled, live or ended."""

from django.db.models import Exists

from content.desk import LASTING
from content.models import Edition

COLOURS = {"live": "success", "scheduled": "info", "ended": "warning", "draft": "default"}
FLAGS = {"live": "is_live", "scheduled": "is_scheduled", "ended": "was_live"}


def flags(at, **own):
    """Annotations for ``word``; ``own`` says whose editions, as in ``asset=OuterRef("pk")``."""
    standing = Edition.objects.filter(cancelled_at=None, **own).order_by()
    return {
        "is_live": Exists(standing.live(at)),
        "is_scheduled": Exists(standing.filter(LASTING, live_from__gt=at)),
        "was_live": Exists(standing.filter(live_from__lte=at)),
    }


def word(thing):
    """The first that holds; a text that never was public is a draft."""
    return next((state for state, flag in FLAGS.items() if getattr(thing, flag)), "draft")


def in_state(things, state):
    """Those of ``things``, annotated with ``flags``, that ``word`` calls ``state``."""
    order = list(FLAGS)
    earlier = order[: order.index(state)] if state in FLAGS else order
    wanted = {FLAGS[other]: False for other in earlier}
    return things.filter(**wanted, **({FLAGS[state]: True} if state in FLAGS else {}))
