"""The route of the audit: who may ask, what it takes, and that its answer is what the document says."""

import jsonschema_rs
import pytest

from content.models import Locale, Waiver
from content.publishing.publish import publish
from journeys.models import Journey, Transition
from tests.drafts import draft, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/coverage/findings/"
STEPS = (("learn_more", "/more"), ("contact", "/contact"))


@pytest.fixture
def ask(api, audit):
    def read(**parameters):
        return api.get(URL, parameters, **audit)

    return read


@pytest.fixture
def texts(at):
    made = {name: draft(name, title=name.title(), steps=STEPS) for name in ("see", "think", "do", "care")}
    publish(made.values(), at=at)
    return made


@pytest.fixture
def broken(texts):
    Transition.objects.filter(from_stage=stage("care")).delete()
    return texts


def test_it_takes_the_scope_audit(api, audit, preview):
    assert api.get(URL).status_code == 401
    assert api.get(URL, **preview).status_code == 403
    answer = api.get(URL, **audit)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_the_whole_answer(ask, broken, at):
    parameters = {"locale": "en", "segment": "families", "as_of": at.isoformat()}
    assert ask(**parameters).json() == {
        "journey": "see-think-do-care",
        "at": "2026-03-01T12:00:00Z",
        "summary": {"error": 1, "warning": 0, "note": 0, "waived": 0, "codes": {"dead_end": 1}},
        "results": [
            {
                "key": "dead_end:see-think-do-care:stage:care:care/families/en/*",
                "code": "dead_end",
                "severity": "error",
                "subject": {"type": "stage", "id": "care", "title": "Care"},
                "context": {
                    "journey": "see-think-do-care",
                    "stage": "care",
                    "segment": "families",
                    "locale": "en",
                    "channel": None,
                },
                "message": "Nothing leads Families on from Care: no next step follows a transition.",
                "remedy": "Add a transition from Care for Families to the map.",
                "evidence": {
                    "assets": [broken["care"].public_id],
                    "count": 1,
                    "stages": [],
                    "path": [
                        {"stage": name, "asset": broken[name].public_id, "title": name.title()}
                        for name in ("see", "do", "care")
                    ],
                },
                "waived_until": None,
            }
        ],
    }


@pytest.mark.parametrize(
    ("parameters", "codes"),
    [
        ({}, {"dead_end", "missing_translation"}),
        ({"code": "dead_end,silent_stage"}, {"dead_end"}),
        ({"severity": "note"}, {"missing_translation"}),
        ({"severity": "warning"}, set()),
        ({"stage": "care"}, {"dead_end"}),
        ({"stage": "see"}, set()),
        ({"waived": "true"}, {"dead_end"}),
        ({"waived": "true", "segment": "families"}, set()),
        ({"waived": "false", "segment": "everyone", "locale": "en"}, set()),
    ],
)
def test_filters_leave_what_was_asked_for(ask, broken, at, parameters, codes):
    key = "dead_end:see-think-do-care:stage:care:care/everyone/en/*"
    Waiver.objects.create(key=key, reason="Known", until="2099-01-01T00:00Z")
    assert {one["code"] for one in ask(**parameters).json()["results"]} == codes


def test_findings_of_one_asset(ask, broken):
    found = ask(id__in=broken["see"].public_id).json()["results"]
    assert {(one["code"], one["subject"]["id"]) for one in found} == {("missing_translation", broken["see"].public_id)}


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"journey": "nowhere"}, "unknown_journey"),
        ({"segment": "everyone,nobody"}, "unknown_segment"),
        ({"channel": "pigeon"}, "unknown_channel"),
        ({"locale": "xx"}, "unknown_locale"),
        ({"stage": "thnk"}, "unknown_stage"),
        ({"code": "dead_ned"}, "unknown_code"),
        ({"severity": "bad"}, "unknown_value"),
        ({"id__in": "7"}, "malformed"),
        ({"most_steps": "0"}, "min_value"),
        ({"least_ways": "21"}, "max_value"),
        ({"rows": "stage"}, "unknown_parameter"),
    ],
)
def test_what_nothing_is_called_is_refused_by_name(ask, parameters, code):
    answer = ask(**parameters)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["parameter"], error["code"]) == (400, next(iter(parameters)), code)


def test_the_answer_is_of_the_shape_that_the_document_promises(api, ask, broken):
    document = api.get("/api/v1/openapi.json").json()
    operation = document["paths"][URL]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(operation["responses"]["200"]["content"]) >= {"text/csv; charset=utf-8", "application/sarif+json"}
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})
    validator.validate(ask().json())
    assert not validator.is_valid({**ask().json(), "results": [{}]})


def test_where_there_is_no_language_yet_nothing_is_found(ask):
    Locale.objects.update(fallback=None)
    Locale.objects.all().delete()
    assert ask().json()["results"] == []


def test_where_there_is_no_journey_yet_that_is_said(ask):
    Journey.objects.all().delete()
    [error] = ask().json()["errors"]
    assert (error["parameter"], error["code"]) == ("journey", "no_journey")


def test_another_format_is_another_type(ask, broken):
    assert ask(format="csv").headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ask(format="sarif").headers["Content-Type"] == "application/sarif+json"
