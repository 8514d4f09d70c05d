"""A matrix laid over the map, and its cells."""

import pytest

from content.catalogue import current_catalogue
from content.coverage.matrix import matrix
from content.query import Query


@pytest.fixture
def laid(locales):
    """The matrix in English unless another locale is named, in the words of the default journey."""

    def lay(at, *, locale="en", asking=None, **options):
        catalogue = current_catalogue()
        journey = catalogue.atlas.default_journey
        query = Query(locale=locales[locale], journey=journey, **(asking or {}))
        return matrix(query, at=at, catalogue=catalogue, **options)

    return lay


def totals(cells, column="everyone"):
    return {cell.row.slug: cell.tally.total for cell in cells if cell.column.slug == column}


def cell(cells, row, column):
    [found] = [one for one in cells.cells if (one.row.slug, one.column.slug) == (row, column)]
    return found
