"""“What readers get”: the page of an asset agrees with the API, whatever is asked."""

import json
import re
from datetime import timedelta
from html import unescape
from itertools import product
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Permission, User

from content.delivery.asset_view import NEAR
from content.delivery.compose import match_json
from content.delivery.select import select
from content.models import Asset, Translation
from content.publishing.publish import publish, withdraw
from content.query import Query
from journeys.models import Journey
from journeys.presets.load import load_journeys
from tests.drafts import draft, place, stage
from tests.factories import AssetFactory, KindFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THINK = {"stage": "see-think-do-care:think", "segment": "", "channel": "", "locale": "en"}


@pytest.fixture
def house(world, clock, at):
    """One asset for each way to meet a question, or not to; some of them twice placed."""
    load_journeys(["aida-loyalty"])
    live = [
        draft("think", title="Everyone", priority=60),
        draft("think", title="Families", segments=("families",), channels=("website",), locales=("en", "nb")),
        draft("think", title="Danish", segments=("home-cooks",), locales=("da",)),
        draft("aida-loyalty:interest", title="Interest", priority=90),
        draft("think", title="Professionals", segments=("professionals",)),
        draft("think", title="Film", channels=("video",), priority=10),
        draft("see", title="First", priority=80),
        draft("do", title="Offer", steps=(("buy", "/buy"),)),
        draft(no_stage_reason="Legal", title="Privacy", steps=()),
    ]
    place(live[0], "aida-loyalty:desire", priority=95, segments=("families",))
    place(live[3], "care", segments=("families",))
    live.append(draft("think", title="Leads on", steps=(("compare", live[0]), ("buy", live[7]), ("contact", "/call"))))
    gone, coming = draft("think", title="Gone"), draft("think", title="Coming", priority=99)
    publish([*live, gone], at=at - 9 * DAY)
    withdraw(gone, at=at - DAY)
    publish(coming, live_from=at + 9 * DAY, at=at - HOUR)
    waiting = draft("think", title="Waiting", priority=70)
    place(live[6], "think", priority=75)  # not yet published
    return {asset.translations.first().title: asset for asset in [*live, gone, coming, waiting]}


@pytest.fixture
def page(admin_client):
    """The answer of the page of an asset."""

    def read(asset, **choices):
        answer = admin_client.get(f"/admin/content/asset/{asset.pk}/readers/", choices)
        assert answer.status_code == 200
        return answer

    return read


@pytest.fixture
def agreed(page, api, preview, titles):
    """The page of an asset, once everything on it is what the API says to the requests that the page names."""

    def read(asset, **choices):
        answer = page(asset, **choices)
        result = answer.context["answer"]
        items = _all(api, answer.context["list_url"], preview)
        ids = [item["id"] for item in items]
        assert result.total == len(ids)
        assert (result.own.rank if result.own else None) == (
            ids.index(asset.public_id) + 1 if asset.public_id in ids else None
        )
        first = result.around[0].rank - 1 if result.around else 0
        window = items[first : first + len(result.around)]
        assert [(one.shown.public_id, match_json(one.shown, one.match)) for one in result.around] == [
            (item["id"], item["match"]) for item in window
        ]
        assert [row[:2] for row in rows(answer, "readers-list")] == [
            [str(rank), item["title"]] for rank, item in enumerate(window, first + 1)
        ]
        left_out = api.get(f"{answer.context['list_url']}&id__in={asset.public_id}&explain=true", **preview).json()
        reasons = [one["reason"] for one in left_out["explain"]["left_out"]]
        assert reasons == ([str(result.why.reason)] if result.why else [])
        _agree_on_item(answer, api, preview)
        return answer

    return read


def _agree_on_item(answer, api, preview):
    url = answer.context["item_url"]
    item, received = api.get(url, **preview), answer.context["answer"].received
    if item.status_code == 404:
        assert (received, shown_json(answer)) == (None, None)
        return
    assert shown_json(answer) == item.json()
    steps = api.get(url.replace("/?", "/next/?") + "&explain=true", **preview).json()
    assert received.item["next_steps"] == steps["results"] == item.json()["next_steps"]
    assert [row[0].removesuffix(" primary") for row in rows(answer, "readers-steps")] == [
        step["label"] for step in steps["results"]
    ]
    assert ("Dead end:" in words(answer)) == steps["dead_end"]
    stands_at = received.stage.slug if received.stage else None
    left_out = [(left.position, str(left.why.reason)) for left in received.left_out]
    assert {
        "reader_stands_at": stands_at,
        "silent_stages": [silent.slug for silent in received.silent],
        "left_out": left_out,
    } == steps["explain"] | {"left_out": [(o["position"], o["reason"]) for o in steps["explain"]["left_out"]]}


