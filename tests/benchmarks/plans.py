"""How the database does its work: the statements of real requests, each with its plan."""

import json
import re
import sys
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

EXPLAINED = ("list", "list by crosswalk", "deep list", "one by slug", "next")
READS = re.compile(r"\s*\(*\s*(SELECT|WITH)\b", re.IGNORECASE)


def tell_plans(paths: Path) -> None:
    """Prints the plans of what each of the paths asks; ``paths`` is JSON: case → path."""
    client = Client(SERVER_NAME="127.0.0.1")
    for case, path in json.loads(paths.read_text("utf-8")).items():
        client.get(path)  # the map is read once, and kept
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status_code}")
        statements = [query["sql"] for query in captured.captured_queries if READS.match(query["sql"])]
        tell(f"== {case}: {path}", f"{len(captured)} statements")
        for number, sql in enumerate(statements, start=1):
            tell(f"\n-- {case}, statement {number}", sql, "", *plan(sql))
        tell("")


def plan(sql: str) -> list[str]:
    """The plan of a statement as lines; on PostgreSQL with what really happened."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
            return [line for (line,) in cursor.fetchall()]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        depth = {0: -1}
        lines = []
        for own, parent, _, words in cursor.fetchall():
            depth[own] = depth[parent] + 1
            lines.append(f"{'  ' * depth[own]}{words}")
        return lines


def tell(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
