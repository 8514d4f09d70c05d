"""A reader beside slow requests: bodies and heads that are begun, held open and begun again when they are ended.

    python -m tests.benchmarks.slow http://127.0.0.1:8000 --seconds 20 --bodies 200 --heads 200

Only machines of one's own; bounded in time and number. The reader asks one kept list after another, on one connection.
"""

import argparse
import asyncio
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from statistics import median, quantiles
from urllib.parse import urlsplit

PATH = "/api/v1/content/?stage=think&locale=nb"
MOST = 500  # of each kind
LONGEST = 120  # seconds
BODY = (
    b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100000\r\n\r\nab"
)
SMALL_BODY = BODY.replace(b"100000", b"1000")
HEAD = b"GET /api/v1/content/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow"


@dataclass(frozen=True)
class Read:
    """What a reader met: answers a second, milliseconds, and what was no answer."""

    answers: int
    failed: int
    p50: float
    p99: float
    longest: float


def read(address: str, seconds: float, path: str = PATH) -> Read:
    """Asks again and again, each time when the last answer has come."""
    times, failed, end = [], 0, time.monotonic() + seconds
    connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
    while time.monotonic() < end:
        begun = time.perf_counter()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            failed += answer.status != 200
        except (OSError, HTTPException):
            failed += 1
            connection.close()
        times.append(1000 * (time.perf_counter() - begun))
    connection.close()
    parts = quantiles(times, n=100) if len(times) > 1 else times * 99
    return Read(len(times), failed, round(parts[49], 2), round(parts[98], 2), round(max(times), 2))


async def hold(host: str, port: int, words: bytes, until: float) -> None:
    """Opens a connection, sends ``words`` and no more, and begins again whenever the server ends it."""
    while time.monotonic() < until:
        writer = None
        with suppress(OSError, TimeoutError):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(words)
            async with asyncio.timeout(max(0.1, until - time.monotonic())):
                while await reader.read(65536):
                    pass
        if writer:
            writer.close()
        await asyncio.sleep(0.05)


async def attack(address: str, seconds: float, bodies: int, heads: int) -> None:
    url, until = urlsplit(address), time.monotonic() + seconds
    host, port = url.hostname or "127.0.0.1", url.port or 80
    sent = [BODY if number % 2 else SMALL_BODY for number in range(bodies)] + [HEAD] * heads
    await asyncio.gather(*(hold(host, port, words, until) for words in sent))


def compare(address: str, seconds: float, bodies: int, heads: int) -> tuple[Read, Read]:
    """The same reader calm and beside the slow requests, which come from a process of their own."""
    calm = read(address, seconds)
    command = [sys.executable, "-m", "tests.benchmarks.slow", address, "--attack", f"--seconds={seconds + 3}"]
    with subprocess.Popen([*command, f"--bodies={bodies}", f"--heads={heads}"]) as attacker:
        time.sleep(2)
        beside = read(address, seconds)
        attacker.wait()
    return calm, beside


def medians_line(name: str, reads: list[Read]) -> str:
    """The medians of several reads, and all that failed."""
    p50, p99 = median(one.p50 for one in reads), median(one.p99 for one in reads)
    answers, failed = sum(one.answers for one in reads), sum(one.failed for one in reads)
    longest = max(one.longest for one in reads)
    return (
        f"{name:7} {answers:7,} answers, {failed} failed, p50 {p50:.2f} ms, p99 {p99:.2f} ms, longest {longest:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--bodies", type=int, default=200)
    parser.add_argument("--heads", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3, choices=range(1, 11), help="calm and beside, in turn")
    parser.add_argument("--attack", action="store_true", help="the slow requests alone")
    arguments = parser.parse_args()
    seconds, bodies, heads = min(arguments.seconds, LONGEST), min(arguments.bodies, MOST), min(arguments.heads, MOST)
    if arguments.attack:
        asyncio.run(attack(arguments.address, seconds, bodies, heads))
        return
    read(arguments.address, 1)
    rounds = [compare(arguments.address, seconds, bodies, heads) for _ in range(arguments.rounds)]
    print(medians_line("calm", [calm for calm, _ in rounds]))  # noqa: T201
    print(medians_line("beside", [beside for _, beside in rounds]))  # noqa: T201


if __name__ == "__main__":
    main()
