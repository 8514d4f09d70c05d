"""A plain load generator, for where ``wrk`` is missing: a process of its own, a thread for each connection.

It is slower than the server's floor, so its requests/s say little there; CPU per request stays right.
"""

import argparse
import json
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit


def ask(arguments: argparse.Namespace, offset: int, times: list[float], errors: list[str]) -> None:
    paths = arguments.paths.read_text("utf-8").splitlines()
    headers = dict(header.split(": ", 1) for header in arguments.header)
    at = offset
    connection = HTTPConnection(urlsplit(arguments.address).netloc, timeout=30)
    end = time.monotonic() + arguments.seconds
    while time.monotonic() < end and not errors:
        path = paths[at % len(paths)]
        at += arguments.connections
        begun = time.perf_counter()
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException) as error:
            errors.append(f"{path}: {error!r}")
            break
        times.append(time.perf_counter() - begun)
        if answer.status != arguments.status:
            errors.append(f"{path}: {answer.status}")
    connection.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("paths", type=Path)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--status", type=int, default=200)
    parser.add_argument("--header", action="append", default=[])
    arguments = parser.parse_args()
    times: list[float] = []
    errors: list[str] = []
    threads = [
        threading.Thread(target=ask, args=(arguments, offset, times, errors)) for offset in range(arguments.connections)
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results = {"requests": len(times), "seconds": time.monotonic() - begun, "errors": len(errors)}
    times.sort()
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        results[name] = 1000 * next(islice(times, int(len(times) * share), None), 0.0)
    if errors:
        sys.stderr.write("\n".join(errors[:5]) + "\n")
    sys.stdout.write(json.dumps(results) + "\n")


if __name__ == "__main__":
    main()
