"""The rules of the house, kept by reading the code."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ("config", "journeys", "content")
OURS = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
FORBIDDEN_NAMES = {"utils", "helpers", "services", "selectors", "common", "core"} | {
    *("lib", "base", "constants", "managers", "signals")
}
# Names that are not ours to choose: module → reason.
GIVEN_NAMES = {
    "content/databases/postgresql/base.py": "Django looks for the wrapper of a database in a module of this name",
    "content/databases/sqlite3/base.py": "Django looks for the wrapper of a database in a module of this name",
}
ORM_VERBS = re.compile(r"\.(filter|exclude|annotate|aggregate|order_by|select_related|prefetch_related)\(|\bQ\(|\bF\(")
# Heavy libraries of one feature may be imported where it runs: module → reason.
LATE_IMPORTS = {
    **dict.fromkeys(
        ("encrypt", "decrypt", "KeyLost"), "cryptography takes 7 MB of every worker, and delivery needs none"
    ),
    "validate_address": "the client for outgoing calls takes 6 MB of every worker, and delivery never calls out",
    "walk_findings": "networkx takes 0.4 s of every start, and delivery walks no networks",
    "workbook": "openpyxl takes 20 MB of every worker, and delivery writes no workbooks",
}
HEAVY = ("networkx", "openpyxl", "cryptography")
PACKAGES = {"config", "content", "journeys", "tests"}
TOP_LEVEL = PACKAGES | {"manage.py", "pyproject.toml", "uv.lock", "README.md", "LICENSE", "CHANGELOG.md"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def starts(names: set[str], *packages: str) -> set[str]:
    return {found for found in names if found.split(".")[0] in packages}


@pytest.mark.parametrize("path", OURS, ids=name)
def test_imports_point_one_way(path):
    found = imports(path)
    app = name(path).split("/")[0]
    assert app != "journeys" or not starts(found, "content")
    assert app == "config" or not starts(found, "config")
    inner = name(path).split("/")[1:]
    if app != "config" and inner[0] not in ("api", "admin"):
        assert not {f for f in found if f.startswith(("rest_framework", "django.contrib.admin", "unfold"))}


@pytest.mark.parametrize("path", OURS, ids=name)
def test_no_import_hides_in_a_function(path):
    late = {
        alias.name
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert late <= set(LATE_IMPORTS)


def test_what_is_heavy_is_not_loaded_by_a_start():
    loaded = "print(sys.modules.keys() & set(HEAVY))".replace("HEAVY", str(HEAVY))
    told = subprocess.run(
        [sys.executable, "-c", f"import django, sys; django.setup(); import config.urls, content.audit.run; {loaded}"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "set()"


@pytest.mark.parametrize("path", [*OURS, ROOT / "manage.py"], ids=name)
def test_files_and_functions_stay_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= 350
    assert {f.name: f.end_lineno - f.lineno + 1 for f in functions(path) if f.end_lineno - f.lineno + 1 > 40} == {}


@pytest.mark.parametrize("path", OURS, ids=name)
def test_modules_are_named_for_what_they_hold(path):
    assert path.stem not in FORBIDDEN_NAMES or name(path) in GIVEN_NAMES
    assert path.parent.name not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", [p for p in OURS if "api" in p.parent.parts], ids=name)
def test_the_api_asks_no_database(path):
    assert ORM_VERBS.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", OURS, ids=name)
def test_nothing_happens_by_signal(path):
    assert not {found for found in imports(path) if "signals" in found}
    assert "receiver(" not in path.read_text("utf-8")


def test_the_top_level_is_fixed():
    ignored = set((ROOT / ".gitignore").read_text("utf-8").replace("/", "").split())
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - ignored
    own = ("waymark.sqlite3", "waymark.key")  # of a service that was started here
    assert {entry for entry in there if not entry.startswith(own)} <= TOP_LEVEL
