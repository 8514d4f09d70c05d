"""``facets``: how many would answer if one condition were another."""

from datetime import timedelta

import pytest

from content.models import Asset
from content.publishing.publish import publish
from journeys.presets.load import load_journeys
from tests.drafts import draft
from tests.factories import KindFactory, TermFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
DAY = timedelta(days=1)
EVERY = "stage,phase,kind,segment,channel,locale,term,topic,product"


@pytest.fixture
def shelf(at):
    """Five texts that differ in every facet."""
    KindFactory(slug="offer")
    topic, product = VocabularyFactory(slug="topic"), VocabularyFactory(slug="product")
    food = TermFactory(vocabulary=topic, slug="food")
    fish = TermFactory(vocabulary=topic, slug="fish", parent=food)
    grill = TermFactory(vocabulary=product, slug="grill")
    draft("see", title="a").terms.add(fish)
    draft("see", "think", title="b", segments=("families",)).terms.add(food, grill)
    draft("think", title="c", kind="offer", channels=("video",))
    draft("do", title="d", kind="offer", segments=("home-cooks",)).terms.add(grill)
    draft("care", title="e", locales=("da",))
    publish(Asset.objects.all(), at=at)


@pytest.fixture
def facets(api):
    def read(names, **words):
        return api.get(URL, {"facets": names, **words}).json()["facets"]

    return read


def test_every_facet_counts_each_of_its_values(shelf, facets):
    channels = {"video": 4, "website": 3}
    counts = facets(EVERY)
    assert {name: counts["channel"].pop(name) for name in channels} == channels
    assert set(counts.pop("channel").values()) == {3}
    assert counts == {
        "stage": {"see": 2, "think": 2, "do": 1, "care": 0},
        "phase": {"awareness": 2, "exploration": 2, "evaluation": 2, "purchase": 1, "loyalty": 0, "advocacy": 0},
        "kind": {"guide": 2, "offer": 2},
        "segment": {"everyone": 2, "families": 4, "home-cooks": 3, "professionals": 2},
        "locale": {"da": 5, "en": 4, "nb": 5, "sv": 4},
        "term": {"product:grill": 2, "topic:fish": 1, "topic:food": 2},
        "topic": {"fish": 1, "food": 2},
        "product": {"grill": 2},
    }


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"stage": "see,think"},
        {"stage": "think", "segment": "families", "channel": "video"},
        {"stage__all": "see,think"},
        {"stage__none": "do", "kind": "guide"},
        {"phase": "exploration"},
        {"kind__none": "offer", "locale": "nb"},
        {"term": "topic:food,product:grill"},
        {"term__all": "topic:fish"},
        {"term__none": "product:grill", "locale_fallback": "none"},
        {"journey": "aida-loyalty", "stage": "interest"},
        {"journey": "aida-loyalty", "stage": "interest", "crosswalk": "off"},
        {"updated_since": "2026-01-01T00:00:00Z", "ordering": "title"},
    ],
    ids=str,
)
def test_a_facet_is_the_count_of_the_request_with_that_value(api, shelf, facets, words):
    load_journeys(["aida-loyalty"])
    names = ("stage", "phase", "kind", "segment", "channel", "locale")
    for name, values in facets(",".join(names), **words).items():
        sample = dict(list(values.items())[:3])
        counted = {value: api.get(URL, {**words, name: value, "count": "true"}).json()["count"] for value in sample}
        assert sample == counted


def test_a_vocabularys_facet_replaces_its_own_terms_and_keeps_the_others(shelf, facets):
    counts = facets("topic,product,term", term="topic:fish,product:grill")
    assert counts == {
        "topic": {"fish": 0, "food": 1},
        "product": {"grill": 0},
        "term": {"product:grill": 2, "topic:fish": 1, "topic:food": 2},
    }


def test_ids_that_are_named_or_left_out_narrow_facets_too(api, shelf, facets):
    [first, second, *_] = [item["id"] for item in api.get(URL, {"ordering": "title"}).json()["results"]]
    assert facets("kind", id__in=f"{first},{second}") == {"kind": {"guide": 2, "offer": 0}}
    assert facets("kind", exclude=first) == {"kind": {"guide": 1, "offer": 2}}


def test_facets_stand_on_every_page_and_whatever_its_fields(api, shelf):
    first = api.get(URL, {"facets": "kind", "page_size": 3, "fields": "id"}).json()
    second = api.get(first["next"]).json()
    assert first["facets"] == second["facets"] == {"kind": {"guide": 2, "offer": 2}}


@pytest.mark.parametrize("name", ["author", "Stage", "published_at", "id__in", "%", "stage__exact"])
def test_an_unknown_facet_is_refused_with_what_there_is(api, shelf, name):
    answer = api.get(URL, {"facets": f"kind,{name}"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "parameter": "facets",
            "code": "unknown_facet",
            "detail": f"Unknown facet '{name}'.",
            "allowed": ["stage", "phase", "kind", "segment", "channel", "locale", "term", "product", "topic"],
        }
    ]


@pytest.mark.parametrize(("name", "value"), [("segment", "families"), ("channel", "video")])
def test_a_facet_of_what_is_asked_exactly_is_refused(api, shelf, name, value):
    answer = api.get(URL, {"facets": f"kind,{name}", f"{name}__exact": value})
    assert answer.status_code == 400
    assert [(e["parameter"], e["code"]) for e in answer.json()["errors"]] == [("facets", "not_together")]
    other = {"segment": "channel", "channel": "segment"}[name]
    assert api.get(URL, {"facets": other, f"{name}__exact": value}).status_code == 200


@pytest.mark.parametrize("name", ["stage", "kind", "locale"])
def test_a_vocabulary_that_has_a_facets_name_is_counted_among_the_terms_alone(facets, at, name):
    term = TermFactory(vocabulary=VocabularyFactory(slug=name), slug="odd")
    asset = draft("see")
    asset.terms.add(term)
    publish(asset, at=at)
    counts = facets(f"{name},term")
    assert "odd" not in counts[name]
    assert counts["term"] == {f"{name}:odd": 1}


def test_more_values_than_a_thousand_are_refused(api, at):
    vocabulary = VocabularyFactory(slug="topic")
    TermFactory.create_batch(1001, vocabulary=vocabulary)
    answer = api.get(URL, {"facets": "topic"})
    assert [(e["parameter"], e["code"]) for e in answer.json()["errors"]] == [("facets", "too_many_values")]


@pytest.mark.parametrize("count", [1, 20])
def test_facets_cost_one_statement_for_every_hundred_values(api, at, count, django_assert_num_queries):
    publish([draft("see") for _ in range(count)], at=at)
    api.get(URL)
    with django_assert_num_queries(2):  # the page, the counts
        answer = api.get(URL, {"facets": "stage,kind,segment", "page_size": 1, "stage": "see"}).json()
    assert answer["facets"]["stage"]["see"] == count
