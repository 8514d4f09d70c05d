"""What readers notice of a flood of sign-ins: ``uv run python -m tests.benchmarks.sign_ins``.

The demo on the server of the README, with a database of its own. One reader asks for a kept list again and again, for
a while in peace, then while fifty sign-ins a second come in, each with another name and password, from 250 addresses
of this machine, so that no lock spares anybody a hash. Loopback only, bounded in time; a machine that is busy with
other things tells little, hence the medians of several rounds.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode, urlsplit

from content.management.serve import APPLICATION
from tests.benchmarks.serve import OURS, ROOT, serving

LIST = "/api/v1/content/?stage=see"
LOGIN = "/admin/login/"
A_SECOND = 50
EACH = 100  # reads over one connection, so that the reader meets all workers
ADDRESSES = [f"127.0.1.{number}" for number in range(1, 251)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=30, help="of peace and of flood, each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waymark-sign-ins-") as folder:
        home = Path(folder)
        environment = laptop(home)
        manage = [sys.executable, str(ROOT / "manage.py"), "demo", "--no-serve"]
        subprocess.run(manage, cwd=ROOT, env=environment, check=True, capture_output=True)
        with serving(APPLICATION, environment, home / "server.log", workers=options.workers) as server:
            address = urlsplit(server.address).netloc
            rounds = [measured(address, options.seconds) for _ in range(options.rounds)]
    for name in ("p50", "p99"):
        calm, flood = (median(one[when][name] for one in rounds) for when in ("calm", "flood"))
        print(f"{name}: {calm:.2f} ms in peace, {flood:.2f} ms in the flood, × {flood / calm:.2f}")  # noqa: T201


def laptop(home: Path) -> dict[str, str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith((*OURS, "ALLOWED_HOSTS"))}
    own = {"DATABASE_URL": f"sqlite:///{home / 'demo.sqlite3'}", "MEDIA_ROOT": str(home / "media")}
    return {**variables, **own, "SECRET_KEY": secrets.token_urlsafe(60)}


def measured(address: str, seconds: int) -> dict[str, dict[str, float]]:
    calm = read(address, seconds)
    with multiprocessing.get_context("spawn").Pool(1) as flooding:
        statuses = flooding.apply_async(flood, (address, seconds))
        time.sleep(1)
        stormy = read(address, seconds - 1)
        answered = statuses.get(timeout=60)
    results = {"calm": calm, "flood": stormy, "answered": answered}
    print(json.dumps(results))  # noqa: T201
    return results


def read(address: str, seconds: float) -> dict[str, float]:
    """How a reader fared who asked for the list, and again as soon as it came: milliseconds, and how many."""
    times: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        connection = http.client.HTTPConnection(address, timeout=60)
        for _ in range(EACH):
            began = time.perf_counter()
            connection.request("GET", LIST)
            answer = connection.getresponse()
            answer.read()
            times.append(1000 * (time.perf_counter() - began))
            assert answer.status == 200, answer.status
        connection.close()
    return {"p50": round(median(times), 2), "p99": round(quantiles(times, n=100)[98], 2), "reads": len(times)}


def flood(address: str, seconds: float) -> dict[str, int]:
    """Tries to sign in so often for so long: how many were answered how."""
    began, statuses = time.monotonic(), Counter[str]()
    with ThreadPoolExecutor(64) as pool:
        tries = []
        for number in range(int(A_SECOND * seconds)):
            time.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
            tries.append(pool.submit(sign_in, address, number))
        statuses.update(one.result() for one in tries)
    return dict(statuses)


def sign_in(address: str, number: int) -> str:
    token = secrets.token_hex(16)
    data = {"username": f"{number}-{token}", "password": token, "csrfmiddlewaretoken": token}
    source = (ADDRESSES[number % len(ADDRESSES)], 0)
    connection = http.client.HTTPConnection(address, timeout=60, source_address=source)
    headers = {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", LOGIN, urlencode(data), headers)
        return str(connection.getresponse().status)
    except OSError as error:
        return type(error).__name__
    finally:
        connection.close()


if __name__ == "__main__":
    main()
