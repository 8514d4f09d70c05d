"""The route of the coverage matrix: who may ask, what it takes, what it says, and in which formats."""

import csv
import io
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from content.models import Kind, Target
from content.publishing.publish import publish
from journeys.models import Segment
from tests.drafts import draft, stage
from tests.factories import KindFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/coverage/"
DAY = timedelta(days=1)


@pytest.fixture
def ask(api, audit):
    def read(**parameters):
        return api.get(URL, parameters, **audit)

    return read


def test_it_takes_the_scope_audit(api, audit, preview):
    assert api.get(URL).status_code == 401
    assert api.get(URL, **preview).status_code == 403
    answer = api.get(URL, **audit)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_the_whole_answer(ask, at):
    publish([draft("see"), draft("see", locales=("da",), segments=("families",))], at=at)
    Target.objects.create(stage=stage("see"), kind=Kind.objects.get(), minimum=0, maximum=None)
    now = timezone.now().replace(microsecond=0)
    answer = ask(columns="kind", locale="da", count_fallback="locale", as_of=now.isoformat()).json()
    counts = {"own": 0, "everyone": 0, "locale_fallback": 0, "crosswalk": 0, "filled": 0, "total": 0}
    counts |= {"scheduled": 0, "expiring_30d": 0, "review_overdue": 0}
    gap = {"column": "guide", **counts, "target": {"minimum": 1, "maximum": 5}, "state": "gap"}
    gap |= {"share": None}
    seen = {"own": 1, "locale_fallback": 1, "total": 2, "filled": 2}
    assert answer == {
        "axes": {"rows": "stage", "columns": "kind"},
        "at": now.isoformat().replace("+00:00", "Z"),
        "journey": "see-think-do-care",
        "locale": "da",
        "count_fallback": ["locale"],
        "rows": ["see", "think", "do", "care"],
        "columns": ["guide"],
        "cells": [
            {**gap, **seen, "row": "see", "target": {"minimum": 0, "maximum": None}, "state": "strong", "share": 1.0},
            *({**gap, "row": row} for row in ("think", "do", "care")),
        ],
        "summary": {"cells": 4, "gap": 3, "adequate": 0, "strong": 1, "excess": 0, "score": 0.25},
        "balance": {
            "stages": [
                {"stage": "see", "total": 2, "share": 1.0},
                *({"stage": name, "total": 0, "share": 0.0} for name in ("think", "do", "care")),
            ],
            "faults": ["nothing_after"],
        },
    }


def test_total_is_what_the_list_counts_in_that_cell(api, ask, at):
    KindFactory(slug="faq")
    some = [
        draft(where, kind=kind, segments=segments, locales=locales)
        for where, kind, segments, locales in product(
            ("see", "think"), ("guide", "faq"), ((), ("home-cooks",), ("families",)), (("en",), ("en", "nb"))
        )
    ]
    publish(some, at=at)
    for more in ({}, {"kind": "guide"}, {"stage__none": "see"}, {"locale_fallback": "none", "channel": "website"}):
        answer = ask(split="locale", **more).json()
        assert len(answer["cells"]) == 4 * 4 * 4
        for cell in answer["cells"]:
            parameters = {"stage": cell["row"], "segment": cell["column"], "locale": cell["split"], **more}
            counted = api.get("/api/v1/content/", {**parameters, "count": "true", "page_size": 1}).json()["count"]
            parts = ("own", "everyone", "locale_fallback", "crosswalk")
            assert cell["total"] == counted == sum(cell[part] for part in parts)


def test_any_instant_can_be_asked_about(ask, at):
    publish(draft("see"), live_from=at + 400 * DAY, at=at)

    def total(when):
        return ask(columns="kind", as_of=when.isoformat()).json()["cells"][0]["total"]

    assert [total(at), total(at + 399 * DAY), total(at + 400 * DAY)] == [0, 0, 1]


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_the_ends_of_time_can_be_asked_about(ask, at, when):
    publish(draft("see"), at=at)
    answer = ask(as_of=when)
    assert (answer.status_code, answer.json()["at"]) == (200, when)


