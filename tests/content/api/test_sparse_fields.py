"""``fields`` and ``omit``: less of an item, never another one."""

import pytest

from content.publishing.publish import publish
from journeys.models import Channel, Journey
from tests.drafts import draft, stage
from tests.factories import TouchpointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
PLACE = "/api/v1/touchpoints/place/"
ALL = (
    *("id", "kind", "slug", "url", "moved_to", "locale", "title", "summary", "body", "fields", "seo", "image"),
    *("stages", "teaser", "terms", "published_at", "updated_at", "edition", "match"),
)


@pytest.fixture
def asset(at):
    TouchpointFactory(
        slug="place", journey=Journey.objects.get(), stage=stage("think"), channel=Channel.objects.get(slug="website")
    )
    asset = draft("think", slug="choose", title="Choose", steps=(("compare", "/compare"),))
    publish(asset, at=at)
    return asset


@pytest.fixture
def item(api):
    """The one item of a route, bare of what an answer tells beside it."""

    def read(path, **words):
        answer = api.get(path, words).json()
        if "results" in answer:
            return answer["results"][0]
        return {name: value for name, value in answer.items() if name != "snapshot"}

    return read


@pytest.fixture(params=["list", "touchpoint", "id", "slug"])
def path(request, asset):
    return {"list": URL, "touchpoint": PLACE, "id": f"{URL}{asset.public_id}/", "slug": f"{URL}guide/choose/"}[
        request.param
    ]


def is_detail(path):
    return path not in (URL, PLACE)


def test_what_is_left_is_what_it_was(item, path):
    whole = item(path)
    assert set(whole) == {*ALL, *(["next_steps"] if is_detail(path) else [])}
    assert item(path, fields="title,id") == {"id": whole["id"], "title": "Choose"}
    assert item(path, omit="body,seo") == {name: whole[name] for name in whole if name not in ("body", "seo")}
    assert item(path, fields=",".join(whole)) == whole
    assert item(path, omit=",".join(whole)) == {}


@pytest.mark.parametrize("parameter", ["fields", "omit"])
@pytest.mark.parametrize("name", ["author", "Title", "document", "title.en", "%s", "snapshot"])
def test_an_unknown_name_is_refused_with_what_there_is(api, path, parameter, name):
    answer = api.get(path, {parameter: f"id,{name}"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "parameter": parameter,
            "code": "unknown_field",
            "detail": f"Unknown field '{name}'.",
            "allowed": [*ALL, *(["next_steps"] if is_detail(path) else [])],
        }
    ]


@pytest.mark.parametrize("parameter", ["fields", "omit"])
def test_next_steps_are_a_field_of_a_detail(item, asset, parameter):
    detail = f"{URL}{asset.public_id}/"
    whole = item(detail)
    expected = {"fields": {"next_steps": whole["next_steps"]}, "omit": {name: whole[name] for name in ALL}}
    assert item(detail, **{parameter: "next_steps"}) == expected[parameter]


@pytest.mark.parametrize("path", [URL, PLACE])
def test_next_steps_of_a_list_are_there_if_included(api, asset, item, path):
    whole = item(path, include="next_steps")
    assert item(path, include="next_steps", fields="id") == {
        "id": asset.public_id,
        "next_steps": whole["next_steps"],
    }
    assert item(path, include="next_steps", fields="next_steps") == {"next_steps": whole["next_steps"]}
    assert item(path, include="next_steps", omit=",".join(ALL)) == {"next_steps": whole["next_steps"]}
    errors = api.get(path, {"fields": "next_steps"}).json()["errors"]
    assert [(e["parameter"], e["code"], e["detail"]) for e in errors] == [
        ("fields", "unknown_field", "Unknown field 'next_steps'. Add include=next_steps.")
    ]
    errors = api.get(path, {"omit": "next_steps"}).json()["errors"]
    assert [e["detail"] for e in errors] == ["Unknown field 'next_steps'."]
    errors = api.get(path, {"omit": "next_steps", "include": "next_steps"}).json()["errors"]
    assert [(e["parameter"], e["code"]) for e in errors] == [("omit", "not_together")]


def test_fields_change_neither_the_envelope_nor_the_pages(api, asset, at):
    publish(draft("think", title="Another"), at=at.replace(day=2))
    words = {"page_size": 1, "count": "true"}
    whole, sparse = api.get(URL, words).json(), api.get(URL, {**words, "fields": "id"}).json()
    assert {name: value for name, value in sparse.items() if name not in ("results", "next")} == {
        name: value for name, value in whole.items() if name not in ("results", "next")
    }
    cursor = whole["next"].partition("cursor=")[2]
    answer = api.get(f"{sparse['next'].partition('cursor=')[0]}cursor={cursor}").json()
    assert answer["results"] == [{"id": asset.public_id}]


@pytest.mark.parametrize("text", ["", "id,,title", ",", "x" * 5000, "id\x00"])
@pytest.mark.parametrize("parameter", ["fields", "omit"])
def test_malformed_names_are_refused_by_parameter(api, asset, parameter, text):
    answer = api.get(URL, {parameter: text})
    assert (answer.status_code, [e["parameter"] for e in answer.json()["errors"]]) == (400, [parameter])


def test_what_is_not_visible_is_not_found_whatever_its_fields(api, asset):
    assert api.get(f"{URL}{'0' * 32}/", {"fields": "id"}).status_code == 404
    assert api.get("/api/v1/touchpoints/nowhere/", {"fields": "id"}).status_code == 404
