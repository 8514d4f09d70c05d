"""A front-end developer's first hour: types from the served document, in strict mode, and a client that runs."""

import json
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("served")  # one demo for all of them
PROJECT = Path(__file__).parent.parent / "typescript"


def run(home: Path, served, *command: str) -> str:
    environment = {**os.environ, "WAYMARK": served.address, "WAYMARK_TOKEN": served.token, "CI": "true"}
    ran = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{' '.join(command)}:\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def test_the_client_compiles_and_does_what_a_front_end_does(served, tmp_path):
    if shutil.which("npm") is None:
        if "CI" in os.environ:
            pytest.fail("Node.js with npm is missing: install it.")
        pytest.skip("needs Node.js 20 or newer with npm")
    home = tmp_path / "client"
    shutil.copytree(PROJECT, home, ignore=shutil.ignore_patterns("node_modules", "build", "api.d.ts"))
    run(home, served, "npm", "ci", "--no-fund", "--no-audit")
    run(home, served, "npm", "run", "types")
    run(home, served, "npm", "run", "build")
    output = run(home, served, "npm", "run", "start").splitlines()
    assert output[-1] == "done"
    assert any(line.startswith("refused: Unknown stage 'thnk'") for line in output)


def test_each_kind_has_its_fields_typed(served):
    with urllib.request.urlopen(f"{served.address}/api/v1/openapi.json") as answer:
        schemas = json.load(answer)["components"]["schemas"]
    with urllib.request.urlopen(f"{served.address}/api/v1/kinds/?page_size=100") as answer:
        kinds = json.load(answer)["results"]
    typed = {
        part["properties"]["kind"]["const"]: schemas[part["properties"]["fields"]["$ref"].rpartition("/")[2]]
        for schema in schemas["Item"]["oneOf"]
        for part in schemas[schema["$ref"].rpartition("/")[2]]["allOf"][1:]
    }
    assert {slug: fields["properties"] for slug, fields in typed.items()} == {
        kind["slug"]: kind["schema"]["properties"] for kind in kinds
    }
