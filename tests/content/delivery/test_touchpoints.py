"""``/touchpoints/``: the places, what fits there – pins first – and the ways on."""

import base64
from datetime import timedelta

import orjson
import pytest

from content.models import Pin
from content.publishing.publish import publish, withdraw
from journeys.models import Channel, Journey
from journeys.presets.load import load_journeys
from tests.drafts import draft, stage
from tests.factories import JourneyFactory, KindFactory, StageFactory, TermFactory, TouchpointFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/touchpoints/"
PLACE = f"{URL}sidebar/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def spot():
    """A touchpoint on the website, at ``think`` unless another stage is named."""

    def make(at_stage="think", slug="sidebar", channel="website", **words):
        return TouchpointFactory(
            slug=slug,
            title="Sidebar",
            journey=Journey.objects.get(slug="see-think-do-care"),
            stage=stage(f"see-think-do-care:{at_stage}") if at_stage else None,
            channel=Channel.objects.get(slug=channel),
            **words,
        )

    return make


def pin(place, *assets):
    for position, asset in enumerate(assets, start=1):
        Pin.objects.create(touchpoint=place, asset=asset, position=position)


def test_the_places_are_told(api, spot):
    spot(slug="b-place")
    spot(None, slug="a-place", filters={"kind": "guide"})
    answer = api.get(URL).json()
    own = {"title": "Sidebar", "description": "", "journey": "see-think-do-care", "channel": "website"}
    own |= {"ownership": "owned", "is_digital": True}
    assert answer["results"] == [
        {**own, "slug": "a-place", "stage": None, "filters": {"kind": "guide"}},
        {**own, "slug": "b-place", "stage": "think", "filters": {}},
    ]
    assert api.get(f"{URL}b-place/").json()["touchpoint"] == answer["results"][1]


def test_a_place_has_what_fits_there_and_the_ways_on(api, spot, at):
    spot()
    fits, elsewhere = draft("think", title="Fits"), draft("think", title="Elsewhere", channels=("video",))
    onward = draft("do", title="Onward")
    publish([fits, elsewhere, onward], at=at)
    answer = api.get(PLACE).json()
    assert list(answer) == ["results", "next", "touchpoint", "exits", "context", "snapshot"]
    assert answer["context"] == {
        "journey": "see-think-do-care",
        "stage": ["think"],
        "segment": None,
        "channel": "website",
        "locale": "en",
    }
    words = {"stage": "think", "channel": "website"}
    assert answer["results"] == api.get("/api/v1/content/", words).json()["results"]
    assert [(e["label"], e["source"], e["direction"]) for e in answer["exits"]] == [("Onward", "derived", "advance")]


def test_a_place_of_no_stage_leads_to_the_journeys_entries(api, spot, at):
    spot(None)
    publish([draft("see", title="Entry"), draft("do", title="Later")], at=at)
    answer = api.get(PLACE).json()
    assert sorted(item["title"] for item in answer["results"]) == ["Entry", "Later"]
    assert [(e["label"], e["source"], e["direction"]) for e in answer["exits"]] == [("Entry", "derived", None)]


