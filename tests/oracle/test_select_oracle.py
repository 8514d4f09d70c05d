"""Select and next steps against the naive oracle, over random worlds, histories, questions and cursor walks."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalogue import current_catalogue
from content.delivery.compose import ways_on
from content.delivery.match import best_match, context_stage
from content.delivery.select import select
from content.models import Edition
from content.showings.write import rebuild_all
from tests.oracle.histories import QUESTIONS, hold, named, random_worlds, walk
from tests.oracle.worlds import instants, queries

pytestmark = pytest.mark.django_db


def check_select(data, map_, world, answers):
    for _ in range(QUESTIONS):
        query = data.draw(queries(map_, list(world.naive.uids.values())))
        at = data.draw(instants())
        expected = [(words.asset, words.number) for words in world.naive.select(query, at)]
        selection = select(query, at=at)
        assert named(walk(selection, data.draw(st.integers(1, 3)))) == expected
        assert selection.count() == len(expected)


def check_places_in_the_order(data, map_, world, answers):
    for _ in range(QUESTIONS):
        query = data.draw(queries(map_, list(world.naive.uids.values())))
        at, size = data.draw(instants()), data.draw(st.integers(1, 3))
        selection = select(replace(query, ordering="relevance"), at=at)
        order = walk(selection, 100)
        for place, edition in enumerate(order):
            assert selection.find(edition.public_id) == edition
            assert selection.count_before(edition.position) == place
            assert selection.before(edition.position, size) == order[max(0, place - size) : place]
        absent = set(world.naive.uids.values()) - {one.public_id for one in order}
        assert [selection.find(uid) for uid in absent] == [None] * len(absent)


def check_next_steps(data, map_, world, answers):
    catalogue = current_catalogue()
    for _ in range(QUESTIONS // 3):
        query = data.draw(queries(map_, list(world.naive.uids.values())))
        at = data.draw(instants())
        editions = select(query, at=at).page(100).results
        for edition, ways in zip(editions, ways_on(editions, query, catalogue, at=at), strict=True):
            [words] = [
                w
                for w in world.naive.editions
                if (w.asset, w.number) == (edition.asset_id, edition.number)
                and map_.locales[w.locale].pk == edition.locale_id
            ]
            match = best_match(edition.placements, query, catalogue.atlas)
            stage = context_stage(edition.placements, query, match, catalogue.atlas)
            steps = [
                (s.source, s.asset.asset_id if s.asset else s.url, s.to_stage.pk if s.to_stage else None)
                for s in ways.steps
            ]
            expected = world.naive.next_steps(words, stage.pk if stage else None, query, at)
            assert (steps, ways.dead_end) == expected


def check_windows_and_showings(data, map_, world, answers):
    for edition in Edition.objects.all():
        others = Edition.objects.filter(asset=edition.asset, locale=edition.locale).exclude(pk=edition.pk)
        for other in others:
            starts = max(edition.live_from, other.live_from)
            ends = [e.live_until for e in (edition, other) if e.live_until]
            assert ends and min(ends) <= starts
    assert sum(wrong for _, wrong in rebuild_all()) == 0
    for query, at, answer in answers:
        assert named(walk(select(query, at=at), 100)) == answer


@random_worlds
@given(data=st.data())
def test_readers_get_what_the_naive_oracle_says(map_, data):
    hold(data, map_, check_select, check_places_in_the_order, check_next_steps, check_windows_and_showings)
