"""``manage.py coverage``: the same matrix on the command line, and exit codes that a build can use."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from content.publishing.publish import publish
from tests.drafts import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)


def run(*arguments):
    out = io.StringIO()
    call_command("coverage", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_it_is_a_table_to_read(at):
    publish([draft("see"), draft("think", segments=("families",))], at=at)
    publish(draft("do"), live_from=at + 9 * DAY, live_until=at + 20 * DAY, at=at + DAY)
    lines = run("--at", (at + 2 * DAY).isoformat()).splitlines()
    assert lines[0] == "Coverage of See, Think, Do, Care, stage × segment, in English, at 2026-03-03T12:00:00Z"
    assert [[part.strip() for part in line.split("│")[1:-1]] for line in lines if line.startswith("│")] == [
        ["See", "✓ 1", "✓ 1", "✓ 1", "✓ 1"],
        ["Think", "✗ 0", "✓ 1", "✗ 0", "✗ 0"],
        ["Do", "✗ 0 +1", "✗ 0 +1", "✗ 0 +1", "✗ 0 +1"],
        ["Care", "✗ 0", "✗ 0", "✗ 0", "✗ 0"],
    ]
    assert lines[-3].startswith("Too little: Think × Everyone, Think × Home cooks, Think × Professionals, Do × ")
    assert lines[-2:] == [
        "Shares: See 50%, Think 50%, Do 0%, Care 0%.",
        "16 cells: 11 gap, 5 adequate, 0 strong, 0 too many; score 31%. There is nothing after the purchase.",
    ]


def test_conditions_and_axes_are_those_of_the_api(at, api, audit):
    publish([draft("see", locales=("en", "nb")), draft("see"), draft("do")], at=at)
    data = json.loads(
        run("--rows", "kind", "--columns", "stage", "--stage", "see,do", "--locale", "nb", "--format=json")
    )
    parameters = {"rows": "kind", "columns": "stage", "stage": "see,do", "locale": "nb", "as_of": data["at"]}
    assert data == api.get("/api/v1/coverage/", parameters, **audit).json()
    assert [cell["total"] for cell in data["cells"]] == [2, 1]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "md", "json", "txt"])
def test_the_file_says_the_format(tmp_path, suffix):
    path = tmp_path / f"coverage.{suffix}"
    assert run("--output", str(path)) == f"Written to {path}.\n"
    begins = {"csv": b"\xef\xbb\xbfrow,", "xlsx": b"PK", "md": b"# Coverage", "json": b"{", "txt": b"Coverage of"}
    assert path.read_bytes().startswith(begins[suffix])


def test_a_score_that_is_too_low_fails_a_build(at):
    publish([draft("see"), draft("think"), draft("do")], at=at)
    run("--fail-under", "0.75")
    with pytest.raises(CommandError, match=r"The score 0\.750 is under 0\.8\.") as failed:
        run("--fail-under", "0.8")
    assert failed.value.returncode == 1
    with pytest.raises(CommandError, match="There are no cells") as failed:
        run("--rows", "touchpoint", "--fail-under", "0")
    assert failed.value.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rows", "mood"], "Unknown axis “mood”"),
        (["--stage", "thnk"], "Unknown stage 'thnk' in journey 'see-think-do-care'"),
        (["--segment", "families"], "do not go together"),
        (["--columns", "locale", "--locale", "nb"], "do not go together"),
        (["--at", "yesterday"], "is not a date"),
        (["--count-fallback", "all"], "--count-fallback takes locale or crosswalk, not all"),
        (["--ownership", "paid"], "there is none; choose one"),
        (["--columns", "channel", "--ownership", "rented"], "--ownership takes owned, earned or paid, not rented"),
        (["--fail-under", "80"], "80 is not a score: scores are from 0 to 1"),
        (["--output", "coverage.pdf"], "“.pdf” is no known format"),
        (["--output", "/nowhere/coverage.csv"], "Cannot write to /nowhere/coverage.csv: No such file"),
        (["--format", "xlsx"], "name a file with --output"),
    ],
)
def test_what_cannot_be_asked_is_said(arguments, words):
    with pytest.raises(CommandError, match=words) as failed:
        run(*arguments)
    assert failed.value.returncode == 2
