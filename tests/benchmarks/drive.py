"""Puts load on a server from another process, so that the generator's CPU is not counted."""

import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from tests.benchmarks.cases import Case
from tests.benchmarks.failed import Failed
from tests.benchmarks.serve import ROOT

CONNECTIONS = 4
SCRIPT = Path(__file__).parent / "wrk.lua"


@dataclass(frozen=True)
class Driven:
    """How many requests were answered in how long; the percentiles in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float


def generator(client: str = "auto") -> str:
    """``wrk`` if it is installed, else the client that lies here; or as ``wanted``."""
    there = shutil.which("wrk") is not None
    if client == "wrk" and not there:
        raise Failed("wrk is not installed: apt-get install wrk, or --client bundled.")
    return ("wrk" if there else "bundled") if client == "auto" else client


def drive(address: str, case: Case, seconds: float, *, client: str, home: Path) -> Driven:
    """Asks the paths of ``case`` round and round for so long. Any answer but the expected one fails the run."""
    paths = home / "paths"
    paths.write_text("".join(f"{path}\n" for path in case.paths), encoding="utf-8")
    headers = [part for name, value in case.headers.items() for part in ("--header", f"{name}: {value}")]
    if client == "wrk":
        command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{ceil(seconds)}s"]
        command += ["--timeout", "30s", "--script", str(SCRIPT), *headers, address, "--", str(paths)]
    else:
        command = [sys.executable, "-m", "tests.benchmarks.client", address, str(paths), "--seconds", str(seconds)]
        command += ["--connections", str(CONNECTIONS), "--status", str(case.status), *headers]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise Failed(f"{case.name}: {client} failed:\n{ran.stdout}{ran.stderr}")
    data = json.loads(ran.stdout.splitlines()[-1])
    if data.pop("errors") or not data["requests"]:
        raise Failed(f"{case.name}: not every answer was a {case.status}:\n{ran.stdout}{ran.stderr}")
    return Driven(**data)


def probe(address: str, case: Case) -> None:
    """Looks at some answers one by one: a load generator takes any 2xx and 3xx."""
    for path in case.paths[:: max(1, len(case.paths) // 4)]:
        request = urllib.request.Request(address + path, headers=case.headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        if status != case.status:
            raise Failed(f"{case.name}: {path} answers {status}, not {case.status}.")
