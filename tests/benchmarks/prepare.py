"""Fills a fresh database through the commands that anybody has."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.assets import write_lines
from tests.benchmarks.failed import Failed
from tests.benchmarks.serve import ROOT
from tests.benchmarks.world import WORLDS

FOUND = "from tests.benchmarks.found_world import found_world; found_world({!r})"


@dataclass(frozen=True)
class Loaded:
    """What the bulk load was: its pace, and the most memory it ever had."""

    assets: int
    seconds: float
    per_second: float
    peak_mib: float


def prepare(environment: dict[str, str], assets: int, home: Path, world: str = "small") -> Loaded:
    """Migrates, writes the map, and loads so many assets: all of them published, or the run fails."""
    manage(environment, home, "migrate", "--verbosity", "0")
    manage(environment, home, "shell", "--verbosity", "0", "--command", FOUND.format(world))
    lines = home / "assets.jsonl"
    write_lines(lines, assets, world=WORLDS[world])
    begun = time.perf_counter()
    output, peak = manage(environment, home, "load_content", str(lines))
    seconds = time.perf_counter() - begun
    totals = {word: int(count) for count, word in (part.split(" ", 1) for part in output.splitlines()[-1].split(", "))}
    if totals.get("created") != assets or totals.get("held back") or totals.get("refused"):
        raise Failed(f"Not every asset was published: {output[-2000:]}")
    return Loaded(assets, seconds, assets / seconds, peak)


def manage(environment: dict[str, str], home: Path, *arguments: str) -> tuple[str, float]:
    """What a command printed, and the peak of its memory in MiB."""
    log = home / f"{arguments[0]}.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(f"{arguments[0]} failed:\n{log.read_text()[-4000:]}")
    return log.read_text(), used.ru_maxrss / 1024
