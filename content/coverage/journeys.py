"""Per journey how much of it is covered, and where it has nothing to say yet; for many journeys at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from content.catalogue import Catalogue
from content.coverage.axes import MOST_CELLS, Value, axes, put
from content.coverage.forecast import forecast
from content.coverage.matrix import State, filled, state_of
from content.coverage.targets import all_targets
from content.models import Locale
from content.query import Query
from journeys.models import Journey


@dataclass(frozen=True)
class JourneyGap:
    """A cell of stage × segment that has less than it should, and by how much."""

    row: Value
    column: Value
    missing: int


@dataclass(frozen=True)
class JourneyCoverage:
    """One journey in one language: ``journey_gaps`` in the order of its stages, of so many ``cells``."""

    journey: Journey
    locale: Locale
    cells: int
    filled: int
    gaps: list[JourneyGap]

    @property
    def score(self) -> float:
        return 1 - len(self.gaps) / self.cells


def journey_gaps(journeys: Sequence[Journey], *, at: datetime, catalogue: Catalogue) -> list[JourneyCoverage]:
    """What ``matrix`` finds for each of ``journeys`` by stage and segment, in the default language.

    Journeys without stages are left out, and those beyond ten thousand cells together. Four statements, whatever
    the number of journeys.
    """
    locale = catalogue.default_locale
    if locale is None:
        return []
    laid: list[tuple[Journey, list[tuple[Value, Value, Query]]]] = []
    left = MOST_CELLS
    for journey in journeys:
        query = Query(locale=locale, journey=journey)
        rows, columns = axes(("stage", "segment"), query, catalogue)
        places = [(row, column, put(query, (row, column))) for row, column in product(rows.values, columns.values)]
        if places and len(places) <= left:
            laid.append((journey, places))
            left -= len(places)
    if not laid:
        return []
    asked = [query for _, places in laid for *_, query in places]
    now = next(forecast(asked, at=at, until=at, catalogue=catalogue))  # what is about to change is not asked for
    tallies = iter(now.tallies)
    targets = all_targets()
    found = []
    for journey, places in laid:
        counts = [filled(next(tallies)) for _ in places]
        cells = zip(places, counts, strict=True)
        bounds = [(row, column, count, targets.of(asked)) for (row, column, asked), count in cells]
        own = [JourneyGap(row, col, b.minimum - n) for row, col, n, b in bounds if state_of(n, b) is State.GAP]
        found.append(JourneyCoverage(journey, locale, len(places), sum(counts), own))
    return found
