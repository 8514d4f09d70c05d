"""``GET /content/`` as a front-end meets it."""

import base64
import itertools
import json
from datetime import timedelta

import orjson
import pytest

from content.models import Asset
from content.publishing.publish import publish
from journeys.models import Segment, Transition
from journeys.presets.load import load_journeys
from tests.conftest import REQUEST_ID
from tests.drafts import draft, place
from tests.factories import JourneyFactory, StageFactory, TermFactory, VocabularyFactory
from tests.snapshots import token

pytestmark = pytest.mark.django_db
URL = "/api/v1/content/"
DAY = timedelta(days=1)


def test_item_has_the_shape_of_the_contract(api, world, at):
    target = draft("do", slug="buy-it", title="Buy it")
    asset = draft(
        "think",
        locales=("da",),
        slug="choose",
        title="Vælg",
        summary="Kort",
        body="<p>Hej</p>",
        segments=("home-cooks",),
        steps=(("start_purchase", target), ("compare", "/compare")),
        seo_title="SEO",
    )
    publish([target, asset], at=at)
    answer = api.get(URL, {"stage": "think", "segment": "families", "locale": "nb", "include": "next_steps"}).json()
    assert answer == {
        "results": [
            {
                "id": asset.public_id,
                "kind": "guide",
                "slug": "choose",
                "url": "/guide/choose",
                "moved_to": None,
                "locale": {"requested": "nb", "served": "da"},
                "title": "Vælg",
                "summary": "Kort",
                "body": "<p>Hej</p>",
                "fields": {},
                "seo": {"title": "SEO", "description": ""},
                "image": None,
                "stages": [
                    {
                        "journey": "see-think-do-care",
                        "stage": "think",
                        "phases": ["exploration", "evaluation"],
                        "segments": ["home-cooks"],
                        "channels": [],
                    }
                ],
                "teaser": None,
                "terms": {},
                "published_at": "2026-03-01T12:00:00Z",
                "updated_at": "2026-03-01T12:00:00Z",
                "edition": {"number": 1, "live_from": "2026-03-01T12:00:00Z", "live_until": None},
                "match": {"stage": "exact", "segment": "ancestor", "channel": None, "locale": "fallback"},
                "next_steps": [
                    {
                        "intent": "start_purchase",
                        "commitment": "hard",
                        "primary": True,
                        "label": asset.translations.get().next_steps.get(position=1).label,
                        "direction": "advance",
                        "to_stage": {"journey": "see-think-do-care", "stage": "do"},
                        "source": "authored",
                        "target": {
                            "type": "asset",
                            "id": target.public_id,
                            "kind": "guide",
                            "slug": "buy-it",
                            "url": "/guide/buy-it",
                            "title": "Buy it",
                        },
                    },
                    {
                        "intent": "compare",
                        "commitment": "soft",
                        "primary": False,
                        "label": asset.translations.get().next_steps.get(position=2).label,
                        "direction": None,
                        "to_stage": None,
                        "source": "authored",
                        "target": {"type": "url", "url": "/compare"},
                    },
                ],
            }
        ],
        "next": None,
        "context": {
            "journey": "see-think-do-care",
            "stage": ["think"],
            "segment": "families",
            "channel": None,
            "locale": "nb",
        },
        "snapshot": token(1, at),
    }


