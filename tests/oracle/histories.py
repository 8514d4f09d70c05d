"""Random worlds after random histories: how many there are, and how each is held to what is promised of all."""

import os

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from content.delivery.select import select
from tests.oracle.worlds import World, drafts, queries, verbs

WORLDS = int(os.environ.get("WAYMARK_WORLDS", "20"))
QUESTIONS = 12  # asked of a world by a check that is quick
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


def history(data, map_):
    """A world after a random history, and what was answered on the way: (question, instant, answer) each."""
    world = World(map_, data.draw(st.lists(drafts(), min_size=4, max_size=6)))
    world.apply(("publish", set(range(len(world.assets))), None, None, None))
    answers = []
    for verb in data.draw(st.lists(verbs(), max_size=6)):
        world.apply(verb)
        query = data.draw(queries(map_, list(world.naive.uids.values())))
        answers.append((query, world.now, named(walk(select(query, at=world.now), 100))))
    return world, answers


def hold(data, map_, *checks):
    """One random world, looked at by each of the checks; what a check writes is taken back before the next."""
    with transaction.atomic():
        world, answers = history(data, map_)
        for check in checks:
            with transaction.atomic():
                check(data, map_, world, answers)
                transaction.set_rollback(True)
        transaction.set_rollback(True)
