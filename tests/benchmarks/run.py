"""The whole run, from an empty database to the table."""

import json
import os
import platform
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median_low
from typing import Any, NoReturn

from tests.benchmarks.cases import Asking, Case, cached_cases, floor_cases, uncached_cases
from tests.benchmarks.database import Database, fresh_database
from tests.benchmarks.drive import CONNECTIONS, drive, generator, probe
from tests.benchmarks.measure import Backends, Meter, group, worker_mib
from tests.benchmarks.plans import EXPLAINED
from tests.benchmarks.prepare import Loaded, manage, prepare
from tests.benchmarks.serve import Server, serving, surroundings
from tests.benchmarks.table import Budget, Row, budgets, format_budgets, format_table, growth, hold_to_floor, mean

SERVICE, FLOOR = "config.asgi:application", "tests.benchmarks.floor:application"
COVERAGE = "from tests.benchmarks.coverage import tell_coverage; tell_coverage()"
PLANS = "from pathlib import Path; from tests.benchmarks.plans import tell_plans; tell_plans(Path({!r}))"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """``database`` is the address of a PostgreSQL to make the database on; without one it is a SQLite file."""

    assets: int = 10_000
    database: str | None = None
    seconds: float = 5
    client: str = "auto"
    compare: Path | None = None


@dataclass(frozen=True)
class Run:
    """What the parts of a run have in common."""

    options: Options
    client: str
    database: Database
    backends: Backends
    home: Path

    def environment(self, **more: str) -> dict[str, str]:
        return surroundings(self.home, self.database.address, **more)


def benchmark(options: Options, tell: Tell) -> dict[str, Any]:
    """Measures every case, tells the table, and gives the report."""
    earlier = json.loads(options.compare.read_text("utf-8")) if options.compare else None
    with prepared(options, tell) as (run, loaded):
        rows = measured(run, tell)
        hold_to_floor(rows)
        held = budgets(rows) + (growth(rows, earlier) if earlier else [])
        report = reported(run, loaded, rows, held)
        tell(f"\n{report['title']}\n")
        tell(format_table(rows))
        tell(f"\n{format_budgets(held)}")
    return report


def explain(options: Options, tell: Tell) -> None:
    """Tells the plans of the statements behind some of the cases."""
    with prepared(options, tell) as (run, _):
        environment = run.environment(RESPONSE_CACHE_MB="0")
        with serving(SERVICE, environment, run.home / "server.log") as server:
            cases = uncached_cases(Asking(server.address))
        paths = run.home / "plans.json"
        paths.write_text(json.dumps({case.name: case.paths[-1] for case in cases if case.name in EXPLAINED}))
        output, _ = manage(environment, run.home, "shell", "--verbosity", "0", "--command", PLANS.format(str(paths)))
        tell(f"\n{output}")


def coverage(options: Options, tell: Tell) -> None:
    """Tells what the coverage matrix takes, in a world of four journeys, four languages and twenty segments."""
    with prepared(options, tell, world="wide") as (run, _):
        output, peak = manage(run.environment(), run.home, "shell", "--verbosity", "0", "--command", COVERAGE)
        tell(f"\n{run.options.assets:,} assets, {run.database.version()}\n\n{output}\nPeak memory: {peak:.0f} MiB.")


@contextmanager
def prepared(options: Options, tell: Tell, world: str = "small") -> Iterator[tuple[Run, Loaded]]:
    """A run with its database filled; all of it is gone afterwards, also after Ctrl-C."""
    client = generator(options.client)
    with ExitStack() as stack:
        stack.enter_context(ended_gently())
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="waymark-benchmark-")))
        database = stack.enter_context(fresh_database(options.database, home))
        tell(f"Loading {options.assets:,} assets into {database.name} …")
        loaded = prepare(surroundings(home, database.address), options.assets, home, world)
        tell(f"Loaded in {loaded.seconds:.1f} s: {loaded.per_second:.0f} assets/s, peak {loaded.peak_mib:.0f} MiB.")
        database.tidy()
        backends = Backends(database)
        stack.callback(backends.close)
        yield Run(options, client, database, backends, home), loaded


