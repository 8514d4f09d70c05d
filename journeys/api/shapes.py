"""The shapes of the map's answers, as JSON Schema: the components of the API's document."""

from typing import Any

from journeys.models.channel import Ownership
from journeys.phases import Commitment, Intent, Phase

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "integer"}
FLAG: Shape = {"type": "boolean"}
SLUG: Shape = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}


def an(**properties: Shape) -> Shape:
    """An object with all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def optional(shape: Shape, **properties: Shape) -> Shape:
    """``shape`` with properties that are there only on request."""
    return {**shape, "properties": {**shape["properties"], **properties}}


def listed(items: Shape, **constraints: Any) -> Shape:
    return {"type": "array", "items": items, **constraints}


def or_null(shape: Shape) -> Shape:
    if "$ref" in shape:
        return {"anyOf": [shape, {"type": "null"}]}
    return {**shape, "type": [shape["type"], "null"]}


def one_of(*words: str) -> Shape:
    return {"type": "string", "enum": list(words)}


def ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def page_of(name: str, **more: Shape) -> Shape:
    """A page of a list: ``next`` is where to read on, ``null`` at the end."""
    page = an(results=listed(ref(name)), next=or_null(TEXT), **more)
    return optional(page, count={"type": "integer", "minimum": 0}, count_is=one_of("exact", "at_least"))


PART = ("slug", "title", "phases", "is_entry", "is_goal", "question", "locale")  # of a stage, in a diagram


def map_shapes() -> dict[str, Shape]:
    return {
        "Phase": one_of(*Phase.values),
        "Intent": one_of(*Intent.values),
        "Commitment": one_of(*Commitment.values),
        **_journey_shapes(),
        **_place_shapes(),
    }


def _journey_shapes() -> dict[str, Shape]:
    stage = an(
        slug=SLUG,
        title=TEXT,
        original_title=TEXT,
        phases=listed(ref("Phase"), minItems=1),
        is_entry=FLAG,
        is_goal=FLAG,
        intent=ref("Intent"),
        purpose=TEXT,
        question=TEXT,
        need=TEXT,
        barrier=TEXT,
        goals=listed(TEXT),
        locale=or_null({**an(requested=TEXT, served=TEXT), "description": "Of all its words but the titles."}),
        channels=listed(an(slug=SLUG, title=TEXT, role=TEXT)),
    )
    way = {"from": SLUG, "to": SLUG, "segments": listed(SLUG)}
    journey = an(
        slug=SLUG,
        title=TEXT,
        original_title=TEXT,
        description=TEXT,
        is_default=FLAG,
        stages=listed(ref("Stage")),
        transitions=listed(an(**way)),
        closing_step=or_null(an(intent=ref("Intent"), label=TEXT, url=TEXT)),
    )
    part = {name: stage["properties"][name] for name in PART}
    diagram = an(
        journey=an(slug=SLUG, title=TEXT),
        stages=listed(an(**part)),
        transitions=listed(an(**way, direction=one_of("advance", "return"))),
        channels=listed(an(slug=SLUG, title=TEXT, ownership=one_of(*Ownership.values), is_digital=FLAG)),
        touchpoints=listed(an(slug=SLUG, title=TEXT, channel=SLUG, stage=or_null(SLUG))),
    )
    return {"Stage": stage, "Journey": journey, "JourneyList": page_of("Journey"), "Diagram": diagram}


def _place_shapes() -> dict[str, Shape]:
    channel = an(
        slug=SLUG,
        title=TEXT,
        description=TEXT,
        is_digital=FLAG,
        ownership=one_of(*Ownership.values),
        title_limit=or_null(NUMBER),
        summary_limit=or_null(NUMBER),
    )
    touchpoint = an(
        slug=SLUG,
        title=TEXT,
        description=TEXT,
        journey=SLUG,
        stage=or_null(SLUG),
        channel=SLUG,
        ownership=one_of(*Ownership.values),
        is_digital=FLAG,
        filters={"type": "object", "additionalProperties": TEXT},
    )
    return {
        "Segment": an(slug=SLUG, title=TEXT, description=TEXT, parent=or_null(SLUG)),
        "SegmentList": page_of("Segment"),
        "Channel": channel,
        "ChannelList": page_of("Channel"),
        "Touchpoint": touchpoint,
        "TouchpointList": page_of("Touchpoint"),
    }
