"""The JSON of coverage and audit is described twice: typed where it is composed, and as the API's schema."""

from types import NoneType, UnionType
from typing import get_args, get_origin, get_type_hints, is_typeddict

import pytest

from content.api.report_shapes import coverage_shapes, finding_shapes
from content.audit.finding import Evidence
from content.audit.report import ReportJson
from content.coverage.export import MatrixJson

JSON_TYPES = {str: "string", int: "integer", float: "number", NoneType: "null"}


def of_hint(hint):
    """The shape of a type: types, keys and which of them are required; nothing else."""
    if hint is Evidence or get_origin(hint) is dict:
        return {"types": ["object"]}  # keys by code, which the schema leaves open
    if is_typeddict(hint):
        keys = {name: of_hint(own) for name, own in get_type_hints(hint).items()}
        return {"types": ["object"], "required": sorted(hint.__required_keys__), "keys": keys}
    if get_origin(hint) is list:
        [item] = get_args(hint)
        return {"types": ["array"], "items": of_hint(item)}
    if get_origin(hint) is UnionType:
        parts = [of_hint(part) for part in get_args(hint)]
        types = sorted(name for part in parts for name in part["types"])
        return {key: value for part in parts for key, value in part.items()} | {"types": types}
    return {"types": [JSON_TYPES[hint]]}


def of_schema(schema):
    """The same of a JSON Schema."""
    shape = {"types": sorted(schema["type"]) if isinstance(schema["type"], list) else [schema["type"]]}
    if "items" in schema:
        shape["items"] = of_schema(schema["items"])
    if "properties" in schema:
        shape["required"] = sorted(schema["required"])
        shape["keys"] = {name: of_schema(own) for name, own in schema["properties"].items()}
    return shape


@pytest.mark.parametrize(
    ("composed", "schema"),
    [(MatrixJson, coverage_shapes()["Coverage"]), (ReportJson, finding_shapes()["Findings"])],
    ids=["coverage", "findings"],
)
def test_what_is_composed_is_what_the_schema_says(composed, schema):
    assert of_hint(composed) == of_schema(schema)
