"""The names under which caches in front of the service hold an answer, and under which a change is told to them."""

from content.models import Locale
from journeys.models import Stage

MAP = "map"


def of_asset(uid: str) -> str:
    """Answers that show an asset, lead to it, or would if it were live. ``uid`` is its public id."""
    return f"a:{uid}"


def of_address(kind: str, slug: str) -> str:
    """The answer at an address, whichever asset it belongs to."""
    return f"u:{kind}/{slug}"


def of_stage(stage: Stage, locale: Locale) -> str:
    """Answers made of what stands at a stage, for readers of a locale."""
    return f"s:{stage.journey.slug}/{stage.slug}:{locale.code}"


def of_all(locale: Locale) -> str:
    """Answers made of whatever readers of a locale are shown."""
    return f"all:{locale.code}"
