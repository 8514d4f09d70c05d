"""Per journey how much of it is covered, and where it has nothing to say yet; for many journeys at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from content.catalogue import Catalogue
from content.coverage.axes import MOST_CELLS, Value, axes, put
from content.coverage.forecast import forecast
from content.coverage.matrix import CellState, filled_count, state_of
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
    """One journey in one language: ``gaps`` in the order of its stages, of so many ``cells``."""

    journey: Journey
    locale: Locale
    cells: int
    filled: int
    gaps: list[JourneyGap]

    @property
    def score(self) -> float:
        return 1 - len(self.gaps) / self.cells


def journey_gaps(journeys: Sequence[Journey], *, at: datetime, catalogue: Catalogue) -> list[JourneyCoverage]:
    """Returns what ``matrix`` finds for each of ``journeys`` by stage and segment, in the default language.

    Journeys without stages are left out, and those beyond ten thousand cells together. Four statements, whatever
    the number of journeys.
    """
    locale = catalogue.default_locale
    if locale is None:
        return []
    cells_of: list[tuple[Journey, list[tuple[Value, Value, Query]]]] = []
    room = MOST_CELLS
    for journey in journeys:
        query = Query(locale=locale, journey=journey)
        rows, columns = axes(("stage", "segment"), query, catalogue)
        cells = [(row, column, put(query, (row, column))) for row, column in product(rows.values, columns.values)]
        if cells and len(cells) <= room:
            cells_of.append((journey, cells))
            room -= len(cells)
    if not cells_of:
        return []
    questions = [question for _, cells in cells_of for *_, question in cells]
    # Its first moment costs one statement less than ``tally``: what is about to change is not asked for.
    now = next(forecast(questions, at=at, until=at, catalogue=catalogue))
    tallies = iter(now.tallies)
    targets = all_targets()
    result = []
    for journey, cells in cells_of:
        counts = [filled_count(next(tallies)) for _ in cells]
        gaps = []
        for (row, column, question), count in zip(cells, counts, strict=True):
            bounds = targets.of(question)
            if state_of(count, bounds) is CellState.GAP:
                gaps.append(JourneyGap(row, column, bounds.minimum - count))
        result.append(JourneyCoverage(journey, locale, len(cells), sum(counts), gaps))
    return result
