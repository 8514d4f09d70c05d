"""The benchmark runs, tells every row, and leaves nothing behind. How fast anything is, no test asserts."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.benchmarks.assets import line
from tests.benchmarks.cases import CACHED, FLOOR, UNCACHED
from tests.benchmarks.serve import ROOT
from tests.benchmarks.table import TIMES_FLOOR, Row, budgets, format_budgets, growth, hold_to_floor

pytestmark = pytest.mark.xdist_group("served")  # one server at a time
URL = os.environ.get("DATABASE_URL", "")
SERVER = URL if URL.startswith("postgres") else None  # otherwise SQLite
COMMAND = [sys.executable, "manage.py", "benchmark", "--assets", "60", "--client", "bundled", "--seconds", "0.2"]
COMMAND += ["--database", SERVER] if SERVER else []
ROWS = {
    FLOOR: ["floor: list", "floor: slug"],
    UNCACHED: [
        *("list", "list with next steps", "list by crosswalk", "deep list"),
        *("one by slug", "one by slug with next steps", "one by id with next steps", "next"),
    ],
    CACHED: ["cache hit: list", "cache hit: slug", "not modified: list"],
}


def is_there(name: str) -> bool:
    if not SERVER:
        return Path(name).exists()
    with psycopg.connect(SERVER) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def test_every_row_is_measured_and_nothing_is_left(tmp_path):
    command = [*COMMAND, "--json", str(tmp_path / "report.json")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    rows = {row["case"]: row for row in report["rows"]}
    assert {of: [row["case"] for row in report["rows"] if row["server"] == of] for of in ROWS} == ROWS
    for name, row in rows.items():
        assert f"\n| {name} " in ran.stdout
        assert row["requests"] > 0, name
    assert all(rows[name]["cpu_server_ms"] > 0 for name in ROWS[FLOOR])
    assert all(rows[name]["requests"] > 0 and rows[name]["worker_mib"] > 0 for name in ROWS[UNCACHED])
    assert report["assets"] == report["load"]["assets"] == 60
    assert report["load"]["peak_mib"] > 0
    assert len(report["budgets"]) == len(TIMES_FLOOR) + 4
    assert not is_there(report["database"]["name"])


def test_coverage_is_measured_in_a_wide_world():
    ran = subprocess.run([*COMMAND, "--coverage"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = [line.split("|")[1:-1] for line in ran.stdout.splitlines() if line.startswith("| ")]
    cells = {name.strip(): int(count) for name, count, *_ in lines[1:]}
    assert cells["stage × segment, split by locale"] == 5 * 21 * 4
    assert cells["all 4 journeys: stage × segment × locale"] == 18 * 21 * 4


@pytest.mark.parametrize(("word", "number"), [("Loading ", signal.SIGINT), ("Looking ", signal.SIGTERM)])
def test_an_interrupted_run_leaves_nothing(word, number):
    process = subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    progress = ""
    for progress in process.stdout:
        if progress.startswith("Loading "):
            name = progress.removeprefix("Loading 60 assets into ").removesuffix(" …\n")
        if progress.startswith(word):
            break
    assert progress.startswith(word), process.stderr.read()
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    assert "Interrupted; what was made is deleted." in errors
    assert not is_there(name)


def test_another_address_is_refused():
    ran = subprocess.run(
        [*COMMAND, "--database", "sqlite:///mine"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "--database is postgres://" in ran.stderr


def test_the_plans_of_the_statements_are_told():
    ran = subprocess.run([*COMMAND, "--explain"], cwd=ROOT, capture_output=True, text=True, check=True)
    for case in ("list", "list by crosswalk", "deep list", "one by slug", "next"):
        assert f"== {case}: /api/v1/content/" in ran.stdout
    assert "Buffers: shared hit=" in ran.stdout if SERVER else "USING INDEX showing_walk" in ran.stdout


def test_made_up_assets_are_the_same_every_time_and_lead_to_one_another():
    lines = [line(number, 300) for number in range(300)]
    assert lines == [line(number, 300) for number in range(300)]
    keys = {one["key"] for one in lines}
    texts = [text for one in lines for text in one["translations"]]
    targets = [step["target"] for one in lines for step in one["translations"][0]["next_steps"]]
    assert len([one for one in lines if "key" in one["translations"][0]["next_steps"][0]["target"]]) == 100
    assert {target["key"] for target in targets if "key" in target} <= keys
    assert [text["locale"] for text in texts].count("nb") == 60
    assert all(1800 <= len(text["body"]) <= 2300 for text in texts)
    assert len({(one["kind"], text["slug"]) for one in lines for text in one["translations"]}) == len(texts)


def test_budgets_are_judged_by_the_floor_of_the_same_run():
    def row(case: str, server: str, cpu: float, pace: float) -> Row:
        kind = "slug" if "slug" in case else "list"
        return Row(case, server, kind, 100, pace, 1.0, 2.0, cpu, None, 100.0)

    rows = [row(name, FLOOR, 0.1, 1000) for name in ROWS[FLOOR]]
    rows += [row(name, UNCACHED, 2.0, 50) for name in ROWS[UNCACHED]]
    rows += [row(name, CACHED, 0.15, 600) for name in ROWS[CACHED]]
    hold_to_floor(rows)
    held = {budget.name: budget.is_met for budget in budgets(rows)}
    assert held == {
        "list, CPU × floor": True,
        "one by slug, CPU × floor": False,
        "deep list, CPU × floor": True,
        "list with next steps, CPU × list": True,
        "cache hit: list, req/s ÷ floor": True,
        "cache hit: slug, req/s ÷ floor": True,
        "a worker, MiB": True,
    }
    earlier = {"assets": 1000, "rows": [{"case": "list", "times_floor": 10.0}]}
    grown = growth(rows, earlier)
    assert format_budgets(grown[:1]) == "MISSED  list, × floor ÷ that with 1,000 assets: 2.00 (≤ 1.3)"
    assert [budget.measured for budget in grown[1:]] == [None] * (len(ROWS[UNCACHED]) - 1)