@pytest.mark.parametrize("path", ["nowhere", "Sidebar", "%00", "x" * 300, "a.b", "%F0%9F%94%A5"])
def test_an_unknown_place_is_not_found_like_anything_else(api, spot, path):
    spot()
    answer, other = api.get(f"{URL}{path}/"), api.get("/api/v1/content/guide/nothing/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert {**answer.json(), "instance": ""} == {**other.json(), "instance": ""}


def test_pins_stand_first_in_their_order_and_only_where_they_fit(api, titles, spot, at):
    place = spot()
    assets = {
        "High": draft("think", title="High", priority=100),
        "Second": draft("think", title="Second", priority=1),
        "First": draft("think", title="First", priority=0),
        "Other stage": draft("see", title="Other stage"),
        "Video": draft("think", title="Video", channels=("video",)),
        "Families": draft("think", title="Families", segments=("families",), priority=0),
        "Gone": draft("think", title="Gone"),
        "Coming": draft("think", title="Coming"),
    }
    publish([asset for title, asset in assets.items() if title != "Coming"], at=at)
    publish(assets["Coming"], live_from=at + 9999 * DAY, at=at + HOUR)
    withdraw(assets["Gone"], at=at + DAY)
    pin(place, *(assets[t] for t in ("Gone", "Coming", "Video", "Other stage", "First", "Families", "Second")))
    pin(place, draft("think"))
    assert titles(PLACE) == ["First", "Families", "Second", "High"]
    assert titles(PLACE, {"segment": "professionals"}) == ["First", "Second", "High"]
    assert titles(PLACE, {"segment": "families"}) == ["First", "Families", "Second", "High"]
    assert titles(PLACE, {"channel": "video"}) == ["Video", "First", "Families", "Second", "High"]
    assert titles(PLACE, {"stage": "see"}) == ["Other stage"]
    assert titles(PLACE, {"exclude": assets["First"].public_id}) == ["Families", "Second", "High"]


@pytest.mark.parametrize("pins", [0, 1, 3, 6])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7])
def test_pins_and_the_rest_stand_once_each_over_all_pages(api, spot, at, pins, size):
    place = spot()
    assets = [draft("think", title=str(number), segments=("families",) if number % 2 else ()) for number in range(6)]
    publish(assets, at=at)
    pin(place, *assets[::-1][:pins])
    address, pages = f"{PLACE}?segment=families&count=true&page_size={size}", []
    while address and len(pages) < 9:
        answer = api.get(address).json()
        pages.append([item["title"] for item in answer["results"]])
        assert (answer["count"], answer["count_is"]) == (6, "exact")
        address = answer["next"]
    found = [title for page in pages for title in page]
    rest = [str(n) for n in (1, 3, 5, 0, 2, 4) if n < 6 - pins]
    assert found == [*(str(n) for n in range(5, 5 - pins, -1)), *rest]
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert pages[-1] != []


@pytest.mark.parametrize("cursor", ["pin", ["pin"], ["pin", -1], ["pin", True], ["pin", 1, 1], ["pin", "1"], ["x", 1]])
def test_a_forged_cursor_is_refused(api, spot, at, cursor):
    place, assets = spot(), [draft("think") for _ in range(3)]
    publish(assets, at=at)
    pin(place, *assets)
    first, _, own = api.get(PLACE, {"page_size": 1}).json()["next"].partition("cursor=")
    digest = orjson.loads(base64.urlsafe_b64decode(own + "=" * (-len(own) % 4)))[0]
    forged = base64.urlsafe_b64encode(orjson.dumps([digest, *cursor])).decode()
    answer = api.get(f"{first}cursor={forged}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["Everyone", "Families", "Offer", "Professionals", "Tagged"]),
        ({"segment": "families"}, ["Everyone", "Families", "Offer", "Tagged"]),
        ({"segment": " everyone "}, ["Everyone", "Offer", "Tagged"]),
        ({"kind": "offer"}, ["Offer"]),
        ({"kind": "offer, guide"}, ["Everyone", "Families", "Offer", "Professionals", "Tagged"]),
        ({"term": "topic:food"}, ["Tagged"]),
        ({"term": "topic:food", "kind": "offer"}, []),
        ({"segment": "", "kind": "", "term": ""}, ["Everyone", "Families", "Offer", "Professionals", "Tagged"]),
        ({"segment": "nobody"}, []),
        ({"segment": "families,professionals"}, []),
        ({"kind": "nothing"}, []),
        ({"kind": "nothing,offer"}, ["Offer"]),
        ({"term": "topic:nothing"}, []),
        ({"term": "nothing:food"}, []),
        ({"term": "food"}, []),
        ({"term": "topic:food,topic:nothing"}, []),
    ],
    ids=str,
)
def test_the_places_own_filters_narrow_and_unknown_words_never_widen(titles, spot, at, filters, expected):
    KindFactory(slug="offer")
    food = TermFactory(vocabulary=VocabularyFactory(slug="topic"), slug="food")
    assets = [draft("think", title="Everyone"), draft("think", title="Offer", kind="offer")]
    assets += [draft("think", title=name.title(), segments=(name,)) for name in ("families", "professionals")]
    assets.append(draft("think", title="Tagged"))
    assets[-1].terms.add(food)
    publish(assets, at=at)
    pin(spot(filters=filters), *assets)
    assert sorted(titles(PLACE)) == expected


