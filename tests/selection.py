"""Which tests run: what takes long or needs more than a database is left to CI, and is named at the end of a run.

``tests/README.md`` says what the marks mean.
"""

import os
from collections import Counter

import pytest

LEFT_TO_CI = ("browser", "served", "slow")
OWN_STEPS = ("browser", "served")  # of ``.ci/run``, which runs all else at once
MARKS_OF_FOLDERS = {"benchmarks": "served", "browser": "browser", "oracle": "oracle", "served": "served"}
DATABASE = {"db", "transactional_db", "live_server"}  # fixtures that open one
left_out = pytest.StashKey[tuple[str, ...]]()
counts = pytest.StashKey[dict[str, int]]()


def pytest_configure(config):
    """Who names files or marks gets all of them; ``pytest`` alone leaves out what is CI's."""
    if worker := getattr(config, "workerinput", None):
        config.stash[left_out] = tuple(worker["left_out"])
        return
    named = config.args_source is not pytest.Config.ArgsSource.TESTPATHS or config.option.markexpr
    config.stash[left_out] = () if named else OWN_STEPS if "CI" in os.environ else LEFT_TO_CI


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["left_out"] = list(node.config.stash[left_out])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Gives each test the mark of its folder, and ``no_database`` to what cannot reach one; leaves out what is CI's."""
    for item in items:
        folder = item.path.relative_to(config.rootpath / "tests").parts[0]
        if mark := MARKS_OF_FOLDERS.get(folder):
            item.add_marker(mark)
        reaches = item.get_closest_marker("django_db") or DATABASE & set(item.fixturenames)
        if not reaches and not item.get_closest_marker("served"):
            item.add_marker("no_database")
    names = {item: _left_out(item, config.stash[left_out]) for item in items}
    config.stash[counts] = dict(Counter(filter(None, names.values())))
    items[:] = sorted((item for item in items if not names[item]), key=_takes_seconds)
    config.hook.pytest_deselected(items=[item for item, name in names.items() if name])


def _takes_seconds(item):
    """Long ones come first, so that no process ends on one while the others have nothing left."""
    return not item.get_closest_marker("oracle")


def _left_out(item, marks):
    return next((mark for mark in marks if item.get_closest_marker(mark)), None)


def pytest_sessionfinish(session):
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left"] = session.config.stash.get(counts, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Every worker has collected the same."""
    node.config.stash[counts] = getattr(node, "workeroutput", {}).get("left", {})


def pytest_terminal_summary(terminalreporter, config):
    left = config.stash.get(counts, {})
    if left:
        summary = ", ".join(f"{number} {name}" for name, number in sorted(left.items()))
        terminalreporter.write_sep("=", f"left to CI: {summary}", yellow=True)
        terminalreporter.write_line(
            f"Run them with -m, as in: uv run --group test pytest -m {min(left)}; .ci/run runs everything."
        )
