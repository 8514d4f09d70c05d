"""The rules of the house, kept by reading the code. Each test is one rule, and lists whatever breaks it.

Which layer may import which is kept by ``lint-imports``; its contracts are in ``pyproject.toml``.
"""

import ast
import os
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
APPS = ("config", "journeys", "content")
OURS = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE, LONGEST_TEST_FILE, LONGEST_FUNCTION, LARGEST_PACKAGE = 350, 500, 40, 20

FORBIDDEN_NAMES = {"utils", "helpers", "services", "selectors", "common", "core"} | {
    *("lib", "base", "constants", "managers", "signals")
}
# Names that are not ours to choose: module → reason.
GIVEN_NAMES = {
    "content/databases/postgresql/base.py": "Django looks for the wrapper of a database in a module of this name",
    "content/databases/sqlite3/base.py": "Django looks for the wrapper of a database in a module of this name",
}
# Basenames that may stand up to four times: name → what they are the same part of.
SAME_PARTS = {
    "load": "what brings a preset, the demo or a file into the database",
    "media": "a noun: its model, its screen, its view",
    "pages": "the pages of one screen of the admin, or of the site",
    "sentences": "what one screen of the admin says in words",
    "stage": "a noun: its model, its screen",
    "touchpoint": "a noun: its model, its screen, what is delivered there",
    "workbook": "a verb's answer as a workbook",
}
DJANGOS = {"__init__", "apps", "conftest"}  # of which each package has one
# Packages with code in their ``__init__``: package → reason.
CODE_IN_INIT = {
    "content/admin": "Django imports the admin of an app by this name alone: it registers all screens",
    "content/models": "Django imports the models of an app by this name alone",
    "journeys/admin": "Django imports the admin of an app by this name alone: it registers all screens",
    "journeys/models": "Django imports the models of an app by this name alone",
}
UNBOUNDED = {"content/models", "content/management/commands", "journeys/models"}  # one noun or one command a module

ORM_VERBS = re.compile(r"\.(filter|exclude|annotate|aggregate|order_by|select_related|prefetch_related)\(|\bQ\(|\bF\(")
SQL_WRITE = re.compile(r"\b(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|TRUNCATE|COPY\s+\S+\s+\(.*FROM)\b", re.I)
WRITES = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "insert"}
READ_MODEL = {"Showing", "LivePath"}
WINDOW = {"live_from", "asked_until", "live_until", "cancelled_at"}
# Heavy libraries of one feature may be imported where it runs: name → reason.
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


@cache
def text(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(text(path))))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def calls(path: Path) -> list[ast.Call]:
    return [node for node in nodes(path) if isinstance(node, ast.Call)]


def at(path: Path, node: ast.AST) -> str:
    return f"{name(path)}:{node.lineno}"


def within(*packages: str) -> list[Path]:
    return [path for path in OURS if name(path).startswith(tuple(f"{package}/" for package in packages))]


def outside(*packages: str) -> list[Path]:
    return [path for path in OURS if path not in within(*packages)]


