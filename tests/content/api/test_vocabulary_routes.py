"""The map and the vocabularies as a front-end reads them."""

import pytest

from content.models import Locale
from journeys.models import Recommendation
from tests.drafts import stage
from tests.factories import TermFactory, TouchpointFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
ROUTES = ["journeys", "segments", "channels", "touchpoints", "kinds", "locales", "vocabularies"]


def test_the_service_says_what_is_here(api):
    assert api.get("/api/v1/").json() == {
        "name": "Waymark",
        "links": {
            **{name: f"/api/v1/{name}/" for name in (*ROUTES, "content", "docs")},
            "openapi": "/api/v1/openapi.json",
        },
        "locales": ["da", "en", "nb", "sv"],
        "default_locale": "en",
        "default_journey": "see-think-do-care",
    }


def test_a_journey_tells_its_stages_in_order_and_its_transitions(api):
    answer = api.get("/api/v1/journeys/see-think-do-care/", {"locale": "nb"}).json()
    assert [one["slug"] for one in answer["stages"]] == ["see", "think", "do", "care"]
    think = stage("think")
    recommended = Recommendation.objects.filter(stage=think).first()
    row = answer["stages"][1]
    assert (row["title"], row["phases"], row["question"]) == ("Tenk", think.phases, think.question)
    assert row["channels"][0] == {
        "slug": recommended.channel.slug,
        "title": recommended.channel.titles["nb"],
        "role": recommended.role,
    }
    assert {"from": "think", "to": "do", "segments": []} in answer["transitions"]
    assert answer["closing_step"]["label"] == "Snakk med oss"
    assert api.get("/api/v1/journeys/").json()["results"][0]["slug"] == "see-think-do-care"


def words_are_in(api, **parameters):
    """Per stage the languages asked for and served, by the journey, the list of journeys and the diagram alike."""
    path = "/api/v1/journeys/see-think-do-care/"
    languages = [one["locale"] for one in api.get(path, parameters).json()["stages"]]
    [journey] = api.get("/api/v1/journeys/", parameters).json()["results"]
    drawn = api.get(f"{path}diagram.json", parameters).json()["stages"]
    assert [one["locale"] for one in journey["stages"]] == [one["locale"] for one in drawn] == languages
    return [one and (one["requested"], one["served"]) for one in languages]


def test_a_stage_says_in_which_language_its_words_are(api, locales):
    assert words_are_in(api, locale="nb") == [("nb", "en")] * 4
    assert words_are_in(api) == [("en", "en")] * 4
    Locale.objects.update(is_default=False)
    Locale.objects.filter(code="nb").update(is_default=True)
    assert words_are_in(api) == [("nb", "en")] * 4  # as they shipped
    think = stage("think")
    think.question = "Hva passer for oss?"
    think.save()
    assert words_are_in(api, locale="sv") == [("sv", "en"), ("sv", "nb"), ("sv", "en"), ("sv", "en")]


def test_without_a_language_nothing_is_said_of_it(api):
    Locale.objects.update(fallback=None)
    Locale.objects.all().delete()
    assert words_are_in(api) == [None] * 4


def test_titles_fall_back_along_the_chain(api, segments):
    families = segments["families"]
    families.titles = {"da": "Familier"}
    families.save()
    titles = {
        code: {row["slug"]: row["title"] for row in api.get("/api/v1/segments/", {"locale": code}).json()["results"]}
        for code in ("nb", "sv")
    }
    assert (titles["nb"]["families"], titles["sv"]["families"]) == ("Familier", "Families")


def test_segments_and_terms_tell_their_parents(api):
    vocabulary = VocabularyFactory(slug="topic", title="Topic")
    food = TermFactory(vocabulary=vocabulary, slug="food", title="Food")
    TermFactory(vocabulary=vocabulary, slug="fish", title="Fish", parent=food)
    parents = {row["slug"]: row["parent"] for row in api.get("/api/v1/segments/").json()["results"]}
    assert parents == {"families": "home-cooks", "home-cooks": None, "professionals": None}
    [item] = api.get("/api/v1/vocabularies/").json()["results"]
    assert item == {
        "slug": "topic",
        "title": "Topic",
        "terms": [
            {"slug": "fish", "title": "Fish", "parent": "food"},
            {"slug": "food", "title": "Food", "parent": None},
        ],
    }


def test_a_kind_carries_its_schema_and_a_locale_its_fallback(api):
    kind = api.get("/api/v1/kinds/guide/").json()
    assert (kind["slug"], kind["schema"]) == ("guide", {"type": "object", "properties": {}})
    fallbacks = {row["code"]: row["fallback"] for row in api.get("/api/v1/locales/").json()["results"]}
    assert fallbacks == {"da": "en", "en": None, "nb": "da", "sv": "en"}


@pytest.mark.parametrize("route", ROUTES)
def test_lists_share_one_envelope_and_refuse_what_they_do_not_know(api, route):
    VocabularyFactory()
    TouchpointFactory()
    page = api.get(f"/api/v1/{route}/", {"page_size": 1, "count": "true"}).json()
    assert (len(page["results"]), page["count_is"]) == (1, "exact")
    names, address = [], f"/api/v1/{route}/?page_size=1"
    while address:
        answer = api.get(address).json()
        names += [row.get("slug") or row["code"] for row in answer["results"]]
        address = answer["next"]
    assert (len(names), names) == (page["count"], sorted(set(names)))
    for parameters, code in (
        ("foo=1", "unknown_parameter"),
        ("locale=xx", "unknown_locale"),
        ("cursor=x", "invalid_cursor"),
    ):
        answer = api.get(f"/api/v1/{route}/?{parameters}")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


@pytest.mark.parametrize("path", ["journeys/nowhere/", "kinds/nothing/", "nothing/", "journeys/%00/"])
def test_what_is_not_there_is_a_problem_too(api, path):
    answer = api.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:waymark:problem:not-found")


@pytest.mark.parametrize("route", ROUTES)
def test_the_map_is_read_from_memory(api, route, django_assert_num_queries):
    api.get(f"/api/v1/{route}/")
    with django_assert_num_queries(0):
        api.get(f"/api/v1/{route}/")


def test_an_edit_of_the_map_acts_at_once(api):
    TouchpointFactory()
    before = api.get("/api/v1/journeys/see-think-do-care/").json()["stages"][0]["title"]
    stage("see").__class__.objects.filter(slug="see").update(title="Notice")
    after = api.get("/api/v1/journeys/see-think-do-care/").json()["stages"][0]["title"]
    assert (before, after) == ("See", "Notice")


def test_health_tells_life_and_readiness(api):
    assert api.get("/healthz").json() == {"status": "ok"}
    assert api.get("/readyz").json() == {"status": "ok", "database": "ok"}
