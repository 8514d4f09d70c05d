"""The map of a journey in the admin: its counts are the matrix's, for whoever may see them, and lead somewhere."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Permission, User

from content.catalogue import current_catalogue
from content.coverage.journey_map import counts
from content.coverage.matrix import matrix
from content.models import Locale, Target
from content.publishing.publish import publish
from content.query import Query
from journeys.models import Channel, Journey, Segment, Transition
from journeys.presets.load import load_journeys
from tests.drafts import draft, stage
from tests.factories import JourneyFactory, StageFactory, TouchpointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
DAY = timedelta(days=1)
SVG = "{http://www.w3.org/2000/svg}"
PLACES = ("front", "letter", "till")


@pytest.fixture
def house(world, clock, at):
    """Content at most stages, for some and for all, on some channels, in some languages; some of it later."""
    load_journeys(["aida-loyalty"])
    ours, website = stage("think").journey, Channel.objects.get(slug="website")
    TouchpointFactory(slug="front", title="Front page", journey=ours, channel=website)
    TouchpointFactory(
        slug="letter",
        title="Letter",
        journey=ours,
        channel=Channel.objects.get(slug="newsletter"),
        stage=stage("think"),
    )
    TouchpointFactory(
        slug="till", title="Till", journey=ours, channel=website, stage=stage("do"), filters={"segment": "families"}
    )
    TouchpointFactory(slug="elsewhere", title="Elsewhere")
    live = [draft("think") for _ in range(3)]
    live += [
        draft("think", segments=("families",), channels=("newsletter",)),
        draft("think", locales=("da",)),
        draft("aida-loyalty:desire", segments=("professionals",)),
        draft("do", segments=("home-cooks",), channels=("website",), steps=(("buy", "/buy"),)),
        draft("see", "care", locales=("en", "nb")),
    ]
    publish(live, at=at - 2 * DAY)
    publish(draft("do", steps=(("buy", "/buy"),)), live_from=at + 5 * DAY, at=at - DAY)
    Target.objects.create(stage=stage("think"), minimum=5, maximum=9)
    return ours


@pytest.fixture
def page(admin_client, house):
    def read(client=admin_client, journey=house, **choices):
        answer = client.get(f"/admin/journeys/journey/{journey.pk}/map/", choices)
        assert answer.status_code == 200
        return answer

    return read


@pytest.fixture
def somebody(client):
    """A client of somebody who may do these things, and no more."""

    def logged_in(*rights):
        user = User.objects.create_user("somebody", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        client.force_login(user)
        return client

    return logged_in


def picture_of(answer):
    text = answer.content.decode()
    return ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])  # noqa: S314 - our own picture


def badges(root):
    """The last words at each stage and touchpoint."""
    found = {one.get("data-stage") or one.get("data-touchpoint"): one for one in root.iter() if one.get("class")}
    return {slug: [text.text for text in one.iter(f"{SVG}text")][-1] for slug, one in found.items() if slug}


def by_matrix(axis, column, at, **parameters):
    """The cells of the matrix along an axis, in the column of one language."""
    catalogue = current_catalogue()
    query = Query(locale=Locale.objects.get(code=column), journey=Journey.objects.get(is_default=True), **parameters)
    cells = matrix(query, at=at, catalogue=catalogue, rows=axis, columns="locale").cells
    return {
        cell.row.slug: (cell.tally, cell.filled, cell.target, cell.state)
        for cell in cells
        if cell.column.slug == column
    }


@pytest.mark.parametrize("code", ["en", "nb"])
@pytest.mark.parametrize("segment", [None, "everyone", "families", "professionals"])
@pytest.mark.parametrize("days", [0, 6])
def test_the_counts_are_those_of_the_matrix(house, at, code, segment, days):
    who = Segment.objects.filter(slug=segment).first() or segment
    query = Query(locale=Locale.objects.get(code=code), segment=who)
    then = at + days * DAY
    found = counts(query, house, at=then, catalogue=current_catalogue())
    rows_of_map = [
        {slug: (one.tally, one.filled, one.target, one.state) for slug, one in part.items()}
        for part in (found.stages, found.touchpoints)
    ]
    places = by_matrix("touchpoint", code, then, segment=who)
    assert rows_of_map == [by_matrix("stage", code, then, segment=who), {slug: places[slug] for slug in PLACES}]


def test_a_channel_narrows_the_stages_and_leaves_touchpoints_theirs(house, at):
    letters = Channel.objects.get(slug="newsletter")
    query = Query(locale=Locale.objects.get(code="en"), channel=letters)
    found = counts(query, house, at=at, catalogue=current_catalogue())
    stages, places = by_matrix("stage", "en", at, channel=letters), by_matrix("touchpoint", "en", at)
    assert {slug: one.tally for slug, one in found.stages.items()} == {slug: one[0] for slug, one in stages.items()}
    assert {slug: one.tally for slug, one in found.touchpoints.items()} == {slug: places[slug][0] for slug in PLACES}


def test_the_counts_cost_five_statements(house, at, django_assert_num_queries):
    catalogue, query = current_catalogue(), Query(locale=Locale.objects.get(code="en"))
    with django_assert_num_queries(5):
        counts(query, house, at=at, catalogue=catalogue)


def test_a_journey_without_anything_is_counted_without_a_question(world, at, django_assert_num_queries):
    empty = Journey.objects.create(slug="empty", title="Empty")
    catalogue, query = current_catalogue(), Query(locale=Locale.objects.get(code="en"))
    with django_assert_num_queries(0):
        found = counts(query, empty, at=at, catalogue=catalogue)
    assert (found.stages, found.touchpoints) == ({}, {})


def test_the_picture_carries_the_counts_and_the_gaps(page, at):
    cells = by_matrix("stage", "en", at, segment="everyone")
    assert {slug: (filled, str(state)) for slug, (_, filled, _, state) in cells.items()} == {
        "see": (1, "adequate"),
        "think": (3, "gap"),
        "do": (0, "gap"),
        "care": (1, "adequate"),
    }
    found = badges(picture_of(page(segment="everyone")))
    assert {slug: found[slug] for slug in cells} == {
        slug: f"{filled} {state}" for slug, (_, filled, _, state) in cells.items()
    }
    assert [found[slug] for slug in PLACES] == ["4", "3", "0 gap"]  # what Think should have is not asked of a place


def test_the_tables_say_what_the_picture_shows(page):
    answer = page(segment="families", locale="nb")
    items = badges(picture_of(answer))
    rows = answer.context["stages"] + answer.context["touchpoints"]
    assert [f"{row['live']} {row['state']}" for row in rows[:4]] == [items[s] for s in ("see", "think", "do", "care")]
    assert [row["title"] for row in rows[4:]] == ["Letter", "Front page", "Till"]
    assert [items[slug].split()[0] for slug in ("letter", "front", "till")] == [str(row["live"]) for row in rows[4:]]


def test_what_a_fallback_language_lends_counts_on_request(page):
    strict = badges(picture_of(page(locale="nb")))
    counted = badges(picture_of(page(locale="nb", count=["locale", "crosswalk"])))
    assert (strict["think"], counted["think"]) == ("0 gap", "6 adequate")


def test_an_instant_moves_the_clock(page):
    later = page(at_0="2026-03-07", at_1="12:00")
    assert (badges(picture_of(page()))["do"], badges(picture_of(later))["do"]) == ("1 adequate", "2 adequate")
    assert "as of 2026-03-07 12:00" in picture_of(later).find(f"{SVG}desc").text


@pytest.mark.parametrize("choice", [{"segment": "nobody"}, {"at_0": "soon"}, {"locale": "xx"}, {"count": "more"}])
def test_what_cannot_be_read_is_said_and_nothing_is_counted(page, choice):
    answer = page(**choice)
    assert "Correct the errors above to see the counts." in answer.content.decode()
    assert answer.context["has_counts"] is False
    assert badges(picture_of(answer))["think"] not in ("0 gap", "4 gap")


def test_stages_lead_to_their_assets_and_touchpoints_to_their_pages(page, admin_client, house):
    links = {one.get("data-stage") or one.get("data-touchpoint"): one for one in picture_of(page()).iter(f"{SVG}a")}
    assert set(links) == {"see", "think", "do", "care", *PLACES}
    for slug in ("see", "think"):
        answer = admin_client.get(links[slug].get("href"))
        assert parse_qs(urlsplit(links[slug].get("href")).query) == {"stage": [str(stage(slug).pk)]}
        listed = {str(asset.pk) for asset in answer.context["cl"].queryset}
        assert listed == {str(pk) for pk in stage(slug).placements.values_list("asset_id", flat=True)}
    assert "Till" in admin_client.get(links["till"].get("href")).content.decode()
    assert links["think"].get("data-ways") == "From Think on to Do, and back to See."


def test_ways_for_some_are_told_with_their_readers(page, segments):
    way = Transition.objects.get(from_stage=stage("see"), to_stage=stage("do"))
    way.segments.set([segments["families"]])
    answer = page()
    see = next(one for one in picture_of(answer).iter(f"{SVG}a") if one.get("data-stage") == "see")
    assert see.get("data-ways") == "From See on to Think and Do (only for Families)."
    assert "on to Think and Do (only for Families)" in answer.content.decode().split("map-stages")[-1]


def test_who_may_not_see_assets_gets_the_map_without_counts(page, somebody, house):
    client = somebody("view_journey")
    answer = page(client, segment="families")
    assert (answer.context["has_counts"], list(answer.context["form"].fields)) == (False, ["locale"])
    assert [*picture_of(answer).iter(f"{SVG}a")] == []
    response = client.get(f"/admin/journeys/journey/{house.pk}/map/picture.svg", {"segment": "families"})
    for root in (picture_of(answer), ElementTree.fromstring(response.content)):  # noqa: S314 - our own picture
        assert (root.get("role"), badges(root)["think"]) == ("img", "Exploration,")
        assert "gap" not in root.find(f"{SVG}desc").text
    assert "Target" not in answer.content.decode()


def test_who_may_not_see_journeys_gets_nothing(somebody, house):
    client = somebody("view_asset", "view_stage")
    routes = [f"/admin/journeys/journey/{house.pk}/map/{file}" for file in ("", "picture.svg")]
    assert [client.get(route).status_code for route in routes] == [403, 403]


def test_a_journey_that_is_not_there_is_not_found(admin_client, world):
    assert admin_client.get("/admin/journeys/journey/999999/map/").status_code == 404


def test_the_journey_leads_to_its_map(admin_client, house):
    answer = admin_client.get(f"/admin/journeys/journey/{house.pk}/change/")
    [link] = [one["path"] for one in answer.context["actions_detail"] if one["title"] == "Map"]
    assert admin_client.get(link)["Location"] == f"/admin/journeys/journey/{house.pk}/map/"


def test_downloads_are_what_they_say(page, admin_client, api):
    answer = page(segment="everyone", locale="nb")
    downloads = dict(answer.context["downloads"])
    with_counts = admin_client.get(downloads.pop("SVG with counts"))
    assert (with_counts["Content-Type"], with_counts["Content-Disposition"]) == (
        "image/svg+xml; charset=utf-8",
        'attachment; filename="see-think-do-care-counts.svg"',
    )
    svg = ElementTree.fromstring(with_counts.content)  # noqa: S314 - our own picture
    assert badges(svg) == badges(picture_of(answer))
    assert svg.get("role") == "img"
    assert {name: api.get(link).status_code for name, link in downloads.items()} == dict.fromkeys(
        ("SVG", "Mermaid", "JSON"), 200
    )


def test_the_public_picture_never_tells_counts(page, api, house):
    plain = api.get(f"/api/v1/journeys/{house.slug}/diagram.svg", {"locale": "en"})
    root = ElementTree.fromstring(plain.content)  # noqa: S314 - our own picture
    html = page(segment="everyone").content.decode()
    assert "3 gap" in html and "3 gap" not in plain.content.decode()
    digits = [text.text for text in root.iter(f"{SVG}text") if any(letter.isdigit() for letter in text.text)]
    assert digits == []


def test_a_map_too_large_for_a_small_sheet_asks_for_a_large_one(page, house):
    assert "is-large" not in page().content.decode()

    long = JourneyFactory(slug="long")
    for number in range(1, 13):
        StageFactory(journey=long, position=number, title="Recommending")
    assert "is-large" in page(journey=long).content.decode()


def test_a_service_without_languages_still_draws_the_map(admin_client, journey):
    answer = admin_client.get(f"/admin/journeys/journey/{journey.pk}/map/")
    assert (answer.status_code, answer.context["has_counts"]) == (200, False)
