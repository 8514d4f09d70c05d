"""``manage.py audit_journey``: the audit on the command line, in every format, with exit codes for a build."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import load_workbook

from content.audit.finding import CODES
from content.models import AuditRun, Waiver
from content.publishing.publish import publish
from journeys.models import Transition
from tests.drafts import draft, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
STEPS = (("learn_more", "/more"), ("contact", "/contact"))
DEAD = "dead_end:see-think-do-care:stage:care:care/{}/en/*"


@pytest.fixture
def broken(at):
    """A journey whose last stage leads nowhere."""
    publish([draft(name, title=f"={name}", steps=STEPS) for name in ("see", "think", "do", "care")], at=at)
    Transition.objects.filter(from_stage=stage("care")).delete()


def run(*arguments):
    out = io.StringIO()
    call_command("audit_journey", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def exit_code(*arguments):
    try:
        run(*arguments)
    except CommandError as error:
        return error.returncode
    return 0


def test_it_is_a_table_to_read_with_all_whom_a_finding_is_true_of(broken):
    lines = run("--segment", "everyone,families", "--locale", "en").splitlines()
    assert lines[0].startswith("Audit of See, Think, Do, Care, at 20")
    assert [[part.strip() for part in line.split("│")[1:-1]] for line in lines if line.startswith("│")] == [
        [
            *("dead_end", "Care", "everyone", "en"),
            "Nothing leads readers in no segment on from Care: no next step follows a transition.",
        ],
        [
            *("", "", "families", ""),
            "→ Add a transition from Care for readers in no segment to the map.",
        ],
    ]
    assert lines[-1] == "2 errors, 0 warnings, 0 notes."


def cells(text):
    return [[part.strip() for part in line.split("│")[1:-1]] for line in text.splitlines() if line.startswith("│")]


def test_notes_are_told_by_fault_and_one_by_one_when_asked_for(broken):
    short, whole = run("--locale", "sv"), run("--locale", "sv", "--all")
    [fault] = [row for row in cells(short) if row[0] == "missing_translation"]
    assert fault == [*("missing_translation", "4", "sv"), CODES["missing_translation"].words]
    assert "=care; =do; =see …" in short
    assert [text.count("There is no text in Svenska; readers get it in English.") for text in (short, whole)] == [0, 4]


def test_duplicates_orphans_and_what_expired_are_told_without_being_asked_for(world, at):
    same = [draft(name, title="Fire", slug=name, steps=STEPS) for name in ("see", "think")]
    publish(same, at=at)
    orphan = draft(title="Alone", no_stage_reason="About us")
    publish(orphan, at=at + DAY)
    publish(draft("do", title="Offer", steps=STEPS), at=at + 2 * DAY, live_until=timezone.now() - DAY)
    output = run("--segment", "everyone", "--locale", "en")
    notes = output[output.index("· Notes") :]
    named = [row[:2] for row in cells(notes) if row[0]]
    assert named[:3] == [["identical_message", "Fire"], ["orphan_asset", "Alone"], ["expired", "Offer"]]


def test_one_fault_of_one_asset_is_one_line_whatever_its_title_in_each_language(world, at):
    text = draft("see", title="Fire", locales=("en", "nb"), steps=(("buy", "/buy"),))
    text.translations.filter(locale__code="nb").update(title="Ild")
    publish(text, at=at)
    output = run("--segment", "everyone", "--locale", "en,nb", "--all")
    assert [row[:4] for row in cells(output) if row[0] == "hard_cta_too_early"] == [
        ["hard_cta_too_early", "Fire", "", "en nb"]
    ]


def test_the_answer_is_that_of_the_api(broken, api, audit):
    data = json.loads(run("--segment", "families", "--locale", "en,sv", "--format", "json"))
    parameters = {"segment": "families", "locale": "en,sv", "as_of": data["at"]}
    assert data == api.get("/api/v1/coverage/findings/", parameters, **audit).json()
    assert data["summary"]["error"] == 2


def test_exit_codes_tell_a_build_what_to_do(broken, at):
    english = ("--segment", "everyone", "--locale", "en")
    assert exit_code(*english) == 0
    assert exit_code(*english, "--fail-on", "error") == 1
    assert exit_code("--locale", "sv", "--fail-on", "note") == 1
    assert exit_code(*english, "--at", (at - DAY).isoformat(), "--fail-on", "error") == 1
    Waiver.objects.create(key=DEAD.format("everyone"), reason="Known", until=at + 9999 * DAY)
    assert exit_code(*english, "--fail-on", "warning") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ("--journey", "nowhere"),
        ("--segment", "nobody"),
        ("--locale", "xx"),
        ("--channel", "pigeon"),
        ("--at", "yesterday-ish"),
        ("--most-steps", "0"),
        ("--least-ways", "0"),
        ("--format", "xlsx"),
        ("--record", "--locale", "en"),
    ],
)
def test_what_cannot_be_asked_is_told_by_two(wrong):
    assert exit_code(*wrong) == 2


def test_it_writes_down_the_day_when_told_to(broken):
    run()
    assert not AuditRun.objects.exists()
    run("--record")
    assert AuditRun.objects.get().counts["dead_end"] == 4 * 4  # everyone and three audiences, in four languages


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "md", "json", "sarif", "txt"])
def test_the_file_says_the_format(tmp_path, suffix, broken):
    path = tmp_path / f"audit.{suffix}"
    assert run("--output", str(path)) == f"Written to {path}.\n"
    begins = {"csv": b"\xef\xbb\xbfseverity,", "xlsx": b"PK", "md": b"# Audit of", "json": b"{", "sarif": b"{"}
    assert path.read_bytes().startswith(begins.get(suffix, b"Audit of"))


def test_tables_hold_every_finding_and_no_formula(tmp_path, broken):
    run("--locale", "sv", "--output", str(tmp_path / "audit.csv"))
    run("--locale", "sv", "--output", str(tmp_path / "audit.xlsx"))
    lines = list(csv.DictReader((tmp_path / "audit.csv").read_text("utf-8-sig").splitlines()))
    sheet = load_workbook(tmp_path / "audit.xlsx")["Findings"]
    assert [line["key"] for line in lines] == [row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert {line["title"][:2] for line in lines if line["subject_type"] == "asset"} == {"'="}
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_sarif_has_a_rule_for_each_result_and_a_fingerprint(broken, at):
    Waiver.objects.create(key=DEAD.format("everyone"), reason="Known", until=at + 9999 * DAY)
    log = json.loads(run("--locale", "en", "--format", "sarif"))
    [part] = log["runs"]
    rules = part["tool"]["driver"]["rules"]
    assert (log["version"], [rule["id"] for rule in rules]) == ("2.1.0", ["dead_end"])
    assert rules[0]["shortDescription"]["text"] == CODES["dead_end"].words
    assert {(one["ruleId"], one["ruleIndex"], one["level"]) for one in part["results"]} == {("dead_end", 0, "error")}
    assert [one["partialFingerprints"]["key/v1"] for one in part["results"]] == [
        DEAD.format(who) for who in ("everyone", "families", "home-cooks", "professionals")
    ]
    accepted, *others = [one["suppressions"] for one in part["results"]]
    assert (accepted, others) == ([{"kind": "external", "status": "accepted"}], [[], [], []])
