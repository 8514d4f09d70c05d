"""Select and next steps against the naive oracle, over random worlds, histories, questions and cursor walks."""

import os
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from content.catalogue import current_catalogue
from content.delivery.compose import ways_on
from content.delivery.match import best_match, context_stage
from content.delivery.select import select
from content.models import Edition
from content.showings.write import rebuild_all
from tests.oracle.worlds import World, drafts, draw_map, instants, queries, verbs

pytestmark = pytest.mark.django_db
WORLDS = int(os.environ.get("WAYMARK_WORLDS", "20"))
QUESTIONS = 12
# Without shrinking: a failing world is told as it was found, within seconds; WAYMARK_SHRINK=1 makes it small.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate] + ([Phase.shrink] if "WAYMARK_SHRINK" in os.environ else [])
random_worlds = settings(
    max_examples=WORLDS,
    deadline=None,
    phases=PHASES,
    suppress_health_check=list(HealthCheck),
    derandomize="CI" in os.environ,
)


def walk(selection, size):
    """All results by cursor, a page at a time."""
    found, after = [], None
    while True:
        page = selection.page(size, after)
        found += page.results
        after = page.after
        if after is None:
            return found


def named(editions):
    return [(one.asset_id, one.number) for one in editions]


@pytest.fixture
def map_(db):
    return draw_map()


def history(data, map_):
    """A world after a random history, with what was answered on the way."""
    world = World(map_, data.draw(st.lists(drafts(), min_size=4, max_size=6)))
    world.apply(("publish", set(range(len(world.assets))), None, None, None))
    answers = []
    for verb in data.draw(st.lists(verbs(), max_size=6)):
        world.apply(verb)
        query = data.draw(queries(map_, list(world.naive.uids.values())))
        answers.append((query, world.now, named(walk(select(query, at=world.now), 100))))
    return world, answers


@random_worlds
@given(data=st.data())
def test_select_answers_as_the_naive_oracle_does(map_, data):
    with transaction.atomic():
        world, _ = history(data, map_)
        for _ in range(QUESTIONS):
            query = data.draw(queries(map_, list(world.naive.uids.values())))
            at = data.draw(instants())
            expected = [(words.asset, words.number) for words in world.naive.select(query, at)]
            selection = select(query, at=at)
            assert named(walk(selection, data.draw(st.integers(1, 3)))) == expected
            assert selection.count() == len(expected)
        transaction.set_rollback(True)


@random_worlds
@given(data=st.data())
def test_a_place_in_the_order_is_found_and_read_back_from(map_, data):
    with transaction.atomic():
        world, _ = history(data, map_)
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
        transaction.set_rollback(True)


@random_worlds
@given(data=st.data())
def test_next_steps_are_those_of_the_naive_oracle(map_, data):
    with transaction.atomic():
        world, _ = history(data, map_)
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
        transaction.set_rollback(True)


@random_worlds
@given(data=st.data())
def test_windows_never_overlap_and_the_showings_follow_from_the_editions(map_, data):
    with transaction.atomic():
        _, answers = history(data, map_)
        for edition in Edition.objects.all():
            others = Edition.objects.filter(asset=edition.asset, locale=edition.locale).exclude(pk=edition.pk)
            for other in others:
                starts = max(edition.live_from, other.live_from)
                ends = [e.live_until for e in (edition, other) if e.live_until]
                assert ends and min(ends) <= starts
        assert sum(wrong for _, wrong in rebuild_all()) == 0
        for query, at, answer in answers:
            assert named(walk(select(query, at=at), 100)) == answer
        transaction.set_rollback(True)
