"""Whatever a public answer says differently after a change, the change named one of the keys it was kept under."""

import json
import random
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from content.events.elapsed import announce_elapsed
from content.events.purge import LogPurge
from content.models import Edition, Event, Pin, Translation
from content.publishing.publish import publish
from journeys.models import Stage
from tests.drafts import draft, place, stage
from tests.factories import KindFactory, TouchpointFactory
from tests.history import act

HOUR = timedelta(hours=1)
STAGES = ("see", "think", "do", "care")
CHANGES = 25


def addresses(assets, spot):
    """Public addresses of every sort, in two languages."""
    paths = [f"/touchpoints/{spot.slug}/?", f"/touchpoints/{spot.slug}/?include=next_steps&"]
    for name in STAGES:
        paths += [f"/content/?stage={name}&", f"/content/?stage={name}&crosswalk=off&count=true&"]
        paths += [f"/content/?stage={name}&segment=families&include=next_steps&page_size=2&"]
    paths += ["/content/?", "/content/?include=next_steps&", "/content/?ordering=title&", "/content/?phase=think&"]
    paths += ["/content/?facets=stage,locale&", "/content/?kind=guide&stage__none=do&", "/journeys/?", "/segments/?"]
    for asset in assets:
        paths += [f"/content/{asset.public_id}/?", f"/content/{asset.public_id}/?omit=next_steps&"]
        paths += [f"/content/{asset.public_id}/next/?segment=everyone&"]
        paths += [f"/content/guide/{slug}/?" for slug in asset.translations.values_list("slug", flat=True)]
    return [f"/api/v1{path}locale={code}" for path in dict.fromkeys(paths) for code in ("en", "nb")]


def cacheable(api, url):
    """What a cache would hold: the body but for the name of the state, and its keys; nothing of a refusal."""
    answer = api.get(url)
    if answer.status_code != 200:
        assert answer["Cache-Control"] == "no-store"
        return None
    body = {name: value for name, value in json.loads(answer.content).items() if name != "snapshot"}
    return body, set(answer["Surrogate-Key"].split())


def write(chance, assets, spot):
    """Changes drafts, the map or the pins in some way."""
    asset = chance.choice(assets)
    what = chance.choice(["places", "slug", "body", "step", "pin", "map"])
    if what == "places":
        asset.placements.all().delete()
        for name in chance.sample(STAGES, chance.randint(1, 2)):
            place(asset, name, segments=chance.choice([(), ("families",)]), priority=chance.choice([20, 50, 80]))
    elif what == "slug":
        Translation.objects.filter(asset=asset).update(slug=f"slug-{chance.randint(1, 10**6)}")
    elif what == "body":
        other = chance.choice(assets).public_id
        Translation.objects.filter(asset=asset).update(body=f'<p>See <a href="asset:{other}">more</a></p>')
    elif what == "step":
        for text in asset.translations.all():
            text.next_steps.update(target_asset=chance.choice(assets), target_url="")
    elif what == "pin" and not Pin.objects.filter(touchpoint=spot, asset=asset).exists():
        Pin.objects.create(touchpoint=spot, asset=asset, position=chance.randint(1, 9))
    elif what == "map" and chance.random() < 0.2:
        Stage.objects.filter(slug="see").update(title=f"See {chance.random()}")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_every_answer_that_changed_was_named(api, locales, journey, segments, at, seed):
    chance = random.Random(seed)  # noqa: S311
    KindFactory(slug="guide")
    spot = TouchpointFactory(journey=journey, stage=stage("see"))
    assets = [draft("see", locales=chance.choice([("en",), ("en", "nb"), ("da",)])) for _ in range(6)]
    hidden = draft("care").public_id  # a text always links to something that readers are not shown
    leading = draft("see", body=f'<p>See <a href="asset:{hidden}">more</a></p>')
    publish([*assets, leading], at=at)
    seen, now, before = Counter(), at, {}
    with time_machine.travel(at, tick=False) as clock:
        announce_elapsed(now=now)
        for _ in range(CHANGES):
            Event.objects.all().delete()
            now += chance.choice([HOUR / 2, HOUR, 2 * HOUR])
            clock.move_to(now)
            write(chance, assets, spot)
            try:
                act(chance, assets, now)
            except ValidationError:
                seen["refused"] += 1
            announce_elapsed(now=now)
            keys = {key for event in Event.objects.all() for key in event.keys}
            after = {url: cacheable(api, url) for url in addresses(assets, spot)}
            named = {key for held in after.values() if held for key in held[1]}
            live = Edition.objects.live(now).select_related("asset")
            assert {key for key in named if key.startswith("a:")} <= {f"a:{one.asset.public_id}" for one in live}
            seen["hidden"] += any(key.startswith("h:") for key in named)
            for url in before.keys() & after.keys():
                held, fresh = before[url], after[url]
                if held and (fresh is None or held[0] != fresh[0]):
                    assert held[1] & keys, f"{url} changed unnamed: {held[1]} none of {keys}"
                    seen["changed"] += 1
                elif held:
                    seen["spared" if not held[1] & keys else "named in vain"] += 1
            before = after
    assert seen["changed"] > CHANGES
    assert seen["spared"] > CHANGES
    assert seen["hidden"] > 0


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["a:1", "map"], "purge 2 keys: a:1 map"),
        ([f"a:{number:032x}" for number in range(90)], f"purge 90 keys: {' '.join(f'a:{n:032x}' for n in range(5))} …"),
        (["s:" + "x" * 500], f"purge 1 keys: s:{'x' * 78}"),
    ],
)
def test_the_log_is_told_in_one_short_line(caplog, keys, line):
    with caplog.at_level("INFO", logger="content.events.purge"):
        LogPurge().purge(keys)
    assert caplog.messages == [line]


def test_a_target_that_is_not_shown_has_no_name_of_its_own_and_is_purged_when_it_appears(
    api, locales, journey, segments, kind, at, settings
):
    secret = draft("see", title="Merger")
    leading = draft(
        "see",
        steps=(("learn_more", "/more"), ("learn_more", secret)),
        body=f'<p><a href="asset:{secret.public_id}">more</a></p>',
    )
    url = f"/api/v1/content/{leading.public_id}/?omit=next_steps"
    with time_machine.travel(at, tick=False):
        publish(leading, at=at)
        hidden = cacheable(api, url)
        [opaque] = [key for key in hidden[1] if key.startswith("h:")]
        every = {url: api.get(url) for url in addresses([leading], TouchpointFactory(journey=stage("see").journey))}
        assert not any(secret.public_id in f"{answer.headers}{answer.content}" for answer in every.values())
        Event.objects.all().delete()
        old, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 8
        settings.SECRET_KEY_FALLBACKS = [old]  # caches hold what the key before named
        publish(secret, at=at + HOUR / 60)
    with time_machine.travel(at + HOUR, tick=False):
        keys = {key for event in Event.objects.all() for key in event.keys}
        entry = cacheable(api, url)
        assert opaque in keys
        assert f"a:{secret.public_id}" in keys & entry[1]
        assert not any(key.startswith("h:") for key in entry[1])
