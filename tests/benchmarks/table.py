"""The table, and whether the budgets are met."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

CACHED_SHARE = 0.6  # of the floor's throughput
WORKER_MIB = 120
GROWTH = 1.3  # of an uncached row's CPU, from fewer assets to more
TIMES_FLOOR = {"list": 20, "one by slug": 8, "deep list": 22}
TIMES_LIST = 2  # for a list with next steps
HEADINGS = (
    "case",
    "req/s",
    "p50 ms",
    "p99 ms",
    "CPU ms: server",
    "database",
    "total",
    "× floor",
    "req/s ÷ floor",
    "RSS MiB",
)


@dataclass
class Row:
    """What one case cost. CPU is per request, in milliseconds; ``None`` where it could not be measured."""

    case: str
    server: str
    floor: str
    requests: int = 0
    requests_per_second: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    cpu_server_ms: float | None = None
    cpu_database_ms: float | None = None
    worker_mib: float | None = None
    times_floor: float | None = None
    share_of_floor: float | None = None
    note: str = ""

    @property
    def cpu_ms(self) -> float | None:
        return None if self.cpu_server_ms is None else self.cpu_server_ms + (self.cpu_database_ms or 0)


@dataclass(frozen=True)
class Budget:
    """``measured`` is ``None`` where there was nothing to measure: not met."""

    name: str
    measured: float | None
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        if self.measured is None:
            return False
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def mean(rows: Sequence[Row]) -> Row:
    """One row for the same case measured again: a machine is not as fast at every time."""
    numbers = {one.name: [getattr(row, one.name) for row in rows] for one in fields(Row)}
    means = {name: sum(of) / len(of) for name, of in numbers.items() if isinstance(of[0], float)}
    return replace(rows[0], **means, requests=sum(numbers["requests"]))


def hold_to_floor(rows: list[Row]) -> None:
    """Writes into each row what multiple of its floor it is."""
    floors = {row.floor: row for row in rows if row.server == "floor"}
    for row in rows:
        floor = floors[row.floor]
        if row.cpu_ms is not None and floor.cpu_ms:
            row.times_floor = row.cpu_ms / floor.cpu_ms
        if row.requests_per_second is not None and floor.requests_per_second:
            row.share_of_floor = row.requests_per_second / floor.requests_per_second


def budgets(rows: list[Row]) -> list[Budget]:
    by_case = {row.case: row for row in rows}
    items = [Budget(f"{name}, CPU × floor", by_case[name].times_floor, most) for name, most in TIMES_FLOOR.items()]
    whole, plain = by_case["list with next steps"].cpu_ms, by_case["list"].cpu_ms
    items.append(Budget("list with next steps, CPU × list", whole / plain if whole and plain else None, TIMES_LIST))
    for name in ("cache hit: list", "cache hit: slug"):
        items.append(Budget(f"{name}, req/s ÷ floor", by_case[name].share_of_floor, CACHED_SHARE, at_least=True))
    memory = max((row.worker_mib or 0 for row in rows if row.server != "floor"), default=None)
    items.append(Budget("a worker, MiB", memory or None, WORKER_MIB))
    return items


def growth(rows: list[Row], earlier: dict[str, Any]) -> list[Budget]:
    """What multiple of its floor a request is against an earlier run, as a report tells it; uncached rows only."""
    before = {row["case"]: row["times_floor"] for row in earlier["rows"]}
    pairs = [(row, before.get(row.case)) for row in rows if row.server == "response cache off"]
    name = f"× floor ÷ that with {earlier['assets']:,} assets"
    return [
        Budget(f"{row.case}, {name}", row.times_floor / past if row.times_floor and past else None, GROWTH)
        for row, past in pairs
    ]


def format_table(rows: list[Row]) -> str:
    """A table that reads well as it is, and as Markdown."""
    cells = [list(HEADINGS), *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = [_line(line, widths) for line in cells]
    rule = "|".join(("-" * (width + 2)) if at == 0 else ("-" * (width + 1) + ":") for at, width in enumerate(widths))
    notes = [f"{row.case}: {row.note}." for row in rows if row.note]
    return "\n".join([lines[0], f"|{rule}|", *lines[1:], *([""] if notes else []), *notes])


def format_budgets(items: list[Budget]) -> str:
    return "\n".join(_budget_line(budget) for budget in items)


def _budget_line(budget: Budget) -> str:
    sign = "≥" if budget.at_least else "≤"
    measured = "not measured" if budget.measured is None else f"{budget.measured:.2f}"
    return f"{'met   ' if budget.is_met else 'MISSED'}  {budget.name}: {measured} ({sign} {budget.limit:g})"


def _line(cells: list[str], widths: list[int]) -> str:
    padded = (
        cell.ljust(width) if at == 0 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"


def _cells(row: Row) -> list[str]:
    return [
        row.case,
        *_numbers((row.requests_per_second, 0), (row.p50_ms, 2), (row.p99_ms, 2)),
        *_numbers((row.cpu_server_ms, 3), (row.cpu_database_ms, 3), (row.cpu_ms, 3)),
        *_numbers((row.times_floor, 1), (row.share_of_floor, 2), (row.worker_mib, 0)),
    ]


def _numbers(*pairs: tuple[float | None, int]) -> Iterator[str]:
    for number, digits in pairs:
        yield "–" if number is None else f"{number:,.{digits}f}"