def test_an_unknown_audience_of_a_place_is_led_on_as_a_reader_of_whom_nothing_is_known(api, spot, at):
    spot(filters={"segment": "nobody"})
    publish([draft("do", title="For some", segments=("families",), priority=99), draft("do", title="For all")], at=at)
    answer = api.get(PLACE).json()
    assert (answer["results"], [step["label"] for step in answer["exits"]]) == ([], ["For all"])


def test_the_request_goes_before_the_places_own_words(api, titles, spot, at):
    spot(filters={"segment": "professionals"})
    publish(
        [
            draft("think", title="Families", segments=("families",)),
            draft("think", title="Video", channels=("video",), segments=("professionals",)),
            draft("care", title="Care"),
        ],
        at=at,
    )
    assert titles(PLACE) == []
    assert titles(PLACE, {"segment": "families"}) == ["Families"]
    assert titles(PLACE, {"channel": "video"}) == ["Video"]
    assert titles(PLACE, {"stage": "care"}) == ["Care"]
    context = api.get(PLACE, {"stage": "care", "segment": "everyone", "channel": "any"}).json()["context"]
    assert (context["stage"], context["segment"], context["channel"]) == (["care"], "everyone", "any")


def test_a_place_answers_in_the_words_of_another_journey(api, titles, spot, at):
    load_journeys(["aida-loyalty"])
    StageFactory(journey=JourneyFactory(slug="other"), slug="elsewhere", phases=["loyalty"])
    spot()
    publish([draft("think", title="Think"), draft("aida-loyalty:desire", title="Desire")], at=at)
    words = {"journey": "aida-loyalty", "crosswalk": "off"}
    assert api.get(PLACE, words).json()["context"]["stage"] == ["interest"]
    assert titles(PLACE, {"journey": "aida-loyalty", "stage": "desire", "crosswalk": "off"}) == ["Desire"]
    assert titles(PLACE, {"journey": "aida-loyalty"}) == ["Think"]
    assert titles(PLACE, {"journey": "other"}) == []  # no stage there corresponds: nothing, not everything
    answer = api.get(PLACE, {"stage": "desire"})
    assert [(e["parameter"], e["code"]) for e in answer.json()["errors"]] == [("stage", "unknown_stage")]


@pytest.mark.parametrize(
    "words",
    ["kind=guide", "ordering=title", "facets=kind", "stage__all=think", "segment__exact=families", "x=1", "stage="],
)
def test_a_parameter_that_a_place_does_not_take_is_refused(api, spot, words):
    spot()
    answer = api.get(f"{PLACE}?{words}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, words.partition("=")[0])


def test_no_pin_is_known_of_before_it_is_live(api, spot, at):
    place, drafted = spot(), draft("think", title="Drafted")
    pin(place, drafted)
    answer = api.get(PLACE, {"count": "true"})
    assert drafted.public_id not in answer.content.decode()
    assert answer.json()["count"] == 0


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize(("pins", "queries"), [(False, 4), (True, 5)])
def test_a_place_costs_the_same_whatever_stands_there(api, spot, at, count, pins, queries, django_assert_num_queries):
    place, target = spot(), draft("do")
    assets = [draft("think", steps=(("compare", target),)) for _ in range(count + 1)]
    publish([target, *assets], at=at)
    pin(place, *(assets[:count] if pins else []))
    api.get(PLACE)
    with django_assert_num_queries(queries):  # the pins, what is pinned, the rest, the steps, the exits
        answer = api.get(PLACE, {"include": "next_steps", "page_size": count}).json()
    assert len(answer["results"]) == count


def test_pins_are_read_at_once_however_many_kinds_of_match_there_are(api, spot, at, django_assert_num_queries):
    load_journeys(["aida-loyalty"])
    place, assets = spot(), [draft("think", segments=("families",)) for _ in range(3)]
    publish(assets, at=at)
    pin(place, assets[0])
    api.get(PLACE)
    with django_assert_num_queries(5):  # the pins, what is pinned, one band, the exits twice
        answer = api.get(PLACE, {"segment": "families", "page_size": 2}).json()
    assert len(answer["results"]) == 2
