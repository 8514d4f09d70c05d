"""The coverage screens agree with the API, cell by cell."""

import csv
import io
import re
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.coverage.export import COUNTS
from content.coverage.matrix import CellState
from content.models import Asset, Kind, Target, Term
from content.publishing.publish import publish
from journeys.models import Journey, Segment
from journeys.presets.load import load_journeys
from tests.content.admin.coverage.conftest import API, BRIEF, CELL, HOUR, MAP, counts_behind, plain, words_for
from tests.drafts import draft, stage

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
QUESTIONS = [
    ({}, {}),
    ({"split": "locale"}, {"split": "locale"}),
    ({"columns": "locale", "segment": "families"}, {"columns": "locale", "segment": "families"}),
    ({"columns": "channel", "locale": "nb", "counted": ["locale"]}, {"columns": "channel", "locale": "nb"}),
    ({"rows": "kind", "columns": "topic", "stage": ["think"]}, {"rows": "kind", "columns": "topic", "stage": "think"}),
    ({"journey": "aida-loyalty", "counted": ["crosswalk", "locale"]}, {"journey": "aida-loyalty"}),
    (
        {"columns": "channel", "split": "touchpoint", "ownership": ["owned", "earned"]},
        {"columns": "channel", "split": "touchpoint", "ownership": "owned,earned"},
    ),
    ({"kind": ["faq", "guide"], "channel": "website"}, {"kind": "faq,guide", "channel": "website"}),
    ({"at_0": "2026-03-11", "at_1": "13:00"}, {"as_of": "2026-03-11T12:00:00Z"}),
]


@pytest.mark.parametrize(("choices", "question"), QUESTIONS)
def test_every_cell_says_what_the_api_says_and_opens_what_it_counts(
    cells_on_page, admin_client, api, audit, house, choices, question
):
    counted = ",".join(choices.get("counted", []))
    cells = api.get(API, {**question, **({"count_fallback": counted} if counted else {})}, **audit).json()["cells"]

    found = cells_on_page(**choices)

    cells.sort(key=lambda cell: cell.get("split", ""))  # a table for each
    assert [words for *_, words in found] == [words_for(cell) for cell in cells]
    for (link, look, _), cell in zip(found, cells, strict=True):
        unneeded = cell["state"] == "adequate" and not cell["filled"]
        assert look == ("unneeded" if unneeded else cell["state"])
        assert counts_behind(admin_client, link) == {name: cell[name] for name in COUNTS}


def test_a_cell_leads_to_its_target_that_says_only_how_often(admin_client, house):
    cell = {"rows": "stage", "columns": "kind", "row": "think", "column": "faq"}
    assert "Set a target for this cell" in admin_client.get(CELL, cell).content.decode()
    faq = Target.objects.create(stage=stage("think"), kind=Kind.objects.get(slug="faq"), minimum=None, fresh_days=30)
    page = admin_client.get(CELL, cell).content.decode()
    assert f"/target/{faq.pk}/change/" in page
    assert "Set a target for this cell" not in page


def test_cells_say_their_share_of_the_row_where_that_is_asked(cells_on_page, api, audit, house):
    cells = api.get(API, {"rows": "channel", "columns": "stage"}, **audit).json()["cells"]
    found = [words.split(" ")[0] for *_, words in cells_on_page(rows="channel", columns="stage", show="share")]
    assert found == ["–" if cell["share"] is None else f"{cell['share']:.0%}" for cell in cells]
    assert len({*found}) > 2


def test_the_house_shows_every_state_and_every_way_to_count(api, audit, house):
    cells = api.get(API, {"split": "locale"}, **audit).json()["cells"]
    assert {cell["state"] for cell in cells} == {"gap", "adequate", "strong", "excess"}
    assert all(any(cell[name] for cell in cells) for name in COUNTS)


def test_a_term_beside_touchpoints_is_refused_at_its_field(admin_client, house):
    answer = admin_client.get(MAP, {"rows": "touchpoint", "term": "topic:fire"})
    assert list(answer.context["form"].errors) == ["term"]
    assert "do not go together" in answer.content.decode()


def test_the_map_is_a_table_with_a_caption_and_headings(admin_client, house):
    html = admin_client.get(MAP, {"split": "locale"}).content.decode()
    tables = re.findall(r'<table class="coverage-table">.*?</table>', html, re.S)
    assert [plain(re.search(r"<caption>(.*?)</caption>", one, re.S)[1]) for one in tables] == [
        "Dansk : Stage by segment, 8 gaps",
        "English : Stage by segment, 4 gaps",
        "Norsk bokmål : Stage by segment, 11 gaps",
        "Svenska : Stage by segment, 12 gaps",
    ]
    columns = ["Stage", "Everyone", "Families", "Home cooks", "Professionals"]
    for table in tables:
        assert re.findall(r'<th scope="col">(.*?)</th>', table) == columns
        assert re.findall(r'<th scope="row">(.*?)</th>', table) == ["See", "Think", "Do", "Care"]