def _all(api, url, extra):
    items, answer = [], api.get(url + "&page_size=7", **extra).json()
    while answer["next"]:
        items += answer["results"]
        answer = api.get(answer["next"], **extra).json()
    return items + answer["results"]


def words(answer):
    main = answer.content.decode().split('id="content-main"')[1]
    return plain(main)


def plain(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split()).replace(" .", ".")


def rows(answer, heading):
    """The rows of the table under a heading, each as the words of its cells."""
    html = answer.content.decode()
    found = re.search(rf'<table aria-labelledby="{heading}".*?</table>', html, re.S)
    body = found[0].split("<tbody")[1] if found else ""
    return [
        [plain(cell) for cell in re.findall(r"<t[dh] [^>]*>(.*?)</t[dh]>", row, re.S)]
        for row in re.findall(r"<tr [^>]*>(.*?)</tr>", body, re.S)
    ]


def shown_json(answer):
    found = re.search(r"<pre [^>]*>(.*?)</pre>", answer.content.decode(), re.S)
    return json.loads(unescape(found[1])) if found else None


def asked_of(url):
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


QUESTIONS = [
    {},
    {"segment": "families", "channel": "website", "locale": "nb"},
    {"stage": "aida-loyalty:interest", "segment": "everyone", "channel": "any"},
    {"stage": "see-think-do-care:", "segment": "families", "locale": "nb"},
    {"stage": "", "channel": "website"},
]
STATES = {
    "now": {},
    "past": {"at_0": "2026-02-27", "at_1": "10:00"},
    "to come": {"at_0": "2026-03-20", "at_1": "10:00"},
    "drafts": {"draft": "on"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "title",
    ["Everyone", "Families", "Danish", "Interest", "First", "Privacy", "Leads on", "Gone", "Coming", "Waiting"],
)
def test_the_page_agrees_with_the_api(house, agreed, title, state):
    for question in QUESTIONS if state == "now" else QUESTIONS[:2]:
        agreed(house[title], **{**THINK, **question, **STATES[state]})


def test_a_match_is_told_in_words(house, agreed):
    families = {**THINK, "segment": "families", "channel": "website", "locale": "nb"}
    listed_rows = {row[1]: row[3] for row in rows(agreed(house["Everyone"], **families), "readers-list")}
    think, interest = "exactly See, Think, Do, Care: Think", "by the crosswalk from AIDA and loyalty: Interest"
    assert listed_rows == {
        "Families": f"{think}, for Families, their own segment, placed on Website, in Norsk bokmål",
        "Danish": f"{think}, for Home cooks, which theirs belongs to, on any channel, in Dansk, by fallback",
        "Everyone": f"{think}, for everyone, on any channel, in English, by fallback",
        "Leads on": f"{think}, for everyone, on any channel, in English, by fallback",
        "Interest": f"{interest}, for everyone, on any channel, in English, by fallback",
    }


def test_what_stands_before_and_after_is_told_with_the_reason(world, clock, at, agreed):
    load_journeys(["aida-loyalty"])
    names = {
        "Near": ("think", {"segments": ("families",)}),
        "High": ("think", {"priority": 70}),
        "Old": ("think", {"published_at": at - 5 * DAY}),
        "Own": ("think", {"published_at": at - 6 * DAY}),
        "Twin": ("think", {"published_at": at - 6 * DAY}),
        "Older": ("think", {"published_at": at - 7 * DAY}),
        "Low": ("think", {"priority": 30}),
        "Crosswalk": ("aida-loyalty:interest", {"priority": 100}),
    }
    assets = {title: draft(stage, title=title, **more) for title, (stage, more) in names.items()}
    publish(list(assets.values()), at=at)
    listed_rows = rows(agreed(assets["Own"], **{**THINK, "segment": "families"}), "readers-list")
    assert [(row[1], row[6]) for row in listed_rows] == [
        ("Near", "before this asset: it is for a nearer audience"),
        ("High", "before this asset: it has the higher priority"),
        ("Old", "before this asset: it is newer"),
        ("Own", "this asset"),
        ("Twin", "after this asset: all else is the same; it was made later"),
        ("Older", "after this asset: it is older"),
        ("Low", "after this asset: it has the lower priority"),
        ("Crosswalk", "after this asset: it meets the stage by the crosswalk only"),
    ]


def test_where_no_stage_is_asked_the_date_decides_not_the_priority(world, clock, at, agreed):
    new, old = (
        draft("think", title=title, published_at=day) for title, day in [("New", at - DAY), ("Old", at - 2 * DAY)]
    )
    old.placements.update(priority=99)
    publish([new, old], at=at)
    listed_rows = rows(agreed(old, **{**THINK, "stage": ""}), "readers-list")
    assert [(row[1], row[4], row[6]) for row in listed_rows] == [
        ("New", "–", "before this asset: it is newer"),
        ("Old", "–", "this asset"),
    ]


@pytest.mark.parametrize(
    ("title", "choices", "reason", "mends"),
    [
        ("Gone", {}, "It ended or was withdrawn at 2026-02-28 13:00.", ["Publish it", "View its editions"]),
        (
            "Coming",
            {},
            "It goes live at 2026-03-10 13:00.",
            ["Publish it", "See what", "View its editions"],
        ),
        ("Waiting", {}, "Nothing of it has been published.", ["Publish it", "See what they would get"]),
        ("First", {}, "It has no placement that the request asks for", ["Publish it", "Change its placements"]),
        ("Offer", {}, "It has no placement that the request asks for", ["Change its placements"]),
        ("Professionals", {"segment": "families"}, "for other segments.", ["Change its placements"]),
        ("Film", {"channel": "website"}, "for other channels.", ["Change its placements"]),
        ("Danish", {}, "It is not shown in this language", ["Write it in English"]),
    ],
)
def test_what_is_not_among_them_is_told_why_and_what_would_mend_it(
    house, agreed, admin_client, title, choices, reason, mends
):
    answer = agreed(house[title], **{**THINK, **choices})
    assert f"Not among the results {reason}" in words(answer).replace("Its placement there is ", "")
    found = answer.context["explanation"].remedies
    assert len(found) == len(mends)
    for mend, begins in zip(found, mends, strict=True):
        assert mend.label.startswith(begins)
        assert admin_client.get(mend.link).status_code == 200


def test_the_mends_lead_to_where_it_is_among_them(house, page, admin_client):
    then, drafts = (
        next(
            mend.link
            for mend in page(house[title], **THINK).context["explanation"].remedies
            if mend.label.startswith("See")
        )
        for title in ("Coming", "Waiting")
    )
    results = [admin_client.get(link).context["explanation"].headline for link in (then, drafts)]
    assert results == ["1st of 7 results", "3rd of 10 results"]


def test_publishing_mends_nothing_that_is_past(house, page):
    result = page(house["Waiting"], **THINK, at_0="2026-02-27", at_1="10:00").context["explanation"]
    assert [remedy.label for remedy in result.remedies] == ["See what they would get if all drafts were published"]


def test_the_addresses_ask_what_was_chosen(house, page):
    asset = house["Everyone"]
    choices = {
        **THINK,
        "segment": "families",
        "channel": "website",
        "locale": "nb",
        "at_0": "2026-07-01",
        "at_1": "12:00",
    }
    context = page(asset, **choices).context
    parameters = {
        **{"journey": "see-think-do-care", "stage": "think", "segment": "families", "channel": "website"},
        **{"locale": "nb", "as_of": "2026-07-01T10:00:00Z"},
    }
    assert [asked_of(context[name]) for name in ("item_url", "list_url")] == [parameters, parameters]
    assert context["item_url"].startswith(f"http://testserver/api/v1/content/{asset.public_id}/?")
    assert context["needs_token"]
    assert asked_of(page(asset, **THINK, draft="on").context["list_url"])["draft"] == "true"
    assert not page(asset, **THINK).context["needs_token"]


def test_it_opens_with_the_first_placement_and_the_first_language(world, clock, page, at):
    asset = draft("think", segments=("families", "professionals"), channels=("website",), locales=("nb", "da"))
    place(asset, "care")
    assert {n: f.value() for n, f in _fields(page(asset)).items() if n != "at"} == {
        **{"stage": "see-think-do-care:think", "segment": "families", "channel": "website", "locale": "da"},
        "draft": False,
    }
    assert _fields(page(asset, locale="sv"))["locale"].value() == "sv"
    bare = AssetFactory(kind=asset.kind)
    assert [_fields(page(bare))[name].value() for name in THINK] == ["", "", "", "en"]


def _fields(answer):
    return {field.name: field for field in answer.context["form"]}


def test_rivals_and_targets_lead_on_with_the_same_choices(house, page, admin_client):
    choices = {**THINK, "segment": "families", "at_0": "2026-03-20", "at_1": "10:00:00"}
    answer = page(house["Leads on"], **choices)
    links = {row.title: row.link for row in answer.context["explanation"].rivals}
    links |= {step.target: step.link for step in answer.context["explanation"].steps}
    for title in ("Everyone", "Offer"):
        assert urlsplit(links[title]).path == f"/admin/content/asset/{house[title].pk}/readers/"
        given = admin_client.get(links[title]).context["form"].data
        assert {name: given[name] for name in choices} == choices
    assert links["/call"] == ""


@pytest.mark.parametrize(
    ("choices", "field", "message"),
    [
        ({"stage": "see-think-do-care:nowhere"}, "stage", "“see-think-do-care:nowhere” is not in the list"),
        ({"stage": "x"}, "stage", "“x” is not in the list. Choose a value from the list."),
        ({"segment": "nobody"}, "segment", "“nobody” is not in the list"),
        ({"locale": "tlh"}, "locale", "“tlh” is not in the list"),
        ({"at_0": "2026-03-29", "at_1": "02:30"}, "at", "in Europe/Oslo"),
        ({"at_0": "2026-10-25", "at_1": "02:30"}, "at", "in Europe/Oslo"),
        ({"at_0": "2026-10-25", "at_1": "noon"}, "at", "Enter a valid time."),
        ({"at_0": "soon", "at_1": "12:00"}, "at", "Enter a valid date."),
        ({"at_0": "2026-03-20", "at_1": "12:00", "draft": "on"}, "at", "Drafts can only be shown as they are now"),
    ],
)
def test_what_cannot_be_asked_is_asked_back_in_words(house, page, choices, field, message):
    answer = page(house["Everyone"], **{**THINK, **choices})
    assert list(answer.context["form"].errors) == [field]
    assert message in words(answer)
    assert "Correct the errors above" in words(answer)
    assert "answer" not in answer.context


def test_where_nothing_answers_it_says_so(world, clock, agreed):
    asset = draft("think", steps=())
    result = words(agreed(asset, **THINK))
    assert "There are no results." in result
    assert "the asset is not shown in this language at that time" in result
    assert "The API answers the request for the item with 404" in result


def test_a_service_without_languages_says_what_is_missing(page):
    answer = page(AssetFactory(kind=KindFactory()))
    assert "There is no locale yet; add one in the admin." in words(answer)


@pytest.mark.parametrize("state", [{}, {"draft": "on"}])
def test_a_long_list_is_cut_around_the_asset(world, clock, at, agreed, state):
    assets = [draft("think", title=f"No {number}", priority=99 - number) for number in range(30)]
    publish(assets, at=at)
    for place_, ranks in [(0, (1, 11)), (14, (5, 25)), (29, (20, 30))]:
        answer = agreed(assets[place_], **THINK, **state)
        around = answer.context["answer"].around
        assert (around[0].rank, around[-1].rank) == ranks
        assert f"Results {ranks[0]} to {ranks[1]} of 30" in words(answer)
    elsewhere = agreed(draft("see"), **THINK, **state).context["answer"].around
    assert (elsewhere[0].rank, elsewhere[-1].rank) == (1, 2 * NEAR)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_reading_back_is_reading_on_reversed(house, locales, segments, at, size):
    for segment, stages in product([None, "everyone", segments["families"]], [(), (stage("think"),), (stage("see"),)]):
        query = Query(
            locale=locales["nb"], journey=Journey.objects.get(slug="see-think-do-care"), stages=stages, segment=segment
        )
        selection = select(query, at=at)
        order = selection.page(50).results
        for place_, first in enumerate(order):
            assert selection.find(first.public_id) == first
            assert selection.count_before(first.position) == place_
            assert selection.before(first.position, size) == order[max(0, place_ - size) : place_]


@pytest.mark.parametrize(("state", "few", "many"), [({}, 18, 17), ({"draft": "on"}, 46, 46)])
def test_its_queries_do_not_depend_on_how_many_rivals_there_are(
    world, clock, at, admin_client, django_assert_num_queries, state, few, many
):
    own = draft("think", segments=("families",), steps=(("learn_more", "/more"),))
    publish(own, at=at)
    path, choices = f"/admin/content/asset/{own.pk}/readers/", {**THINK, "segment": "families", **state}
    for rivals in (1, 3):
        publish([draft("think", segments=("home-cooks",)) for _ in range(rivals)], at=at + rivals * HOUR)
        with time_machine.travel(at + 5 * HOUR, tick=False), django_assert_num_queries(few):
            admin_client.get(path, choices)
    # Where there are enough of them, the audiences further off need not be asked.
    publish([draft("think", segments=("home-cooks",)) for _ in range(2 * NEAR)], at=at + 6 * HOUR)
    with time_machine.travel(at + 9 * HOUR, tick=False), django_assert_num_queries(many):
        assert len(admin_client.get(path, choices).context["answer"].around) == NEAR + 1


def test_it_is_for_who_may_see_assets(house, client):
    path = f"/admin/content/asset/{house['Waiting'].pk}/readers/"
    assert client.get(path).status_code == 302
    user = User.objects.create_user("editor", is_staff=True)
    client.force_login(user)
    assert client.get(path).status_code == 403
    user.user_permissions.set(Permission.objects.filter(codename="view_asset"))
    for state in ({}, {"at_0": "2026-02-27", "at_1": "10:00"}, {"draft": "on"}):
        answer = client.get(path, {**THINK, **state})
        assert answer.status_code == 200
        links = [mend.label for mend in answer.context["explanation"].remedies]
        assert links == ([] if "draft" in state else ["See what they would get if all drafts were published"])


def test_what_would_mend_it_is_offered_within_the_reach_of_ones_rights(house, client):
    author = User.objects.create_user("author", is_staff=True)
    rights = ["view_asset", "change_asset", "view_translation", "add_translation"]
    author.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(author)
    results = []
    for owner in (None, author):
        for title in ("Offer", "Danish"):
            Asset.objects.filter(pk=house[title].pk).update(owner=owner)
            answer = client.get(f"/admin/content/asset/{house[title].pk}/readers/", THINK)
            results.append([mend.label for mend in answer.context["explanation"].remedies])
    assert results == [["View its placements"], [], ["Change its placements"], ["Write it in English"]]


def test_it_is_reached_from_the_asset_and_from_the_text(house, admin_client):
    asset = house["Families"]
    text = Translation.objects.get(asset=asset, locale__code="nb")
    for model, pk in (("asset", asset.pk), ("translation", text.pk)):
        change = admin_client.get(f"/admin/content/{model}/{pk}/change/").content.decode()
        [link] = re.findall(r'href="([^"]*readers_page[^"]*)"', change)
        page = admin_client.get(link, follow=True)
        assert page.context["title"] == f"What readers get: {asset}"
        assert _fields(page)["locale"].value() == {"asset": "en", "translation": "nb"}[model]


@pytest.mark.parametrize("choices", [{"channel": "fax\x00"}, {"at_0": "0001-01-01", "at_1": "00:00"}])
def test_what_no_database_could_compare_is_refused(house, admin_client, choices):
    address = f"/admin/content/asset/{house['Everyone'].pk}/readers/"
    assert admin_client.get(address, {**THINK, **choices}).status_code == 400


def test_what_is_no_asset_has_no_page(house, admin_client):
    assert admin_client.get("/admin/content/asset/999999/readers/").status_code == 404
    assert admin_client.get(f"/admin/content/asset/{'9' * 40}/readers/").status_code == 404
    assert admin_client.get("/admin/content/asset/x/readers_page/").status_code == 404
    assert Asset.objects.exists()
