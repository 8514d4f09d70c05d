"""Several real processes keep answers: what one publishes, the next request sees in every one of them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import psycopg
import pytest

from content.management.serve import server_command
from tests.served.conftest import ROOT, free_port, wait_for

pytestmark = pytest.mark.xdist_group("served")
WORKERS, CHANGES, ASKED = 3, 12, 9
# Publishes and withdraws one asset in turn, in a process of its own, and says when each is done.
PUBLISHER = """
import sys
from content.models import Asset
from content.publishing.publish import publish, withdraw
asset = Asset.objects.get(uid=sys.stdin.readline().strip())
for line in sys.stdin:
    (publish if line.strip() == "publish" else withdraw)(asset)
    print("done", flush=True)
"""


@pytest.fixture
def several(served, tmp_path):
    """The address of a server of three processes beside the demo's own, on the same database."""
    port = free_port()
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            server_command("127.0.0.1", port, workers=WORKERS),
            cwd=ROOT,
            env=served.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}", server, tmp_path / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def ask(address):
    """The ids that a list shows, over a connection of its own: any process may answer."""
    with urllib.request.urlopen(f"{address}/api/v1/content/?stage=think&page_size=100&crosswalk=off") as answer:
        return {item["id"] for item in json.load(answer)["results"]}


def test_what_is_published_is_seen_by_the_next_request_of_every_process(served, several):
    asset = min(ask(several))
    with subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", PUBLISHER],
        cwd=ROOT,
        env=served.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as publisher:
        publisher.stdin.write(f"{asset}\n")
        seen = []
        for change in range(CHANGES):
            for address in (several, served.address):
                ask(address)  # kept by now
            publisher.stdin.write("publish\n" if change % 2 else "withdraw\n")
            publisher.stdin.flush()
            assert publisher.stdout.readline() == "done\n"
            seen.append({asset in ask(address) for address in [several] * ASKED + [served.address]})
    assert seen == [{False}, {True}] * (CHANGES // 2)


def test_connections_that_the_database_drops_are_made_anew(served, several, database):
    if not database.startswith("postgres"):
        pytest.skip("SQLite has no connections to drop: set DATABASE_URL to a PostgreSQL that runs")
    urls = [f"{several}/api/v1/content/?page_size={number}" for number in range(1, 101)]
    for url in urls[:50]:
        urllib.request.urlopen(url).close()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND datname = current_database()"
        )
    time.sleep(1.1)
    statuses = set()
    for url in [f"{served.address}/readyz"] * 10 + urls[50:]:
        with urllib.request.urlopen(url) as answer:
            statuses.add(answer.status)
    assert statuses == {200}


def test_two_hundred_at_once_get_one_answer(several):
    together, bodies = threading.Barrier(200), []
    url = f"{several}/api/v1/content/?stage=do&include=next_steps"

    def fetch():
        together.wait()
        with urllib.request.urlopen(url, timeout=60) as answer:
            bodies.append((answer.status, answer.headers["ETag"], answer.read()))

    threads = [threading.Thread(target=fetch) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bodies) == 200
    assert len(set(bodies)) == 1
