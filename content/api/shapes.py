"""The shapes of content's answers, as JSON Schema; what kinds add comes from the data, so a new kind shows up typed."""

import re
from collections.abc import Iterable
from typing import Any

from content.api.report_shapes import coverage_shapes, finding_shapes
from content.catalogue import Catalogue
from content.delivery.eligibility import Reason
from content.models import Kind
from journeys.api.shapes import (
    FLAG,
    NUMBER,
    SLUG,
    TEXT,
    Shape,
    an,
    listed,
    map_shapes,
    one_of,
    optional,
    or_null,
    page_of,
    ref,
)

ID: Shape = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
INSTANT: Shape = {"type": "string", "format": "date-time"}
SNAPSHOT: Shape = or_null(
    {"type": "string", "description": "Names the state that was read; null for drafts and as_of."}
)
ADDRESS: Shape = {"type": "string", "description": "A path on your site, or an address."}
MOVED = "Where the text that once had the slug asked for has its address now; never that in another language."


def shapes(catalogue: Catalogue) -> dict[str, Shape]:
    """Every component by name. ``Item`` is one of the kinds' items, each with its own ``fields``."""
    names = _names(catalogue.kinds.values())
    item = {"oneOf": [ref(f"Item{name}") for name in names]} if names else ref("AnyItem")
    of_kinds: dict[str, Shape] = {}
    for name, kind in names.items():
        of_kinds |= _kind_shapes(name, kind)
    return {
        **map_shapes(),
        **_item_shapes(),
        **of_kinds,
        "Item": item,
        **_answer_shapes(),
        **coverage_shapes(),
        **finding_shapes(),
        **_vocabulary_shapes(),
        **_problem_shapes(),
    }


def _names(kinds: Iterable[Kind]) -> dict[str, Kind]:
    """``case-study`` as ``CaseStudy``; where two would share a name, the later has its number behind it."""
    named: dict[str, Kind] = {}
    for kind in kinds:
        name = "".join(word[:1].upper() + word[1:] for word in re.split(r"[-_]", kind.slug))
        named[f"{name}{kind.pk}" if not name or name in named else name] = kind
    return named


def _kind_shapes(name: str, kind: Kind) -> dict[str, Shape]:
    fields = _at_home({k: v for k, v in kind.schema.items() if k != "$schema"}, f"Fields{name}")
    own = {"kind": {"const": kind.slug}, "fields": ref(f"Fields{name}")}
    return {
        f"Fields{name}": {"title": f"{kind.title}: its own fields", **fields},
        f"Item{name}": {
            "allOf": [
                ref("AnyItem"),
                {"type": "object", "required": ["kind", "fields"], "properties": own},
            ]
        },
    }


def _at_home(schema: Any, name: str) -> Any:
    """A kind's schema with its references to its own parts pointing to where it stands in the document."""
    if isinstance(schema, list):
        return [_at_home(part, name) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: f"#/components/schemas/{name}{value[1:]}"
        if key == "$ref" and isinstance(value, str) and value.startswith("#")
        else _at_home(value, name)
        for key, value in schema.items()
    }


PLACE = an(journey=SLUG, stage=SLUG)
PLACEMENT = an(**PLACE["properties"], phases=listed(ref("Phase")), segments=listed(SLUG), channels=listed(SLUG))


def _item_shapes() -> dict[str, Shape]:
    item = an(
        id=ID,
        kind=SLUG,
        slug=TEXT,
        url=ADDRESS,
        moved_to=or_null({"type": "string", "description": MOVED}),
        locale=an(requested=TEXT, served=TEXT),
        title=TEXT,
        summary=TEXT,
        body={"type": "string", "contentMediaType": "text/html"},
        fields={"type": "object"},
        seo=an(title=TEXT, description=TEXT),
        image=or_null(ref("Image")),
        stages=listed(ref("Placement")),
        teaser=or_null(TEXT),
        terms={"type": "object", "additionalProperties": listed(SLUG)},
        published_at=INSTANT,
        updated_at=INSTANT,
        edition=or_null(ref("Edition")),
        match=ref("Match"),
    )
    sparse = {"type": "object", "properties": {**item["properties"], "next_steps": listed(ref("Step"))}}
    return {
        "Placement": PLACEMENT,
        **_part_shapes(),
        "AnyItem": optional(item, next_steps=listed(ref("Step"))),
        "SparseItem": {**sparse, "description": "An item of which fields or omit left a part, or an unfinished draft."},
    }


