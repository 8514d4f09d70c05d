"""The keys of events are never too few: whatever readers are answered differently, its key was told."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from content.delivery.select import select
from content.delivery.surrogate_keys import of_all, of_asset, of_stage
from content.events.elapsed import announce_elapsed
from content.models import Event, Translation
from content.publishing.publish import publish
from content.query import Query
from journeys.models import Stage
from tests.drafts import draft, place
from tests.history import act

HOUR = timedelta(hours=1)
STAGES = ("see", "think", "do", "care")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def answers(locales, at):
    """What readers of each language are answered at ``at``: by key, the editions there and when they end."""
    stages = list(Stage.objects.select_related("journey"))
    found = {}
    for locale in locales.values():
        for key, at_stages in [(of_all(locale), ()), *((of_stage(stage, locale), (stage,)) for stage in stages)]:
            page = select(Query(locale=locale, stages=at_stages, crosswalk=False), at=at).page(100)
            found[key] = {
                (edition.public_id, edition.locale_id, edition.number, edition.slug): edition.live_until
                for edition in page.results
            }
    return found


def changed(before, after, *, ends):
    """The keys under which answers differ; without ``ends``, in more than when something ends."""
    keys = set()
    for key in before:
        differing = (
            before[key].items() ^ after[key].items()
            if ends
            else {(edition, None) for edition in before[key].keys() ^ after[key].keys()}
        )
        keys |= {key, *(of_asset(edition[0]) for edition, _ in differing)} if differing else set()
    return keys


def do_something(chance, assets, at):
    if chance.random() < 0.5:
        asset = chance.choice(assets)
        asset.placements.all().delete()
        for name in chance.sample(STAGES, chance.randint(1, 2)):
            place(asset, name)
        Translation.objects.filter(asset=asset).update(slug=f"slug-{chance.randint(1, 10**6)}")
    act(chance, assets, at)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_answered_differently_was_told(locales, at, seed):
    chance = random.Random(seed)  # noqa: S311
    assets = [draft("see", locales=chance.choice([("en",), ("en", "nb"), ("da", "nb"), ("da",)])) for _ in range(4)]
    publish(assets, at=at)
    announce_elapsed(now=at)
    now, before = at, answers(locales, at)
    for _ in range(25):
        now += chance.choice([HOUR / 2, HOUR, 2 * HOUR])
        Event.objects.all().delete()
        try:
            if chance.random() < 0.3:
                announce_elapsed(now=now)
            else:
                do_something(chance, assets, now)
        except ValidationError:
            announce_elapsed(now=now)
        after = answers(locales, now)
        events = list(Event.objects.all())
        assert changed(before, after, ends=True) <= {key for event in events for key in event.keys}
        assert changed(before, after, ends=False) <= {key for e in events for key in e.data.get("keys", [])}
        before = after
