"""The fields of a kind as a form: what is saved untouched stays as it was, and errors stand where they belong."""

import json
import re
from html import unescape

import pytest

from content.models import Kind, Locale, Translation
from content.presets.load import NAMES, load_kinds
from tests.admin_pages import errors, form_of, page_of, text_of
from tests.drafts import draft
from tests.factories import AssetFactory, TranslationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def client(admin_client):
    return admin_client


VALUES = {
    "string": "Words",
    "currency": "NOK",
    "date": "2027-01-31",
    "date-time": "2027-01-31T08:00:00Z",
    "uri": "https://example.org/film?a=b&c=d",
}


def value_of(part):
    """Something that fits a part of a schema."""
    if "enum" in part:
        return part["enum"][-1]
    if part["type"] == "object":
        return {name: value_of(inner) for name, inner in part["properties"].items()}
    if part["type"] == "array":
        return [value_of(part["items"]) for _ in range(max(2, part.get("minItems", 0)))]
    form = part.get("anyOf", [part])[0].get("format", "currency" if "pattern" in part else "string")
    return VALUES[form][: part.get("maxLength")] if part["type"] == "string" else part.get("minimum", 0)


def drawn(client, thing):
    """What the script draws the kind's fields from; ``None`` where they are written as JSON."""
    return configuration(client.get(page_of(thing)))


def configuration(response):
    field = response.context["adminform"].form["fields"]
    found = re.search(r'data-django-jsonform="([^"]*)"', str(field))
    return json.loads(unescape(found[1])) if found else None


def filled(keys, data):
    """``data`` as the script fills it in: every field there, those that hold nothing empty."""
    blank = {"string": "", "array": [], "integer": None, "number": None, "boolean": None}
    full = dict(data)
    for name, part in keys.items():
        if part["type"] == "object":
            full[name] = filled(part["keys"], data.get(name, {}))
        elif part["type"] == "array" and part["items"]["type"] == "object":
            full[name] = [filled(part["items"]["keys"], row) for row in data.get(name, [])]
        else:
            full.setdefault(name, blank[part["type"]])
    return full


def saved_untouched(client, thing):
    """Saves the page of ``thing`` as the script leaves it: its fields afterwards."""
    before = type(thing).objects.get(pk=thing.pk).fields
    keys = drawn(client, thing)["schema"]["keys"]
    posted = form_of(client, page_of(thing)) | {"fields": json.dumps(filled(keys, before))}
    response = client.post(page_of(thing), posted)
    assert response.status_code == 302, errors(response)
    return type(thing).objects.get(pk=thing.pk).fields


@pytest.mark.parametrize("how", ["full", "empty", "blank"])
@pytest.mark.parametrize("name", NAMES)
def test_saving_untouched_changes_no_field_of_any_kind_that_ships(client, world, name, how):
    load_kinds([name])
    kind = Kind.objects.get(slug=name)
    sides = {"asset": {}, "translation": {}}
    for field, part in kind.schema["properties"].items():
        side = sides["translation" if part.get("x-localized", True) else "asset"]
        if how == "full":
            side[field] = value_of(part)
        elif how == "blank" and part["type"] == "array" and not part.get("minItems"):
            side[field] = []
    asset = AssetFactory(kind=kind, fields=sides["asset"])
    text = TranslationFactory(asset=asset, locale=Locale.objects.get(code="en"), fields=sides["translation"])

    for thing in (asset, text):
        if any(part.get("x-localized", True) is (thing is text) for part in kind.schema["properties"].values()):
            assert saved_untouched(client, thing) == sides[thing._meta.model_name]


ROWS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "parts": {"type": "array", "items": {"type": "string"}}},
        "required": ["name", "parts"],
    },
}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ({"type": "boolean"}, False),
        ({"type": "boolean"}, True),
        ({"type": "integer"}, 0),
        ({"type": "number"}, 4.5),
        ({"type": "string"}, ""),
        ({"type": "string"}, "two\nlines"),
        ({"type": "string", "default": "x"}, None),
        ({"type": "string", "format": "date-time"}, "2027-01-31T08:00:00+02:00"),
        (ROWS, [{"name": "a", "parts": ["x", "", "z"]}, {"name": "b", "parts": []}]),
        (ROWS, []),
        ({"type": "object", "properties": {"inner": {"type": "string"}}}, {}),
    ],
)
def test_saving_untouched_keeps_every_value_as_it_was(client, world, kind, part, value):
    Kind.objects.update(schema={"type": "object", "properties": {"own": part}})
    fields = {} if value is None else {"own": value}
    text = draft("think", fields=fields).translations.get()

    assert saved_untouched(client, text) == fields


