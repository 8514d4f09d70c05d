"""The map that random worlds are drawn on."""

import pytest

from tests.oracle.worlds import draw_map


@pytest.fixture
def map_(db):
    return draw_map()