def test_score_states_and_balance_are_told(admin_client, house):
    [(_, side)] = admin_client.get(MAP).context["sides"]
    assert side.states == "4 gaps, 7 adequate, 1 strong and 4 too many"
    shares = [("See", 3, 38), ("Think", 3, 38), ("Do", 1, 12), ("Care", 1, 12)]
    assert (side.score, side.faults, side.shares) == ("75%", [], shares)


def test_what_lists_more_than_a_page_takes_is_read_on(admin_client, world, clock, at):
    publish([draft("see") for _ in range(30)], at=at - HOUR)
    link = f"{CELL}?{urlencode({'row': 'see', 'column': 'everyone'})}"
    [part] = admin_client.get(link).context["parts"]
    assert (part["name"], part["count"], len(part["rows"])) == ("own", 30, 25)
    [whole] = admin_client.get(CELL + part["more"]).context["parts"]
    assert {row["link"] for row in whole["rows"]} == {
        f"/admin/content/asset/{a.pk}/change/" for a in Asset.objects.all()
    }


@pytest.mark.parametrize(
    "strange",
    [
        {},
        {"row": "see"},
        {"row": "see", "column": "nobody"},
        {"row": "see", "column": "everyone", "table": "en"},
        {"row": "see", "column": "everyone", "rows": "mood"},
        {"row": "see", "column": "see", "rows": "stage", "columns": "stage"},
    ],
)
def test_a_cell_that_is_none_is_not_found(admin_client, house, strange):
    assert admin_client.get(CELL, strange).status_code == 404
    assert admin_client.get(BRIEF, strange).status_code == 404


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [
        ({"rows": "mood"}, ["rows"]),
        ({"columns": "stage"}, ["columns"]),
        ({"segment": "families"}, ["segment"]),
        ({"split": "locale", "locale": "nb"}, ["locale"]),
        ({"journey": "nowhere"}, ["journey"]),
        ({"at_0": "2026-03-29", "at_1": "02:30"}, ["at"]),
        ({"stage": "desire"}, ["stage"]),
        ({"other_segment": "families"}, ["other_segment"]),
    ],
)
def test_what_cannot_be_asked_is_told_where_it_was_chosen(admin_client, house, parameters, fields):
    answer = admin_client.get(MAP, parameters)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, fields)
    assert "matrix" not in answer.context


def test_two_days_are_compared_cell_by_cell(cells_on_page, admin_client, api, audit, house):
    later = {"other_at_0": "2026-03-11", "other_at_1": "13:00"}
    before = api.get(API, **audit).json()["cells"]
    after = api.get(API, {"as_of": "2026-03-11T12:00:00Z"}, **audit).json()["cells"]

    found = [words for *_, words in cells_on_page(**later)]

    assert found == [_compared(one, two) for one, two in zip(before, after, strict=True)]
    assert "0 → 1 gap → adequate +1 more" in found
    assert any("−1 fewer" in words for words in found)


def test_two_segments_are_compared_in_the_same_table(cells_on_page, api, audit, house):
    families, everyone = (
        api.get(API, {"columns": "locale", "segment": name}, **audit).json()["cells"]
        for name in ("families", "everyone")
    )
    found = cells_on_page(columns="locale", segment="families", other_segment="everyone")
    assert [words for *_, words in found] == [_compared(a, b) for a, b in zip(families, everyone, strict=True)]


def _compared(first, two):
    def state(cell):
        return "none needed" if cell["state"] == "adequate" and not cell["filled"] else CellState(cell["state"]).label

    change = two["filled"] - first["filled"]
    number = f"{first['filled']} → {two['filled']}" if change else str(first["filled"])
    word = state(first) if state(first) == state(two) else f"{state(first)} → {state(two)}"
    sign = "±0 no difference" if not change else f"+{change} more" if change > 0 else f"−{-change} fewer"
    return f"{number} {word} {sign}"


def test_a_download_is_what_the_api_writes_and_runs_no_formula(admin_client, api, audit, house):
    Segment.objects.filter(slug="families").update(title="=1+1")
    answer = admin_client.get(MAP, {"columns": "segment", "format": "csv"})
    assert answer.content == api.get(API, {"format": "csv"}, **audit).content
    assert answer.headers["Content-Disposition"] == 'attachment; filename="coverage-2026-03-01.csv"'
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "'=1+1" in {line[3] for line in lines}
    workbook = admin_client.get(MAP, {"format": "xlsx"})
    assert workbook.content[:2] == b"PK"


def test_where_there_is_nothing_to_lay_out_it_says_what_to_add(admin_client, locales):
    page = admin_client.get(MAP).content.decode()
    assert "There are no journeys yet" in page
    assert "/admin/journeys/journey/" in page
    assert "Choose another axis" in page
    Journey.objects.create(slug="empty", title="Empty")
    page = admin_client.get(MAP).content.decode()
    assert "No journey has stages yet" in page
    assert "There are no segments yet" in page


