"""What the coverage matrix takes, in the process that asks for it."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.audit.run import findings
from content.catalogue import Catalogue, current_catalogue
from content.coverage.axes import axes, put
from content.coverage.count import tally
from content.coverage.forecast import forecast
from content.coverage.matrix import matrix
from content.query import Query

TIMES = 5
Case = tuple[str, Callable[[], int]]


def tell_coverage() -> None:
    """Prints for each case the cells, the statements, and the median and the longest of some times in seconds."""
    tell(f"| {'case':50} | cells | statements | median s | longest s |")
    tell(f"|{'-' * 52}|------:|-----------:|---------:|----------:|")
    for name, run in cases(current_catalogue()):
        with CaptureQueriesContext(connection) as captured:
            cells = run()
        statements = len(captured)
        seconds = [timed(run) for _ in range(TIMES)]
        tell(f"| {name:50} | {cells:5} | {statements:10} | {median(seconds):8.2f} | {max(seconds):9.2f} |")


def cases(catalogue: Catalogue) -> list[Case]:
    locale = catalogue.default_locale
    if locale is None:
        raise RuntimeError("The world has no language.")
    now = timezone.now()
    journeys = list(catalogue.atlas.journeys.values())
    home = Query(locale=locale, journey=journeys[0])

    def laid(**names: str) -> Callable[[], int]:
        return lambda: len(matrix(home, at=now, catalogue=catalogue, **names).cells)

    cells = []
    for journey in journeys:
        query = Query(locale=locale, journey=journey)
        rows, columns, split = axes(("stage", "segment", "locale"), query, catalogue)
        cells += [put(query, (r, c, s)) for r in rows.values for c in columns.values for s in split.values]
    whole = f"all {len(journeys)} journeys: stage × segment × locale"
    until = now + timedelta(days=90)
    return [
        ("stage × segment", laid()),
        ("stage × segment, split by locale", laid(split="locale")),
        (whole, lambda: len(tally(cells, at=now, catalogue=catalogue))),
        ("stage × kind, split by segment", laid(columns="kind", split="segment")),
        ("stage × a vocabulary", laid(columns="topic")),
        ("the same as the second, a year ago", lambda: len(matrix_before(home, catalogue))),
        ("its course over 90 days", lambda: len(list(forecast(cells[:400], at=now, until=until, catalogue=catalogue)))),
        (
            "the audit of a journey: every segment × locale",
            lambda: len(findings(journeys[0], at=now, catalogue=catalogue)),
        ),
        ("the same in one language", lambda: len(findings(journeys[0], at=now, catalogue=catalogue, locales=[locale]))),
    ]


def matrix_before(query: Query, catalogue: Catalogue) -> list[object]:
    at = timezone.now() - timedelta(days=365)
    return list(matrix(query, at=at, catalogue=catalogue, split="locale").cells)


def timed(run: Callable[[], int]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