def test_what_is_emptied_is_left_out(client, world, kind):
    Kind.objects.update(
        schema={"type": "object", "properties": {"own": {"type": "string"}, "count": {"type": "integer"}}}
    )
    text = draft("think", fields={"own": "Words", "count": 0}).translations.get()

    client.post(page_of(text), form_of(client, page_of(text)) | {"fields": '{"own": "", "count": 0}'})

    assert Translation.objects.get().fields == {"count": 0}


@pytest.mark.parametrize(
    ("stored", "part"),
    [
        ({"gone": "from the schema"}, {"type": "string"}),
        ({"own": "d"}, {"type": "string", "enum": ["a", "b"]}),
        ({"own": "soon"}, {"type": "string", "format": "date"}),
        ({"own": 5}, {"type": "string"}),
        ({"own": True}, {"type": "integer"}),
        ({"own": 2**60}, {"type": "integer"}),
        ({"own": "one"}, {"type": "array", "items": {"type": "string"}}),
    ],
)
def test_old_data_that_the_form_would_lose_is_written_as_json(client, world, kind, stored, part):
    text = draft("think").translations.get()
    Translation.objects.update(fields=stored)
    Kind.objects.update(schema={"type": "object", "properties": {"own": part}, "additionalProperties": False})

    assert drawn(client, text) is None
    assert json.loads(form_of(client, page_of(text))["fields"]) == stored


@pytest.mark.parametrize(
    "part",
    [
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "array", "items": {"$ref": "#/$defs/x"}},
        {"type": "object"},
        {},
    ],
)
def test_a_schema_that_a_form_cannot_draw_is_written_as_json(client, world, kind, part):
    schema = {"type": "object", "properties": {"own": part}, "required": ["own"], "$defs": {"x": {"type": "string"}}}
    Kind.objects.update(schema=schema)
    text = draft("think").translations.get()

    assert drawn(client, text) is None
    assert "required to publish" in text_of(client.get(page_of(text)))


def test_errors_show_with_what_was_typed(client, world, kind):
    Kind.objects.update(schema={"type": "object", "properties": {"count": {"type": "integer", "maximum": 5}}})
    text = draft("think", fields={"count": 1}).translations.get()

    response = client.post(page_of(text), form_of(client, page_of(text)) | {"fields": '{"count": 7}'})

    assert errors(response) == {"fields": ["count: 7 is greater than the maximum of 5"]}
    assert "&quot;count&quot;: 7" in response.content.decode().replace("\\&quot;", "&quot;")


def test_an_error_stands_at_the_input_it_is_about(client, world, kind):
    Kind.objects.update(schema={"type": "object", "properties": {"rows": ROWS}})
    text = draft("think").translations.get()

    posted = form_of(client, page_of(text)) | {"fields": '{"rows": [{"name": "", "parts": ["a"]}]}'}
    response = client.post(page_of(text), posted)

    assert configuration(response)["errorMap"] == {"rows§0§name": "This is missing."}


def test_what_is_no_json_is_shown_as_it_was_written(client, world, kind):
    Kind.objects.update(schema={"type": "object", "properties": {"count": {"type": "integer"}}})
    text = draft("think").translations.get()

    response = client.post(page_of(text), form_of(client, page_of(text)) | {"fields": '{"count": '})

    assert "data-django-jsonform=" not in response.content.decode()
    assert "{&quot;count&quot;: </textarea>" in response.content.decode()


def test_only_what_publishing_needs_says_so(client, world, kind):
    inner = {"type": "object", "properties": {"deep": {"type": "string"}}, "required": ["deep"]}
    schema = {"type": "object", "properties": {"top": {"type": "string"}, "list": inner}, "required": ["top"]}
    Kind.objects.update(schema=schema)

    keys = drawn(client, draft("think").translations.get())["schema"]["keys"]

    assert keys["top"]["helpText"] == "Required to publish."
    assert "Needed" not in json.dumps(keys["list"])