def test_without_a_language_it_says_so(admin_client, db):
    assert "There is no locale yet" in plain(admin_client.get(MAP).content.decode())


def test_it_asks_as_much_for_many_as_for_few(admin_client, world, clock, at):
    def query_count(address, **choices):
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(address, choices).status_code == 200
        return len(queries)

    def all_pages():
        cell = {"row": "see", "column": "families"}
        return [
            query_count(MAP),
            query_count(MAP, split="locale"),
            query_count(CELL, **cell),
            query_count(BRIEF, **cell),
        ]

    publish(draft("see"), at=at - 2 * HOUR)
    admin_client.get(MAP)  # the catalogue is drawn
    few = all_pages()
    publish([draft("see", segments=("families",)) for _ in range(2)], at=at - HOUR)
    assert all_pages() == few == [8, 8, 10, 10]


@pytest.mark.parametrize(
    ("rights", "pages"),
    [
        ((), [403, 403, 403]),
        (("view_target",), [403, 403, 403]),
        (("view_coverage",), [200, 403, 403]),
        (("view_coverage", "view_asset"), [200, 200, 403]),
        (("view_coverage", "view_asset", "add_asset"), [200, 200, 200]),
    ],
)
def test_each_page_has_its_right(client, house, rights, pages):
    user = User.objects.create_user("somebody", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    cell = {"row": "think", "column": "families"}
    assert [client.get(page, cell).status_code for page in (MAP, CELL, BRIEF)] == pages
    links = client.get(CELL, cell).context["brief"] if pages[1] == 200 else ""
    assert bool(links) == (pages[2] == 200)


def test_a_link_leads_to_the_target_that_holds_or_to_a_new_one(admin_client, house):
    care = admin_client.get(CELL, {"row": "see", "column": "families"}).context["target"]
    target = Target.objects.get(stage=stage("see"))
    assert care["links"][0] == (f"/admin/content/target/{target.pk}/change/", "Change this target")
    new = care["links"][1][0]
    form = admin_client.get(new).context["adminform"].form
    assert form.initial["stage"] == str(stage("see").pk)
    assert form.initial["segment"] == str(Segment.objects.get(slug="families").pk)
    none = admin_client.get(CELL, {"row": "think", "column": "families"}).context["target"]
    assert (none["where"], [words for _, words in none["links"]]) == ("", ["Set a target for this cell"])


def test_a_target_for_the_cell_of_a_term_names_the_term(admin_client, house):
    fire = Term.objects.get(slug="fire")
    target = Target.objects.create(stage=stage("think"), term=fire, minimum=2, note="It warms.")
    cell = {"columns": "topic", "row": "think", "column": "fire"}
    context = admin_client.get(CELL, cell).context
    assert (context["target"]["where"], context["target"]["note"], context["state"]) == (
        target.where,
        "It warms.",
        "gap",
    )
    assert context["target"]["links"] == [(f"/admin/content/target/{target.pk}/change/", "Change this target")]
    [(link, words)] = admin_client.get(CELL, {**cell, "row": "do"}).context["target"]["links"]
    form = admin_client.get(link).context["adminform"].form
    assert (words, form.initial["stage"], form.initial["term"]) == (
        "Set a target for this cell",
        str(stage("do").pk),
        str(fire.pk),
    )
    admin_client.post(f"{BRIEF}?{urlencode(cell)}", {"kind": house[0].kind_id})
    assert list(Asset.objects.exclude(brief="").get().terms.all()) == [fire]


def test_the_desk_says_where_each_journey_has_nothing_to_say(admin_client, api, audit, house):
    journeys = {one.title: one for one in admin_client.get("/admin/").context["journeys"]}
    assert list(journeys) == ["See, Think, Do, Care", "AIDA and loyalty"]
    for journey in Journey.objects.all():
        answer = api.get(API, {"journey": journey.slug}, **audit).json()
        gaps = [cell for cell in answer["cells"] if cell["state"] == "gap"]
        summary = journeys[journey.title]
        score = f"{answer['summary']['score']:.0%} covered in English"
        score = f"{score}: {len(gaps)} of {answer['summary']['cells']} cells are gaps"
        assert (summary.score, summary.more) == (score, max(0, len(gaps) - 3))
        for row, cell in zip(summary.rows, gaps[:3], strict=True):
            assert counts_behind(admin_client, row.link) == {name: cell[name] for name in COUNTS}
            assert row.when == f"{cell['target']['minimum'] - cell['filled']} missing"


def test_a_journey_that_nothing_is_placed_on_is_no_gap_of_anybodys(admin_client, world):
    load_journeys(["nordic-omni"])
    draft("see")
    assert [one.title for one in admin_client.get("/admin/").context["journeys"]] == ["See, Think, Do, Care"]
