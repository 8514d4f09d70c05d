"""The parameters in words and types, for the API's document. Their values are those that there are."""

from django_filters import Filter

from content.audit.finding import CODES
from content.catalogue import Catalogue
from content.coverage.axes import axis_names
from content.coverage.matrix import COUNTABLE
from content.delivery.facets import NAMES
from content.delivery.item import ITEM
from content.questions.parameters import MOST, Instant, Limit, OneOfFilter, Since, WordsFilter
from journeys.api.shapes import Shape
from journeys.models.channel import Ownership
from journeys.phases import Phase

WORDS = {
    "journey": "Whose stage words are used; left out, the default journey.",
    "stage": "What fits any of these stages.",
    "stage__all": "What fits every one of these stages.",
    "stage__none": "Leaves out what is placed at any of these stages, whoever it is for.",
    "phase": "By canonical phase, in any journey.",
    "crosswalk": "Whether content that is tagged in the words of another journey is found too.",
    "segment": "The audience; what is for its ancestors and for everyone fits too. `everyone`: nothing is known.",
    "segment__exact": "Only placements that name this segment.",
    "channel": "Where it will stand; what is for any channel fits too.",
    "channel__exact": "Only placements that name this channel.",
    "kind": "Any of these kinds.",
    "kind__none": "None of these kinds.",
    "term": "As `vocabulary:term`. Terms of one vocabulary are alternatives, different vocabularies narrow.",
    "term__all": "All of these terms.",
    "term__none": "None of these terms.",
    "locale": "The reader's language; left out, the default one, or with a slug the one whose slug it is.",
    "locale_fallback": "`chain`: what falls back counts too. `none`: true translations only.",
    "id__in": "Ids to choose among.",
    "exclude": "Ids to leave out: what was seen.",
    "ordering": "The order, always total.",
    "fields": "Only these parts of each item.",
    "omit": "All parts of each item but these.",
    "include": "Parts that are not there by default: at most three next steps an item.",
    "facets": "Counts by the values of these; a vocabulary's slug is one too.",
    "updated_since": "What has changed since an instant, or since the snapshot of an earlier answer; with `removed`.",
    "as_of": "The published state at another instant, past or future. Needs a token with the scope `preview`.",
    "draft": "The drafts as if they were published now. Needs a token with the scope `preview`.",
    "snapshot": "The state of an earlier answer, until an hour after it was replaced.",
    "explain": "How each result matched, and why others were left out. Needs a token with the scope `preview`.",
    "limit": "At most so many steps.",
    "rows": "What each row is; a vocabulary's slug has its terms. Left out: stages.",
    "columns": "What each column is. Left out: segments.",
    "split": "A third axis, each value of which has a matrix of its own.",
    "count_fallback": "What counts as filled beside what is there in the words and the language asked for.",
    "ownership": "On an axis of channels or touchpoints only those that are owned, earned or paid.",
    "format": "JSON, or for a spreadsheet, or a table in Markdown.",
    "code": "Only findings of these codes.",
    "severity": "Only findings that weigh as much.",
    "waived": "Only what is accepted, or what is not.",
    "most_steps": "How many steps away the purchase may be; left out, three.",
    "least_ways": "In how many ways what a stage shows should lead on; left out, two.",
    "page_size": "Results a page.",
    "cursor": "Where to read on: take it from `next`.",
    "count": "Whether the results are counted too.",
    # In paths
    "id": "What answers carry as `id`.",
    "slug": "The address of a text in any language, now or formerly.",
    "touchpoint": "A place that editors named.",
}
EXAMPLES = {"stage": "think", "locale": "nb"}  # what the docs try first, so nothing that needs a token
ID, TOKEN = "^[0-9a-f]{32}$", "^s_[0-9a-f]{1,15}-[0-9a-f]{1,15}-[0-9A-Za-z_-]{16}$"
PATTERNS = {"id": ID, "id__in": ID, "exclude": ID, "snapshot": TOKEN}
PAGES: dict[str, Shape] = {
    "page_size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    "cursor": {"type": "string", "pattern": "^WyI[A-Za-z0-9_-]{20,}$"},
    "count": {"type": "string", "enum": ["true", "false"], "default": "false"},
}


def values(catalogue: Catalogue) -> dict[str, list[str]]:
    """What a parameter may be, where that can be told."""
    atlas = catalogue.atlas
    stages = sorted({stage.slug for stage in atlas.stages.values()})
    kinds, terms = list(catalogue.kinds), [f"{group}:{slug}" for group, slug in catalogue.public_terms]
    return {
        "journey": list(atlas.journeys),
        "stage": stages,
        "stage__all": stages,
        "stage__none": stages,
        "phase": list(Phase.values),
        "segment": ["everyone", *atlas.segments],
        "segment__exact": list(atlas.segments),
        "channel": ["any", *atlas.channels],
        "channel__exact": list(atlas.channels),
        "kind": kinds,
        "kind__none": kinds,
        "term": terms,
        "term__all": terms,
        "term__none": terms,
        "locale": list(catalogue.locales),
        "fields": list(ITEM),
        "omit": list(ITEM),
        "facets": [*NAMES, *(slug for slug in catalogue.vocabularies if slug not in NAMES)],
        "touchpoint": list(atlas.touchpoints),
        **dict.fromkeys(("rows", "columns", "split"), axis_names(catalogue)),
        "count_fallback": list(COUNTABLE),
        "ownership": Ownership.values,
        "code": list(CODES),
    }


def schema_of(name: str, parameter: Filter | None, known: dict[str, list[str]]) -> Shape:
    """The type of a parameter, from its filter (``None``: a part of the path) and what there is."""
    shape: Shape = {"type": "string", "minLength": 1}
    if name in PATTERNS:
        shape = {"type": "string", "pattern": PATTERNS[name]}
    if known.get(name):
        shape = {"type": "string", "enum": known[name]}
    # By the type of the filter and not by its name: a new parameter of a known type is described without a word here.
    by_filter: dict[type, Shape] = {
        WordsFilter: {"type": "array", "items": shape, "minItems": 1, "maxItems": MOST},
        Instant: {"type": "string", "format": "date-time"},
        Since: {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "pattern": TOKEN}]},
    }
    if isinstance(parameter, OneOfFilter):
        return {"type": "string", "enum": list(parameter.extra["words"])}
    if isinstance(parameter, Limit):
        return {"type": "integer", "minimum": parameter.extra["min_value"], "maximum": parameter.extra["max_value"]}
    return by_filter.get(type(parameter), shape)