@pytest.mark.parametrize(
    ("parameters", "parameter", "code"),
    [
        ({"rows": "mood"}, "rows", "unknown_axis"),
        ({"columns": "stage"}, "columns", "axis_twice"),
        ({"split": "segment"}, "split", "axis_twice"),
        ({"segment": "families"}, "segment", "not_together"),
        ({"segment__exact": "families"}, "segment__exact", "not_together"),
        ({"split": "locale", "locale": "nb"}, "locale", "not_together"),
        ({"columns": "touchpoint", "term": "topic:fish"}, "term", "not_together"),
        ({"count_fallback": "everything"}, "count_fallback", "unknown_value"),
        ({"ownership": "owned"}, "ownership", "not_together"),
        ({"columns": "channel", "ownership": "rented"}, "ownership", "unknown_value"),
        ({"format": "pdf"}, "format", "unknown_value"),
        ({"stage": "thnk"}, "stage", "unknown_stage"),
        ({"as_of": "tomorrow"}, "as_of", "not_an_instant"),
        ({"snapshot": "s_1-1"}, "snapshot", "unknown_parameter"),
        ({"rows": ""}, "rows", "empty"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(ask, parameters, parameter, code):
    answer = ask(**parameters)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert [(e["parameter"], e["code"]) for e in answer.json()["errors"]] == [(parameter, code)]


def test_as_a_table_it_has_a_line_for_each_cell_and_no_formulas(ask, at):
    Segment.objects.filter(slug="families").update(title='=HYPERLINK("http://evil")')
    publish(draft("see", segments=("families",)), at=at)
    answer = ask(format="csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith("﻿row,".encode())
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(lines) == 16
    [line] = [line for line in lines if (line["row"], line["column"]) == ("see", "families")]
    assert line == {
        **{"row": "see", "row_title": "See", "column": "families", "column_title": '\'=HYPERLINK("http://evil")'},
        **{"total": "1", "own": "1", "everyone": "0", "locale_fallback": "0", "crosswalk": "0", "filled": "1"},
        **{"scheduled": "0", "expiring_30d": "0", "review_overdue": "0"},
        **{"minimum": "1", "maximum": "5", "state": "adequate", "share": "1.0"},
    }


def test_as_a_workbook_it_has_grids_and_the_cells_and_no_formulas(ask, at):
    Segment.objects.filter(slug="families").update(title="=1+1\x0b")
    publish(draft("see", segments=("families",)), at=at)
    book = load_workbook(io.BytesIO(ask(format="xlsx", split="locale").content))
    assert book.sheetnames == ["1 Dansk", "2 English", "3 Norsk bokmål", "4 Svenska", "Cells"]
    grid = [[cell.value for cell in row] for row in book["2 English"].iter_rows(max_row=2)]
    assert grid == [
        ["stage × segment", "Everyone", "'=1+1 ", "Home cooks", "Professionals"],
        ["See", "0 gap", "1 adequate", "0 gap", "0 gap"],
    ]
    assert book["Cells"].max_row == 1 + 64
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_as_markdown_a_title_breaks_no_table(ask, at):
    Segment.objects.filter(slug="families").update(title="A|B")
    lines = ask(format="md").content.decode().splitlines()
    assert lines[0].startswith("# Coverage of See, Think, Do, Care, stage × segment, in English, at ")
    assert lines[2:5] == [
        "| stage | Everyone | A\\|B | Home cooks | Professionals |",
        "| --- | --- | --- | --- | --- |",
        "| See | 0 gap | 0 gap | 0 gap | 0 gap |",
    ]
    assert (
        lines[-1]
        == "16 cells: 16 gap, 0 adequate, 0 strong, 0 too many; score 0%. There is nothing after the purchase."
    )


def test_it_costs_the_same_for_one_asset_and_for_three(ask, at, django_assert_num_queries):
    publish(draft("see"), at=at)
    ask()  # notes that the token is used, once a minute
    with django_assert_num_queries(6):  # the token, and the matrix's five
        ask()
    publish([draft("think"), draft("do")], at=at + DAY)
    with django_assert_num_queries(6):
        ask()


def test_it_is_in_the_document(api):
    document = api.get("/api/v1/openapi.json").json()
    operation = document["paths"][URL]["get"]
    by_name = {one["name"]: one["schema"] for one in operation["parameters"]}
    assert by_name["rows"]["enum"][:6] == ["stage", "segment", "channel", "locale", "kind", "touchpoint"]
    assert set(operation["responses"]["200"]["content"]) >= {"application/json", "text/csv; charset=utf-8"}
    assert "403" in operation["responses"]
