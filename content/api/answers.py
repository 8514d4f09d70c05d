"""What an answer tells beside its items: facets, what has gone, the state it was read from, and why."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from content.delivery.compose import context_json, match_json, places_of, readable_texts, stages_json
from content.delivery.eligibility import WORDS, Reason
from content.delivery.explain import Explanation
from content.delivery.explain_steps import silent_stages, steps_left_out
from content.delivery.facets import NAMES, facets
from content.delivery.item import ITEM
from content.delivery.next_steps import WaysOn
from content.delivery.reading import Reading
from content.delivery.rows import ShownText
from content.instants import as_rfc3339
from content.models import Kind
from content.query import Query
from content.questions.meaning import ParameterValues, refusal

Item = dict[str, Any]  # an item of which a part may be left out


def field_selector(parameters: ParameterValues, *, steps: bool = False) -> Callable[[Mapping[str, Any]], Item]:
    """What ``fields`` and ``omit`` leave of an item. Refuses what is no name of one (``unknown_field``)."""
    there = ITEM if steps or parameters.get("include") else tuple(name for name in ITEM if name != "next_steps")
    for parameter in ("fields", "omit"):
        for name in parameters.get(parameter) or ():
            if name not in there:
                detail = _("Unknown field '%(name)s'.") % {"name": name}
                if (parameter, name) == ("fields", "next_steps"):
                    detail = _("Unknown field 'next_steps'. Add include=next_steps.")
                raise refusal(parameter, "unknown_field", detail, there)
    if parameters.get("include") and "next_steps" in (parameters.get("omit") or ()):
        raise refusal("omit", "not_together", _("'include=next_steps' and 'omit=next_steps' contradict each other."))
    if not parameters.get("fields") and not parameters.get("omit"):
        return dict
    names = set(parameters.get("fields") or there) - set(parameters.get("omit") or ())
    if parameters.get("include"):
        names.add("next_steps")
    return lambda item: {name: value for name, value in item.items() if name in names}


def wants_steps(parameters: ParameterValues) -> bool:
    """Whether what is left of an item that has next steps by default has them still."""
    return "next_steps" in (parameters.get("fields") or ("next_steps",)) and "next_steps" not in (
        parameters.get("omit") or ()
    )


def facet_names(parameters: ParameterValues, reading: Reading) -> tuple[str, ...]:
    """The facets asked for: parameters, or a vocabulary's slug. Refuses those that have a second form in use."""
    names = parameters.get("facets") or ()
    known = [*NAMES, *(slug for slug in reading.catalogue.vocabularies if slug not in NAMES)]
    for name in names:
        if name not in known:
            raise refusal("facets", "unknown_facet", _("Unknown facet '%(name)s'.") % {"name": name}, known)
        if parameters.get(f"{name}__exact"):
            detail = _("The facet '%(name)s' and '%(name)s__exact' do not go together; choose one.") % {"name": name}
            raise refusal("facets", "not_together", detail)
    return tuple(names)


def list_extras(
    parameters: ParameterValues,
    page: Sequence[ShownText],
    names: tuple[str, ...],
    query: Query,
    reading: Reading,
    *,
    first: bool,
) -> Item:
    """What a list tells beside its items. What has gone stands on the first page alone."""
    extras: Item = {}
    if names:
        extras["facets"] = facets(names, query, reading)
    if parameters.get("updated_since"):
        gone = reading.removed(query) if first else []
        extras["removed"] = [{"id": text.public_id, "at": as_rfc3339(text.at)} for text in gone]
    return {**extras, **state_extras(parameters, page, query, reading, context=True)}


def state_extras(
    parameters: ParameterValues,
    page: Sequence[ShownText],
    query: Query,
    reading: Reading,
    *,
    context: bool = False,
    ids: Collection[int] | None = None,
) -> Item:
    """The context, if wanted, and the state that was read, with the reasons where they were asked for."""
    extras: Item = {"context": context_json(query)} if context else {}
    extras["snapshot"] = reading.snapshot
    if parameters.get("explain") == "true":
        left_out = [_left(why, why.reason, reading) for why in reading.explain(query, ids) if why.reason]
        extras["explain"] = {"results": _explained(page, query, reading), "left_out": left_out}
    return extras


def _explained(page: Sequence[ShownText], query: Query, reading: Reading) -> list[Item]:
    """How each result matched: by which of its placements."""
    catalogue, found = reading.catalogue, []
    page = readable_texts(page)
    for text, (match, stage) in zip(page, places_of(page, query, catalogue), strict=True):
        placements = stages_json([match.placement], catalogue) if match.placement else []
        priority = match.placement["priority"] if match.placement else None
        found.append(
            {
                "id": text.public_id,
                "match": match_json(text, match),
                "placement": {**placements[0], "priority": priority} if placements else None,
                "reader_stands_at": stage.slug if stage else None,
            }
        )
    return found


def _left(explanation: Explanation, reason: Reason, reading: Reading) -> Item:
    kinds: dict[int, Kind] = reading.catalogue.kinds_by_id
    return {
        "id": explanation.public_id,
        "kind": kinds[explanation.kind_id].slug,
        "slug": explanation.slug or None,
        "title": explanation.title,
        "reason": str(reason),
        "detail": str(WORDS[reason]),
        "at": as_rfc3339(explanation.at) if explanation.at else None,
    }


def next_steps_extras(
    parameters: ParameterValues, shown: ShownText, ways: WaysOn, query: Query, reading: Reading
) -> Item:
    """The state that next steps were read from and, where it was asked, why others are not among them."""
    extras: Item = {"snapshot": reading.snapshot}
    if parameters.get("explain") == "true":
        [(_, stage)] = places_of([shown], query, reading.catalogue)
        extras["explain"] = {
            "reader_stands_at": stage.slug if stage else None,
            "left_out": [
                {
                    "position": left.position,
                    "label": left.label,
                    **_left(left.why, left.reason, reading),
                }
                for left in steps_left_out(shown, ways, query, reading)
            ],
            "silent_stages": [silent.slug for silent in silent_stages(stage, ways, query, reading.catalogue.atlas)],
        }
    return extras
