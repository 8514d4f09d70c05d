"""The dictionaries that code composes and the shapes that the API's document tells of are one."""

import types
import typing

import pytest

from content.api.shapes import shapes
from content.catalogue import current_catalogue
from content.delivery import item

PRIMITIVES = {str: "string", int: "integer", float: "number", bool: "boolean"}
COMPONENTS = {
    "AnyItem": item.ItemJSON,
    "Placement": item.PlacementJSON,
    "Image": item.ImageJSON,
    "Edition": item.EditionJSON,
    "Match": item.MatchJSON,
    "Step": item.StepJSON,
    "Context": item.ContextJSON,
}


def outline(annotation):  # noqa: PLR0911 – one line a case
    """A type as nested plain values: keys and which are required, lists, unions, and the names of primitives."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if typing.is_typeddict(annotation):
        hints = typing.get_type_hints(annotation, include_extras=True)
        return {
            name if name in annotation.__required_keys__ else f"{name}?": outline(hint) for name, hint in hints.items()
        }
    if origin is typing.NotRequired:
        return outline(*arguments)
    if origin in (typing.Union, types.UnionType):
        parts = [outline(part) for part in arguments if part is not type(None)]
        found = parts[0] if len(parts) == 1 else ["any of", *parts]
        return ["or null", found] if type(None) in arguments else found
    if origin is list:
        return ["list", outline(arguments[0])]
    if origin is dict:
        return ["map"] if arguments[1] is typing.Any else ["map", outline(arguments[1])]
    if origin is typing.Literal:
        return "string"
    return PRIMITIVES[annotation]


def outline_of_shape(shape, components):  # noqa: PLR0911 – one line a case
    """The same of a JSON Schema."""
    if "$ref" in shape:
        return outline_of_shape(components[shape["$ref"].rpartition("/")[2]], components)
    if parts := shape.get("oneOf") or shape.get("anyOf"):
        outlines = [outline_of_shape(part, components) for part in parts if part != {"type": "null"}]
        found = outlines[0] if len(outlines) == 1 else ["any of", *outlines]
        return ["or null", found] if {"type": "null"} in parts else found
    if isinstance(shape.get("type"), list):
        [kind] = [name for name in shape["type"] if name != "null"]
        return ["or null", outline_of_shape({**shape, "type": kind}, components)]
    if "properties" in shape:
        return {
            name if name in shape["required"] else f"{name}?": outline_of_shape(part, components)
            for name, part in shape["properties"].items()
        }
    if shape.get("type") == "object":
        return ["map", outline_of_shape(shape["additionalProperties"], components)] if len(shape) > 1 else ["map"]
    if shape.get("type") == "array":
        return ["list", outline_of_shape(shape["items"], components)]
    return shape.get("type", "string")


@pytest.mark.django_db
@pytest.mark.parametrize("name", COMPONENTS)
def test_what_code_composes_is_what_the_document_tells(name, world):
    components = shapes(current_catalogue())
    assert outline(COMPONENTS[name]) == outline_of_shape(components[name], components)
