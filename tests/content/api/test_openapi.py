"""The document that the service gives of itself."""

import pytest
from django.urls import get_resolver

from content.models import Kind
from tests.factories import KindFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/openapi.json"


@pytest.fixture
def document(api):
    return api.get(URL).json()


def test_every_route_of_the_api_is_in_it(document):
    known = get_resolver("config.urls").reverse_dict
    routes = {key for key in known if isinstance(key, str) and known[key][1].startswith("api/v1/")}
    operations = [path["get"]["operationId"] for path in document["paths"].values()]
    assert document["openapi"].startswith("3.1")
    assert len(operations) == len(set(operations)) == len(routes - {"openapi", "docs"})


def test_it_names_the_values_that_there_are(document):
    [stage] = [one for one in document["paths"]["/api/v1/content/"]["get"]["parameters"] if one["name"] == "stage"]
    assert stage["schema"]["items"] == {"type": "string", "enum": ["care", "do", "see", "think"]}
    assert (stage["style"], stage["explode"]) == ("form", False)


def test_refusals_are_problems_with_an_example(document):
    answers = document["paths"]["/api/v1/content/{id}/"]["get"]["responses"]
    assert set(answers) == {"200", "400", "401", "403", "404", "410"}
    [media] = answers["400"]["content"].values()
    assert list(answers["400"]["content"]) == ["application/problem+json"]
    assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
    [example] = media["examples"].values()
    assert example["value"]["errors"][0]["allowed"] == ["see", "think", "do", "care"]


def test_a_kind_that_an_editor_adds_shows_up_typed(api):
    own = {
        "type": "object",
        "properties": {"score": {"$ref": "#/$defs/score"}},
        "required": ["score"],
        "$defs": {"score": {"type": "integer"}},
    }
    KindFactory(slug="test-report", schema=own)
    schemas = api.get(URL).json()["components"]["schemas"]
    assert {"$ref": "#/components/schemas/ItemTestReport"} in schemas["Item"]["oneOf"]
    assert schemas["ItemTestReport"]["allOf"][1]["properties"] == {
        "kind": {"const": "test-report"},
        "fields": {"$ref": "#/components/schemas/FieldsTestReport"},
    }
    assert schemas["FieldsTestReport"]["properties"] == {
        "score": {"$ref": "#/components/schemas/FieldsTestReport/$defs/score"}
    }


def test_kinds_whose_names_come_out_alike_are_kept_apart(api):
    kinds = [KindFactory(slug="case-note"), KindFactory(slug="case-note-2")]
    kinds[1].slug = "case_note"  # of an older rule
    Kind.objects.filter(pk=kinds[1].pk).update(slug="case_note")
    schemas = api.get(URL).json()["components"]["schemas"]
    named = [name for name in schemas if name.startswith("ItemCaseNote")]
    assert sorted(schemas[name]["allOf"][1]["properties"]["kind"]["const"] for name in named) == [k.slug for k in kinds]


def test_the_docs_are_served_without_another_host(api):
    page = api.get("/api/v1/docs/").content.decode()
    assert "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in page
    assert "//" not in page.replace("http://testserver", "").replace("</", "<").replace("/>", ">").replace("// ", "")
