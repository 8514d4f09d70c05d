"""Coverage against delivery: in random worlds every count is what ``select`` answers, and a naive look."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalogue import current_catalogue
from content.coverage.cell import cell_contents
from content.coverage.count import SOON, Tally, tally
from content.coverage.forecast import forecast
from content.coverage.matrix import matrix
from content.delivery.match import best_match
from content.delivery.select import select
from content.models import Asset
from tests.oracle.histories import hold, random_worlds
from tests.oracle.worlds import DAY, instants, queries

pytestmark = pytest.mark.django_db


def naive(query, at, world, catalogue, due, soon):
    """The tally as somebody would count it who reads every answer: now, and at each instant of thirty days."""
    editions = select(query, at=at).page(100).results
    counts = dict.fromkeys(("own", "everyone", "locale_fallback", "crosswalk"), 0)
    for edition in editions:
        match = best_match(edition.placements, query, catalogue.atlas)
        near = query.segment is None or match.segment == "exact" or query.segment == "everyone"
        word = "own" if near else "everyone"
        word = "locale_fallback" if edition.fallback else word
        counts["crosswalk" if match.stage == "crosswalk" else word] += 1
    now = {one.asset_id for one in editions}
    edges = {edge for words in world.naive.editions for edge in (words.start, words.asked_until) if edge}
    later = [{words.asset for words in world.naive.select(query, edge)} for edge in edges if at < edge <= at + soon]
    return Tally(
        **counts,
        scheduled=len(set().union(*later) - now),
        expiring=len(now - now.intersection(*later)),
        review_overdue=len(now & {pk for pk, day in due.items() if day and day < at.date()}),
    )


def some_queries(data, map_, world):
    """Random questions, and some of them for every audience and in every language, as the cells of a matrix are."""
    questions = data.draw(st.lists(queries(map_, list(world.naive.uids.values())), min_size=1, max_size=8))
    questions += [replace(query, locale=locale) for query in questions[:2] for locale in map_.locales.values()]
    return questions + [
        replace(query, segment=segment)
        for query in questions[:2]
        if not query.segment_exact
        for segment in ["everyone", *map_.segments]
    ]


def check_cells(data, map_, world, answers):
    due = {
        asset.pk: data.draw(st.none() | st.sampled_from([date(2026, 2, 27), date(2026, 3, 2), date(2026, 3, 4)]))
        for asset in world.assets
    }
    for pk, day in due.items():
        Asset.objects.filter(pk=pk).update(review_date=day)
    catalogue = current_catalogue()
    questions = some_queries(data, map_, world)
    at = data.draw(instants())
    soon = data.draw(st.sampled_from([SOON, 2 * DAY, DAY / 4]))
    found = tally(questions, at=at, catalogue=catalogue, soon=soon)
    assert [one.total for one in found] == [select(query, at=at).count() for query in questions]
    assert found == [naive(query, at, world, catalogue, due, soon) for query in questions]
    there = [cell_contents(query, at=at, catalogue=catalogue, soon=soon) for query in questions]
    assert [one.tally for one in there] == found
    for query, contents in zip(questions, there, strict=True):
        answers = {edition.asset_id for edition in select(query, at=at).page(100).results}
        assert {counted.asset_id for counted in contents.assets} == answers


def check_forecast(data, map_, world, answers):
    catalogue = current_catalogue()
    questions = some_queries(data, map_, world)
    at = data.draw(instants())
    until = at + data.draw(st.sampled_from([SOON, 2 * DAY, DAY / 4]))
    moments = list(forecast(questions, at=at, until=until, catalogue=catalogue))
    for moment in moments:
        counted = tally(questions, at=moment.at, catalogue=catalogue)
        assert moment.tallies == [replace(one, scheduled=0, expiring=0, review_overdue=0) for one in counted]
    edges = {edge for words in world.naive.editions for edge in (words.start, words.asked_until) if edge}
    for edge in edges:
        if at < edge <= until:
            last = max((moment for moment in moments if moment.at <= edge), key=lambda moment: moment.at)
            assert [one.total for one in last.tallies] == [len(world.naive.select(q, edge)) for q in questions]


def check_matrix(data, map_, world, answers):
    catalogue = current_catalogue()
    query = data.draw(queries(map_, list(world.naive.uids.values())))
    query = replace(query, segment=None, segment_exact=False, channel=None, channel_exact=False)
    names = data.draw(st.permutations(["stage", "segment", "channel", "locale", "kind", "topic"]))[:3]
    at = data.draw(instants())
    split = data.draw(st.sampled_from([None, names[2]]))
    laid = matrix(query, at=at, catalogue=catalogue, rows=names[0], columns=names[1], split=split)
    assert len(laid.cells) == len({(c.row.slug, c.column.slug, c.split and c.split.slug) for c in laid.cells})
    for cell in laid.cells:
        assert cell.tally.total == len(world.naive.select(cell.query, at))


@random_worlds
@given(data=st.data())
def test_what_is_counted_is_what_readers_get(map_, data):
    hold(data, map_, check_cells, check_forecast, check_matrix)
