"""The served document against the server: every check there is, the same cases every time."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = os.environ.get("WAYMARK_FUZZ", "25")  # for each operation and phase
# What is well formed by itself may still not go together, or name what has passed: ``fuzz.py`` says how. And nobody
# without a token may ask what needs one.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "404", "410"]
"""
THERE = """
[parameters]
"path.id" = "{id}"

[[operations]]
include-path = "/api/v1/content/{{kind}}/{{slug}}/"
parameters = {{ "path.kind" = "{kind}", "path.slug" = "{slug}" }}
"""


def test_the_document_and_the_server_agree_for_anybody(served, tmp_path):
    fuzz(served, tmp_path, CONFIG)


def test_they_agree_for_the_holder_of_a_token_about_what_is_there(served, tmp_path):
    with urllib.request.urlopen(f"{served.address}/api/v1/content/?stage=think&page_size=1") as answer:
        [item] = json.load(answer)["results"]
    fuzz(served, tmp_path, CONFIG + THERE.format(**item), "--header", f"Authorization: Bearer {served.token}")


def fuzz(served, tmp_path: Path, config: str, *options: str) -> None:
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(config)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run"]
    command += [f"{served.address}/api/v1/openapi.json", "--checks", "all", "--max-examples", EXAMPLES]
    command += ["--generation-deterministic", "--continue-on-failure", "--phases", "examples,coverage,fuzzing"]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.served.fuzz", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [*command, *options], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert re.search(r"(\d{4,}) generated, \1 passed", ran.stdout), ran.stdout[-2000:]
    sys.stdout.write(ran.stdout[-700:])
