"""The item of the API and its parts, as typed dictionaries: what composing code has to make, key by key.

``content/api/shapes.py`` describes the same to the outside; a test compares the two.
"""

from typing import Any, Literal, NotRequired, TypedDict

from content.renditions import ImageJSON
from content.words import SeoJSON


class LocaleJSON(TypedDict):
    """The language asked for, and the one of the text that answers."""

    requested: str
    served: str


class PlaceJSON(TypedDict):
    """A stage by its slug and its journey's."""

    journey: str
    stage: str


class PlacementJSON(PlaceJSON):
    """Where an asset is placed, and for whom."""

    phases: list[str]
    segments: list[str]
    channels: list[str]


class EditionJSON(TypedDict):
    """Which edition answers, and its window; instants are RFC 3339 in UTC."""

    number: int
    live_from: str
    live_until: str | None


class MatchJSON(TypedDict):
    """How an item met the question."""

    stage: str | None
    segment: str | None
    channel: str | None
    locale: str


class AssetTargetJSON(TypedDict):
    type: Literal["asset"]
    id: str
    kind: str
    slug: str
    url: str
    title: str


class TouchpointTargetJSON(TypedDict):
    type: Literal["touchpoint"]
    slug: str
    title: str


class UrlTargetJSON(TypedDict):
    type: Literal["url"]
    url: str


TargetJSON = AssetTargetJSON | TouchpointTargetJSON | UrlTargetJSON


class StepJSON(TypedDict):
    """A next step: what it asks, where it leads, and where it comes from."""

    intent: str
    commitment: str
    primary: bool
    label: str
    direction: str | None
    to_stage: PlaceJSON | None
    source: str
    target: TargetJSON


class ItemJSON(TypedDict):
    """A text of an asset as readers get it. ``fields`` are as the kind's own schema has them."""

    id: str
    kind: str
    slug: str
    url: str
    moved_to: str | None
    locale: LocaleJSON
    title: str
    summary: str
    body: str
    fields: dict[str, Any]
    seo: SeoJSON
    image: ImageJSON | None
    stages: list[PlacementJSON]
    teaser: str | None
    terms: dict[str, list[str]]
    published_at: str
    updated_at: str
    edition: EditionJSON | None
    match: MatchJSON
    next_steps: NotRequired[list[StepJSON]]


class ContextJSON(TypedDict):
    """What was asked, in slugs."""

    journey: str | None
    stage: list[str]
    segment: str | None
    channel: str | None
    locale: str


# The names of an item, as ``fields`` and ``omit`` take them.
ITEM = tuple(ItemJSON.__annotations__)
