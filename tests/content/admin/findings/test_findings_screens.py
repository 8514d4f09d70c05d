"""The findings worklist says what the API says, and what is done there lasts."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.audit.worklist import Resolved, resolved_findings
from content.models import Assignment, AuditRun, Pin, Waiver
from content.publishing.publish import publish
from journeys.models import Journey, Transition
from tests.drafts import draft, place, stage
from tests.factories import TouchpointFactory

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PAGE, ASSIGN, ACCEPT = (f"/admin/content/coverage/findings/{page}" for page in ("", "assign/", "accept/"))
API = "/api/v1/coverage/findings/"
JOURNEY = "see-think-do-care"
KEY = f"dead_end:{JOURNEY}:stage:care:care/everyone/en/*"
UNTIL = {"until_0": "2999-01-01", "until_1": "12:00"}


@pytest.fixture
def clock(at):
    with time_machine.travel(at + DAY, tick=False) as clock:
        yield clock


@pytest.fixture
def whole(world, at, clock):
    texts = {name: draft(name, locales=("en", "nb", "da")) for name in ("see", "think", "do", "care")}
    publish(texts.values(), at=at)
    return texts


@pytest.fixture
def stuck(whole):
    """Nobody comes on from the last stage, and one text is in one language only."""
    Transition.objects.filter(from_stage=stage("care")).delete()
    publish(draft("do", segments=("families",)))
    return whole


@pytest.fixture
def keys_on_pages(admin_client):
    """The keys on all pages of the worklist, as the links to assign them name them."""

    def read(client=admin_client, **choices):
        found, number = [], 1
        while True:
            html = client.get(PAGE, {**choices, "page": number}).content.decode()
            links = re.findall(r'href="([^"]*/findings/assign/[^"]*)"', html)
            found += [parse_qs(urlsplit(unescape(link)).query)["key"][0] for link in links]
            if f"page={number + 1}" not in html:
                return found
            number += 1

    return read


def words(answer):
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def too_early(count):
    """Drafts that each make a finding."""
    return [draft("see", steps=(("buy", "/buy"),)) for _ in range(count)]


def keys(api, audit, **parameters):
    return [one["key"] for one in api.get(API, parameters, **audit).json()["results"]]


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"segment": "families"},
        {"locale": "nb"},
        {"segment": "everyone", "locale": "en"},
        {"severity": "error"},
        {"code": "missing_translation"},
    ],
)
def test_the_worklist_is_what_the_api_finds_in_its_order(api, audit, keys_on_pages, stuck, choices):
    expected = keys(api, audit, waived="false", **choices)
    assert expected
    assert keys_on_pages(**choices) == expected


def test_a_download_is_what_the_api_writes_of_the_same_choice(admin_client, api, audit, stuck):
    parameters = {"severity": "error", "locale": "nb"}
    answer = admin_client.get(PAGE, {**parameters, "format": "csv"})
    assert answer.content == api.get(API, {**parameters, "waived": "false", "format": "csv"}, **audit).content
    assert len(answer.content.splitlines()) > 2
    assert answer.headers["Content-Disposition"] == 'attachment; filename="findings-2026-03-02.csv"'

    page = admin_client.get(PAGE, parameters).content.decode()
    [link] = re.findall(r'href="([^"]*format=xlsx)"', page)
    workbook = admin_client.get(f"{PAGE}{unescape(link)}")
    assert workbook.content[:2] == b"PK"


def test_more_than_a_page_of_findings_is_told_by_pages(api, audit, keys_on_pages, admin_client, stuck, clock):
    publish(too_early(50))
    clock.shift(DAY)
    expected = keys(api, audit)
    assert len(expected) > 50
    assert keys_on_pages() == expected
    assert "1 to 50 on this page" in words(admin_client.get(PAGE))


def test_it_tells_of_another_day_without_writing_that_down(keys_on_pages, stuck):
    before = {"at_0": "2020-01-01", "at_1": "12:00"}
    assert {key.split(":")[0] for key in keys_on_pages(**before)} == {"silent_stage"}
    assert KEY in AuditRun.objects.get().keys
    assert not any(key.startswith("silent_stage") for key in AuditRun.objects.get().keys)


def test_it_counts_in_words(admin_client, api, audit, stuck):
    counts = api.get(API, **audit).json()["summary"]
    assert counts["error"] > 1
    assert counts["warning"] == 0
    assert f"{counts['error']} errors, no warnings and {counts['note']} note" in words(admin_client.get(PAGE))


def test_where_nothing_is_found_it_says_so(admin_client, world, at, clock):
    steps = (("learn_more", "/more"), ("contact", "/contact"))
    publish([draft(name, locales=("en", "nb", "da"), steps=steps) for name in ("see", "think", "do", "care")], at=at)
    answer = words(admin_client.get(PAGE, {"segment": "everyone", "locale": "en"}))
    assert "No findings: nothing leaves readers stuck on" in answer
    assert "no errors, no warnings and no notes open" in answer


def test_what_is_handed_to_somebody_is_theirs_after_the_next_audit(client, admin_client, keys_on_pages, stuck, clock):
    editor = User.objects.create_user("maria", is_staff=True)
    back = admin_client.post(
        f"{ASSIGN}?{urlencode({'key': KEY, 'severity': 'error'})}", {"to": editor.pk, "note": "Go"}
    )
    assert "severity=error" in back.url
    clock.shift(DAY)
    publish(draft("care"))
    assert "Assigned to maria : Go" in words(admin_client.get(PAGE))
    assert KEY not in keys_on_pages(assigned="nobody")
    assert keys_on_pages(assigned="me") == []
    editor.user_permissions.add(*Permission.objects.filter(codename__in=["view_coverage", "assign_finding"]))
    client.force_login(editor)
    assert keys_on_pages(client, assigned="me") == [KEY]


def test_what_is_handed_to_somebody_waits_on_their_desk_until_a_record_is_without_it(
    client, admin_client, keys_on_pages, stuck, clock
):
    editor = User.objects.create_user("maria", is_staff=True)
    editor.user_permissions.add(*Permission.objects.filter(codename__in=["view_asset", "view_coverage"]))
    client.force_login(editor)
    admin_client.get(PAGE)  # that day's record
    clock.shift(HOUR)
    admin_client.post(f"{ASSIGN}?{urlencode({'key': KEY})}", {"to": editor.pk})

    desk = client.get("/admin/")
    title = Journey.objects.get(slug=JOURNEY).title
    assert f"Findings assigned to you 1 chevron_right {title} dead end 1 finding" in words(desk)
    [link] = {unescape(link) for link in re.findall(r'href="([^"]*assigned=me[^"]*)"', desk.content.decode())}
    assert "Findings assigned to you" not in words(admin_client.get("/admin/"))
    assert "1 finding." in words(client.get(link))

    Assignment.objects.create(key="dead_end:gone:stage:end:end/everyone/en/*", to=editor, at=timezone.now())
    assert "Findings assigned to you 1 chevron_right" in words(client.get("/admin/"))

    restored = Transition.objects.create(from_stage=stage("care"), to_stage=stage("see"))
    assert "Findings assigned to you" in words(client.get("/admin/"))
    clock.shift(DAY)
    admin_client.get(PAGE)
    assert "Findings assigned to you" not in words(client.get("/admin/"))

    restored.delete()
    clock.shift(DAY)
    admin_client.get(PAGE)
    assert "Findings assigned to you" in words(client.get("/admin/"))


def test_it_is_handed_back_to_nobody(admin_client, keys_on_pages, stuck):
    mine = f"{ASSIGN}?{urlencode({'key': KEY})}"
    admin_client.post(mine, {"to": User.objects.get(username="admin").pk})
    assert keys_on_pages(assigned="me") == [KEY]
    admin_client.post(mine, {"to": ""})
    assert not Assignment.objects.exists()


def test_only_staff_can_be_handed_anything(admin_client, stuck):
    visitor = User.objects.create_user("visitor")
    assert admin_client.post(f"{ASSIGN}?{urlencode({'key': KEY})}", {"to": visitor.pk}).status_code == 200
    assert not Assignment.objects.exists()


def test_what_is_accepted_stays_so_until_its_end(admin_client, keys_on_pages, stuck, clock, at):
    ends = (at + 5 * DAY).date()
    data = {"reason": "A shop is being built", "until_0": str(ends), "until_1": "00:00"}
    admin_client.post(f"{ACCEPT}?{urlencode({'key': KEY})}", data)
    clock.shift(DAY)
    assert KEY not in keys_on_pages()
    assert keys_on_pages(standing="accepted") == [KEY]
    assert KEY in keys_on_pages(standing="all")
    clock.shift(7 * DAY)
    assert KEY in keys_on_pages()


@pytest.mark.parametrize(
    "data", [{"reason": " ", **UNTIL}, {"reason": "x", "until_0": "2001-01-01", "until_1": "1:00"}]
)
def test_accepting_takes_a_reason_and_an_end(admin_client, stuck, data):
    assert admin_client.post(f"{ACCEPT}?{urlencode({'key': KEY})}", data).status_code == 200
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("page", [ASSIGN, ACCEPT])
@pytest.mark.parametrize("key", ["", "nonsense", KEY.replace("care", "see")])
def test_what_is_not_found_can_be_neither_handed_on_nor_accepted(admin_client, stuck, page, key):
    assert admin_client.get(page, {"key": key}).status_code == 404


def test_what_is_mended_in_the_admin_is_gone_and_told_as_mended(admin_client, keys_on_pages, stuck):
    assert KEY in keys_on_pages()
    add = {"from_stage": stage("care").pk, "to_stage": stage("see").pk, "kind": "forward", "position": 1, "weight": 1}
    admin_client.post("/admin/journeys/transition/add/", add)
    assert Transition.objects.filter(from_stage=stage("care")).exists()
    assert KEY not in keys_on_pages()
    day = AuditRun.objects.get().date
    answer = words(admin_client.get(PAGE))
    assert f"Care : dead end, for everyone, in English – last found on {day}, gone now" in answer


def test_it_is_mended_once_and_only_while_it_stays_so():
    days = [AuditRun(date=f"2027-01-0{number}", keys=found) for number, found in ((4, "a"), (3, "ab"), (2, "abc"))]
    assert resolved_findings(days) == [
        Resolved("b", "2027-01-03", "2027-01-04"),
        Resolved("c", "2027-01-02", "2027-01-03"),
    ]
    assert resolved_findings(days, ["c"])[0] == Resolved("a", "2027-01-04", None)
    assert [one.key for one in resolved_findings(days, ["c"])] == ["a", "b"]


def test_a_day_is_written_down_once_with_all_that_is_found(admin_client, api, audit, stuck, clock):
    admin_client.get(PAGE, {"segment": "families", "locale": "nb"})
    run = AuditRun.objects.get()
    assert run.keys == keys(api, audit)
    admin_client.get(PAGE)
    assert AuditRun.objects.get().at == run.at
    clock.shift(DAY)
    admin_client.get(PAGE)
    assert AuditRun.objects.count() == 2


def test_the_score_is_a_line_and_a_table_of_ninety_days(admin_client, stuck, clock, at):
    journey = stage("see").journey
    for number in range(100):
        then = at - number * DAY
        score = None if number == 1 else number / 100
        AuditRun.objects.create(journey=journey, date=then.date(), at=then, score=score, counts={"error": 3})
    html = admin_client.get(PAGE).content.decode()
    [points] = re.findall(r'<polyline points="([^"]*)"', html)
    assert len(points.split()) == 89
    assert points.startswith("0.0,12.0 ")
    assert html.count('<th scope="row">') == 90
    assert f'<th scope="row">{(at - DAY).date()}</th><td>–</td><td>3</td>' in html
    assert re.search(
        r'aria-labelledby="score-title score-description".*?<title id="score-title">.*?<desc id="score-description">',
        html,
        re.S,
    )


def test_it_asks_as_much_of_the_database_however_much_is_found(admin_client, stuck, clock):
    def query_count():
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(PAGE).status_code == 200
        return len(queries)

    query_count()
    few = query_count()
    more = too_early(40)
    for asset in more[:5]:
        place(asset, "care", segments=("families",))
    publish(more)
    clock.shift(DAY)
    assert "on this page" in words(admin_client.get(PAGE))
    assert query_count() <= few + 2
    assert few < 110


def test_each_finding_leads_to_what_it_is_about(admin_client, stuck):
    touchpoint = TouchpointFactory(slug="home", title="Home", journey=stage("see").journey, stage=stage("think"))
    pinned = draft("care")
    Pin.objects.create(touchpoint=touchpoint, asset=pinned)
    html = admin_client.get(PAGE).content.decode()
    stuck_at, untold = stage("care").pk, stuck["do"].pk
    for model, pk in (("journeys/stage", stuck_at), ("content/asset", untold), ("journeys/touchpoint", touchpoint.pk)):
        assert f'href="/admin/{model}/{pk}/change/"' in html


def test_who_may_only_look_is_offered_nothing_to_do(client, stuck):
    analyst = User.objects.create_user("analyst", is_staff=True)
    client.force_login(analyst)
    assert client.get(PAGE).status_code == 403
    analyst.user_permissions.add(Permission.objects.get(codename="view_coverage"))
    html = client.get(PAGE).content.decode()
    assert "Nothing leads readers" in html
    assert "Assign …" not in html
    assert "Accept for a time …" not in html
    assert f"/admin/journeys/stage/{stage('care').pk}/" not in html
    for page in (ASSIGN, ACCEPT):
        assert client.post(f"{page}?{urlencode({'key': KEY})}", {"reason": "x", **UNTIL}).status_code == 403


@pytest.mark.parametrize("choices", [{"journey": "x"}, {"segment": "x"}, {"code": "x"}, {"at_0": "x", "at_1": "y"}])
def test_what_is_called_nothing_is_told_beside_its_field(admin_client, stuck, choices):
    answer = words(admin_client.get(PAGE, choices))
    assert "Correct the errors above" in answer
    assert not AuditRun.objects.exists()


def test_without_a_journey_there_is_nothing_to_ask(admin_client):
    assert "There is no journey yet" in words(admin_client.get(PAGE))