def _part_shapes() -> dict[str, Shape]:
    """The parts of an item, and its next steps."""
    return {
        "Image": an(
            url=ADDRESS,
            alt=TEXT,
            width=NUMBER,
            height=NUMBER,
            focal_point=an(x={"type": "number"}, y={"type": "number"}),
            renditions=listed(an(url=ADDRESS, width=NUMBER)),
        ),
        "Edition": an(number=NUMBER, live_from=INSTANT, live_until=or_null(INSTANT)),
        "Match": an(
            stage=_word_or_null("exact", "crosswalk"),
            segment=_word_or_null("exact", "ancestor", "everyone"),
            channel=_word_or_null("exact", "any"),
            locale=one_of("exact", "fallback"),
        ),
        "Target": {
            "oneOf": [
                an(type={"const": "asset"}, id=ID, kind=SLUG, slug=TEXT, url=ADDRESS, title=TEXT),
                an(type={"const": "touchpoint"}, slug=SLUG, title=TEXT),
                an(type={"const": "url"}, url=ADDRESS),
            ]
        },
        "Step": an(
            intent=ref("Intent"),
            commitment=ref("Commitment"),
            primary=FLAG,
            label=TEXT,
            direction=_word_or_null("advance", "stay", "return"),
            to_stage=or_null(PLACE),
            source=one_of("authored", "derived", "fallback:same_stage", "fallback:beyond", "fallback:default"),
            target=ref("Target"),
        ),
    }


def _word_or_null(*words: str) -> Shape:
    return {"type": ["string", "null"], "enum": [*words, None]}


def _answer_shapes() -> dict[str, Shape]:
    context = an(journey=or_null(SLUG), stage=listed(SLUG), segment=or_null(SLUG), channel=or_null(SLUG), locale=TEXT)
    counts = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}
    page = page_of("Item", context=ref("Context"), snapshot=SNAPSHOT)
    page["properties"]["results"] = listed({"anyOf": [ref("Item"), ref("SparseItem")]})
    page = optional(page, explain=ref("Explained"))
    state = optional(an(snapshot=SNAPSHOT), explain=ref("Explained"))
    whole = {"allOf": [ref("Item"), state, an(next_steps=listed(ref("Step")))]}
    part = {"allOf": [ref("SparseItem"), state]}
    steps = an(results=listed(ref("Step")), dead_end=FLAG, context=ref("Context"), snapshot=SNAPSHOT)
    facets = {"type": "object", "additionalProperties": counts}
    place = {**page, "required": [*page["required"], "touchpoint", "exits"]}
    return {
        "Context": context,
        **_reason_shapes(),
        "ContentList": optional(page, facets=facets, removed=listed(an(id=ID, at=INSTANT))),
        "ContentDetail": {"anyOf": [whole, part]},
        "NextSteps": optional(steps, explain=ref("ExplainedSteps")),
        "TouchpointContent": optional(place, touchpoint=ref("Touchpoint"), exits=listed(ref("Step"))),
    }


def _reason_shapes() -> dict[str, Shape]:
    """Why something answers, and why something else does not."""
    left = an(
        id=ID,
        kind=SLUG,
        slug=or_null(TEXT),
        title=TEXT,
        reason=one_of(*Reason),
        detail=TEXT,
        at=or_null(INSTANT),
    )
    placement = an(**PLACEMENT["properties"], priority=NUMBER)
    matched = an(id=ID, match=ref("Match"), placement=or_null(placement), reader_stands_at=or_null(SLUG))
    missed = an(position=NUMBER, label=TEXT, **left["properties"])
    return {
        "LeftOut": left,
        "Explained": an(results=listed(matched), left_out=listed(ref("LeftOut"))),
        "ExplainedSteps": an(reader_stands_at=or_null(SLUG), left_out=listed(missed), silent_stages=listed(SLUG)),
    }


def _vocabulary_shapes() -> dict[str, Shape]:
    term = an(slug=SLUG, title=TEXT, parent=or_null(SLUG))
    words = {"type": "object", "additionalProperties": TEXT}
    return {
        "Kind": an(slug=SLUG, title=TEXT, description=TEXT, schema={"type": "object"}, url_templates=words),
        "KindList": page_of("Kind"),
        "Locale": an(code=TEXT, title=TEXT, fallback=or_null(TEXT), is_default=FLAG),
        "LocaleList": page_of("Locale"),
        "Vocabulary": an(slug=SLUG, title=TEXT, terms=listed(term)),
        "VocabularyList": page_of("Vocabulary"),
        "Service": an(
            name=TEXT,
            links=words,
            locales=listed(TEXT),
            default_locale=or_null(TEXT),
            default_journey=or_null(SLUG),
        ),
    }


def _problem_shapes() -> dict[str, Shape]:
    error = optional(an(parameter=or_null(TEXT), code=TEXT, detail=TEXT), allowed=listed(TEXT))
    problem = an(type=TEXT, title=TEXT, status=NUMBER, detail=TEXT, instance=TEXT)
    return {"Problem": optional(problem, errors=listed(error), request_id=TEXT)}