@contextmanager
def ended_gently() -> Iterator[None]:
    """Takes SIGTERM as Ctrl-C is taken, which shells let what they run in the background ignore: what was made is
    taken away first."""

    def end(number: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def measured(run: Run, tell: Tell) -> list[Row]:
    """The floor, what is computed, the floor again, and what is kept: each on a server of its own."""
    with ExitStack() as stack:
        computing = run.environment(RESPONSE_CACHE_MB="0")
        server = stack.enter_context(serving(SERVICE, computing, run.home / "uncached.log"))
        tell("Looking for what to ask …")
        uncached = uncached_cases(Asking(server.address))
        floor = stored(Asking(server.address), uncached, run.home / "floor")
        constant = stack.enter_context(serving(FLOOR, run.environment(FLOOR=str(floor)), run.home / "floor.log"))
        before = [measure(run, constant, case, tell) for case in floor_cases(floor)]
        rows = [measure(run, server, case, tell) for case in uncached]
        after = [measure(run, constant, case, tell) for case in floor_cases(floor)]
    with serving(SERVICE, run.environment(), run.home / "cached.log") as server:
        cached = cached_cases(Asking(server.address), uncached)
        rows += [measure(run, server, case, tell) for case in cached]
    return [*(mean(pair) for pair in zip(before, after, strict=True)), *rows]


def stored(asking: Asking, cases: list[Case], folder: Path) -> Path:
    """Real answers of middling size for the floor to send: one list, one item."""
    folder.mkdir()
    for name, case in (("list", "list"), ("slug", "one by slug")):
        [paths] = [one.paths for one in cases if one.name == case]
        answers = {len(body): body for body in (asking.bytes(path) for path in paths[:50])}
        (folder / name).write_bytes(answers[median_low(answers)])
    return folder


def measure(run: Run, server: Server, case: Case, tell: Tell) -> Row:
    """One row: warmed up for a second, then driven for as long as was asked."""
    if not case.paths:
        return Row(case.name, case.server, case.floor, note=case.note)
    tell(f"Measuring {case.name} …")
    probe(server.address, case)
    seconds = run.options.seconds
    drive(server.address, case, min(1, seconds), client=run.client, home=run.home)
    processes = group(server.leader)
    with Meter(lambda: processes) as work, Meter(run.backends) as queries:
        driven = drive(server.address, case, seconds, client=run.client, home=run.home)
    database = 1000 * queries.seconds / driven.requests if run.backends.visible else None
    return Row(
        case.name,
        case.server,
        case.floor,
        driven.requests,
        driven.requests / driven.seconds,
        driven.p50,
        driven.p99,
        1000 * work.seconds / driven.requests,
        None if case.server == "floor" else database,
        worker_mib(server.leader),
        note=case.note,
    )


def reported(run: Run, loaded: Loaded, rows: list[Row], held: list[Budget]) -> dict[str, Any]:
    """The report as JSON can have it."""
    options, database = run.options, run.database
    measures = {"python": platform.python_version(), "database": database.version()}
    versions = measures | {name: version(name) for name in ("django", "djangorestframework", "granian")}
    unseen = bool(database.server) and not run.backends.visible
    title = (
        f"{options.assets:,} assets, {database.version()} ({database.megabytes():.0f} MB), one worker, {CONNECTIONS} "
        f"connections by {run.client}, {options.seconds:g} s each{', database CPU not measured' if unseen else ''}"
    )
    return {
        "title": title,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"system": platform.platform(), "processor": processor(), "cores": os.cpu_count()},
        "versions": versions,
        "database": {"name": database.name, "mb": database.megabytes(), "cpu_measured": not unseen},
        "assets": options.assets,
        "client": {"name": run.client, "connections": CONNECTIONS, "seconds": options.seconds},
        "load": asdict(loaded),
        "rows": [{**asdict(row), "cpu_ms": row.cpu_ms} for row in rows],
        "budgets": [{**asdict(budget), "met": budget.is_met} for budget in held],
    }


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