def test_unknown_stage_is_refused_with_what_there_is(api, world):
    answer = api.get(URL, {"stage": "thnk"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json() == {
        "type": "urn:waymark:problem:invalid-parameter",
        "title": "Invalid parameter",
        "status": 400,
        "detail": "Unknown stage 'thnk' in journey 'see-think-do-care'.",
        "instance": "/api/v1/content/",
        "request_id": REQUEST_ID,
        "errors": [
            {
                "parameter": "stage",
                "code": "unknown_stage",
                "detail": "Unknown stage 'thnk' in journey 'see-think-do-care'.",
                "allowed": ["see", "think", "do", "care"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("parameters", "name", "code"),
    [
        ("stag=think", "stag", "unknown_parameter"),
        ("stage=think&stage=do", "stage", "repeated"),
        ("stage=", "stage", "empty"),
        ("stage=%20", "stage", "empty"),
        ("stage=think,,do", "stage", "malformed"),
        ("stage=th%00nk", "stage", "null_characters_not_allowed"),
        ("stage=100%25", "stage", "unknown_stage"),
        ("stage__all=thnk", "stage__all", "unknown_stage"),
        ("stage__none=thnk", "stage__none", "unknown_stage"),
        ("journey=nowhere", "journey", "unknown_journey"),
        ("phase=love", "phase", "unknown_phase"),
        ("segment=nobody", "segment", "unknown_segment"),
        ("segment__exact=everyone", "segment__exact", "unknown_segment"),
        ("segment=families&segment__exact=families", "segment__exact", "not_together"),
        ("channel=pigeon", "channel", "unknown_channel"),
        ("channel=any&channel__exact=website", "channel__exact", "not_together"),
        ("kind=gide", "kind", "unknown_kind"),
        ("kind__none=gide", "kind__none", "unknown_kind"),
        ("term=travel", "term", "malformed"),
        ("term=topic:travel", "term", "unknown_vocabulary"),
        ("locale=xx", "locale", "unknown_locale"),
        ("locale_fallback=some", "locale_fallback", "unknown_value"),
        ("crosswalk=yes", "crosswalk", "unknown_value"),
        ("ordering=random", "ordering", "unknown_value"),
        ("include=body", "include", "unknown_value"),
        ("id__in=1", "id__in", "malformed"),
        ("exclude=1", "exclude", "malformed"),
        ("page_size=0", "page_size", "out_of_range"),
        ("page_size=101", "page_size", "out_of_range"),
        ("page_size=ten", "page_size", "out_of_range"),
        ("count=yes", "count", "not_a_flag"),
        ("cursor=abc", "cursor", "invalid_cursor"),
        ("cursor=%FF", "cursor", "invalid_cursor"),
        ("format=xml", "format", "unknown_parameter"),
    ],
)
def test_a_parameter_that_says_nothing_is_refused_by_name(api, world, parameters, name, code):
    answer = api.get(f"{URL}?{parameters}")
    assert answer.status_code == 400
    assert [(error["parameter"], error["code"]) for error in answer.json()["errors"]] == [(name, code)]


def test_a_cursor_of_another_list_is_refused(api, world, at):
    publish([draft("see"), draft("see")], at=at)
    following = api.get(URL, {"page_size": 1}).json()["next"]
    answer = api.get(following.replace("?", "?stage=see&"))
    assert answer.json()["errors"][0]["code"] == "invalid_cursor"


@pytest.mark.parametrize(
    "position",
    [
        [],
        ["x"],
        [0, 0, "x"],
        [0, 1 << 70, 1],
        [0, -1, 1],
        [None, None, None],
        [9, 9, 9, 9],
        [-(10**17), 1],
        [10**18, 1],
    ],
)
@pytest.mark.parametrize("ordering", ["relevance", "title", "-published_at"])
def test_a_forged_cursor_is_refused_and_never_a_fault(api, world, at, position, ordering):
    publish([draft("see"), draft("see")], at=at)
    following = api.get(URL, {"page_size": 1, "ordering": ordering}).json()["next"]
    address, _, cursor = following.partition("cursor=")
    digest = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0]
    forged = base64.urlsafe_b64encode(json.dumps([digest, *position]).encode())
    answer = api.get(f"{address}cursor={forged.decode()}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid_cursor")


def test_pages_follow_each_other_and_end(api, world, at):
    assets = [draft("see", title=str(number)) for number in range(5)]
    publish(assets, at=at)
    address, titles = f"{URL}?stage=see&page_size=2&count=true", []
    while address:
        page = api.get(address).json()
        titles.append([item["title"] for item in page["results"]])
        assert (page["count"], page["count_is"]) == (5, "exact")
        address = page["next"]
    assert titles == [["0", "1"], ["2", "3"], ["4"]]


def test_an_asset_at_two_asked_stages_stands_once_at_its_better_place(api, world, at):
    both = draft("think", title="both", priority=100)
    place(both, "do", priority=0)
    publish([both, draft("think", title="between")], at=at)
    address, titles = f"{URL}?stage=think,do&page_size=1", []
    while address:
        page = api.get(address).json()
        titles += [item["title"] for item in page["results"]]
        address = page["next"]
    assert titles == ["both", "between"]


def test_content_tagged_in_one_model_answers_in_the_words_of_another(api, world, at):
    load_journeys(["aida-loyalty"])
    publish(draft("think", title="Tagged"), at=at)
    [item] = api.get(URL, {"journey": "aida-loyalty", "stage": "desire"}).json()["results"]
    assert (item["title"], item["match"]["stage"]) == ("Tagged", "crosswalk")
    off = api.get(URL, {"journey": "aida-loyalty", "stage": "desire", "crosswalk": "off"}).json()
    assert off["results"] == []


def test_terms_of_one_vocabulary_are_alternatives_and_of_two_narrow(api, world, at):
    topic, product = VocabularyFactory(slug="topic"), VocabularyFactory(slug="product")
    food = TermFactory(vocabulary=topic, slug="food")
    fish = TermFactory(vocabulary=topic, slug="fish", parent=food)
    travel = TermFactory(vocabulary=topic, slug="travel")
    grill = TermFactory(vocabulary=product, slug="grill")
    tagged = {"fish": [fish], "travel": [travel], "both": [fish, travel, grill], "none": []}
    for title, terms in tagged.items():
        draft("see", title=title).terms.set(terms)
    publish(list(Asset.objects.all()), at=at)

    def titles(**parameters):
        return sorted(item["title"] for item in api.get(URL, parameters).json()["results"])

    assert titles(term="topic:food") == ["both", "fish"]
    assert titles(term="topic:fish,topic:travel") == ["both", "fish", "travel"]
    assert titles(term="topic:fish,product:grill") == ["both"]
    assert titles(term__all="topic:fish,topic:travel") == ["both"]
    assert titles(term__none="topic:food") == ["none", "travel"]


def test_everyone_and_any_are_readers_of_whom_nothing_is_known(api, world, at):
    publish([draft("see", title="all"), draft("see", title="some", segments=("families",), channels=("video",))], at=at)

    def titles(**parameters):
        return sorted(item["title"] for item in api.get(URL, parameters).json()["results"])

    assert titles() == ["all", "some"]
    assert titles(segment="everyone") == titles(channel="any") == ["all"]
    assert titles(segment="families", channel="video") == ["all", "some"]
    assert titles(segment__exact="families") == titles(channel__exact="video") == ["some"]
    assert titles(segment="home-cooks") == titles(channel="website") == ["all"]


@pytest.mark.parametrize("count", [1, 20, 100])
def test_a_list_with_next_steps_costs_the_same_whatever_its_length(api, world, at, count, django_assert_num_queries):
    load_journeys(["aida-loyalty"])
    target = draft("do")
    publish(target, at=at)
    publish([draft("think", steps=(("compare", target), ("buy", "/buy"))) for _ in range(count + 1)], at=at + DAY)
    api.get(URL)
    with django_assert_num_queries(3):  # one band, the steps, and what corresponds
        answer = api.get(URL, {"stage": "think", "include": "next_steps", "page_size": count}).json()
    assert len(answer["results"]) == count


def test_a_page_that_the_first_band_fills_reads_one_band(api, world, at, django_assert_num_queries):
    publish([draft("think", segments=("families",)) for _ in range(3)], at=at)
    api.get(URL)
    with django_assert_num_queries(1):
        api.get(URL, {"stage": "think", "segment": "families", "page_size": 2})


def test_an_empty_service_answers_with_words(api, db):
    answer = api.get(URL)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "no_locale")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_delivery_is_read_only(api, world, method):
    answer = getattr(api, method)(URL)
    assert (answer.status_code, answer.json()["type"]) == (405, "urn:waymark:problem:method-not-allowed")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_an_answer_depends_on_its_address_alone(api, world):
    malformed = {"journey": "a\x00"}
    answers = [api.get(URL, malformed, HTTP_ACCEPT_LANGUAGE="en")]
    api.get("/admin/login/", HTTP_ACCEPT_LANGUAGE="nb")  # the same thread, in another language
    answers.append(api.get(URL, malformed, HTTP_ACCEPT_LANGUAGE="nb"))
    assert answers[0].content == answers[1].content
    assert [answer.get("Vary") for answer in answers] == [None, None]
    assert not answers[0].cookies


def test_head_and_options_say_what_there_is(api, world):
    assert (api.head(URL).status_code, api.head(URL).content) == (200, b"")
    assert (api.options(URL).status_code, api.options(URL)["Allow"]) == (200, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("name", ["%25", "%25d", "%25(x)s", "%F0%9F%94%A5"])
@pytest.mark.parametrize("route", ["content/", "journeys/", ""])
def test_a_parameter_of_any_name_is_refused_in_words(api, world, name, route):
    answer = api.get(f"/api/v1/{route}?{name}=1")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_parameter")


def test_a_request_that_cannot_be_read_is_a_problem_too(api, world):
    answers = [api.get(URL + "?" + "&".join(f"a{n}=1" for n in range(1100))), api.get(URL, HTTP_HOST="evil.example")]
    assert {(a.status_code, a["Content-Type"]) for a in answers} == {(400, "application/problem+json")}


def test_a_large_map_is_walked_in_pieces(api, world, at):
    segment = Segment.objects.get(slug="families")
    for _ in range(3):
        segment = Segment.objects.create(slug=f"{segment.slug}-x", title="Deep", parent=segment)
    for number in range(9):
        journey = JourneyFactory(slug=f"j{number}")
        stages = [StageFactory(journey=journey, slug=f"s{n}", position=n + 1, is_entry=n == 0) for n in range(12)]
        for near, far in itertools.pairwise(stages):
            Transition.objects.create(from_stage=near, to_stage=far)
            Transition.objects.create(from_stage=stages[0], to_stage=far) if near != stages[0] else None
    asset = draft("j0:s0", "j1:s5")
    publish(asset, at=at)
    answer = api.get(URL, {"journey": "j0", "segment": segment.slug, "include": "next_steps"})
    assert [item["id"] for item in answer.json()["results"]] == [asset.public_id]


def test_a_date_beyond_all_reckoning_keeps_its_place_and_its_cursor(api, world, at):
    far = at.replace(year=9999)
    publish([draft("see", title="far", published_at=far), draft("see", title="first", priority=90)], at=at)
    page = api.get(URL, {"stage": "see", "page_size": 1}).json()
    following = api.get(page["next"]).json()
    assert [page["results"][0]["title"], following["results"][0]["title"]] == ["first", "far"]