def verb(call: ast.Call) -> str:
    """The last word of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def names(node: ast.AST) -> set[str]:
    return {found.id for found in ast.walk(node) if isinstance(found, ast.Name)}


def updates(call: ast.Call) -> set[str]:
    """The columns that a call of a QuerySet's ``update`` sets: a dictionary's takes no keywords here."""
    return {word.arg for word in call.keywords if word.arg} if verb(call) == "update" else set()


def columns(call: ast.Call) -> set[str]:
    """The columns of editions that a call changes, as far as it names them; a window's if it does not."""
    if verb(call) == "bulk_update" and "Edition" in names(call):
        literal = [
            node.value for node in ast.walk(call) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        return set(literal) or WINDOW
    return updates(call)


def sql_writes(path: Path) -> list[str]:
    strings = (node for node in nodes(path) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [at(path, node) for node in strings if SQL_WRITE.search(node.value)]


def packages(paths: list[Path]) -> dict[str, list[str]]:
    """The modules of each package, by its name."""
    found = defaultdict(list)
    for path in paths:
        if path.stem != "__init__":
            found[name(path.parent)].append(path.stem)
    return found


def test_imports_point_one_way():
    """The layers of ``content`` are kept by ``lint-imports``; this keeps which library is known where."""
    offenders = []
    for path in outside("config"):
        inner = name(path).split("/")[1]
        edge = {"rest_framework", "django.contrib.admin", "unfold"} if inner not in ("api", "admin") else set()
        away = {"config"} | ({"content"} if name(path).startswith("journeys/") else set())
        offenders += [
            f"{name(path)} imports {found}"
            for found in sorted(imports(path))
            if any(found == part or found.startswith((f"{part}.", f"{part}_")) for part in edge)
            or found.split(".")[0] in away
        ]
    assert offenders == []


def test_no_import_hides_in_a_function():
    late = {
        alias.name: at(path, node)
        for path in OURS
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {found: place for found, place in late.items() if found not in LATE_IMPORTS} == {}
    assert [allowed for allowed in LATE_IMPORTS if allowed not in late] == []


def test_what_is_heavy_is_not_loaded_by_a_start():
    loaded = "print(sys.modules.keys() & set(HEAVY))".replace("HEAVY", str(HEAVY))
    result = subprocess.run(
        [sys.executable, "-c", f"import django, sys; django.setup(); import config.urls, content.audit.run; {loaded}"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "set()"


def test_files_stay_short():
    lengths = {name(path): len(text(path).splitlines()) for path in [*OURS, ROOT / "manage.py"]}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_files_of_tests_stay_short():
    lengths = {name(path): len(text(path).splitlines()) for path in TESTS}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_TEST_FILE} == {}


def test_functions_stay_short():
    lengths = {
        f"{at(path, function)} {function.name}": function.end_lineno - function.lineno + 1
        for path in [*OURS, ROOT / "manage.py"]
        for function in functions(path)
    }
    assert {function: lines for function, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_modules_are_named_for_what_they_hold():
    offenders = [
        name(path)
        for path in OURS
        if path.parent.name in FORBIDDEN_NAMES or (path.stem in FORBIDDEN_NAMES and name(path) not in GIVEN_NAMES)
    ]
    assert offenders == []


def test_a_name_is_known_by_itself():
    """A basename stands twice at most, or four times as the same part of packages that are alike."""
    for tree in (OURS, TESTS):
        places = defaultdict(list)
        for path in tree:
            places[path.stem].append(name(path))
        offenders = [
            sorted(found)
            for stem, found in sorted(places.items())
            if stem not in DJANGOS and len(found) > (4 if stem in SAME_PARTS else 2)
        ]
        assert offenders == []


def test_packages_stay_small():
    sizes = {package: len(modules) for package, modules in packages(OURS + TESTS).items() if package not in UNBOUNDED}
    too_large = {package: size for package, size in sizes.items() if size > LARGEST_PACKAGE}
    assert too_large == {}


def test_a_package_begins_with_words_alone():
    """What a package promises stands in its ``__init__``, and no code: nothing is re-exported."""
    offenders = []
    for path in (path for path in OURS if path.name == "__init__.py" and name(path.parent) not in CODE_IN_INIT):
        body = ast.parse(text(path)).body
        code = body[1:] if body and isinstance(getattr(body[0], "value", None), ast.Constant) else body
        offenders += [at(path, statement) for statement in code]
    assert offenders == []


def test_the_api_asks_no_database():
    offenders = {name(path): ORM_VERBS.findall(text(path)) for path in OURS if "api" in path.parent.parts}
    assert {path: found for path, found in offenders.items() if found} == {}


def test_delivery_writes_nothing():
    offenders = []
    for path in within("content/delivery"):
        offenders += [at(path, call) for call in calls(path) if verb(call) in WRITES or updates(call)]
        offenders += sql_writes(path)
    assert offenders == []


def test_showings_alone_write_the_read_model():
    """Rows of ``Showing`` and ``LivePath`` are made, changed and deleted in ``content/showings/`` alone."""
    offenders = []
    for path in outside("content/showings", "content/models"):
        for call in calls(path):
            writes = verb(call) in WRITES or updates(call)
            if verb(call) in READ_MODEL or (writes and names(call) & READ_MODEL):
                offenders.append(at(path, call))
        offenders += [place for place in sql_writes(path) if re.search(r"content_(showing|livepath)", text(path))]
    assert offenders == []


def test_one_module_alone_moves_windows():
    """Publishing plans windows in memory; ``publishing/windows.py`` alone gives them to the database."""
    offenders = []
    for path in OURS:
        if name(path) != "content/publishing/windows.py":
            offenders += [at(path, call) for call in calls(path) if columns(call) & WINDOW]
        if not name(path).startswith("content/publishing/"):
            offenders += [
                at(path, node)
                for node in nodes(path)
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in WINDOW
            ]
    assert offenders == []


def test_nothing_happens_by_signal():
    offenders = [
        name(path) for path in OURS if any("signals" in found for found in imports(path)) or "receiver(" in text(path)
    ]
    assert offenders == []


def test_the_top_level_is_fixed():
    ignored = set(text(ROOT / ".gitignore").replace("/", "").split())
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - ignored
    own = ("waymark.sqlite3", "waymark.key")  # of a service that was started here
    assert {entry for entry in there if not entry.startswith(own)} <= TOP_LEVEL
