"""Made-up assets as bulk lines: the same for the same number and seed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.benchmarks.world import SMALL, TOPICS, World

SEED = 7
BODY = 2048  # bytes
NEWEST = datetime(2026, 11, 1, 8, tzinfo=UTC)
TEXT = (
    "fire wood smoke bread salt evening garden neighbour table weather spring coal iron oven dough rain summer pan "
    "season kitchen family quiet patient first warm open plain lasting simple careful light turn wait carry share ask "
    "choose compare learn begin try mend keep give the a of and with for in on by from under over before after"
)
WORDS = TEXT.split()
# Fields that have a language stand in the texts; the others on the asset.
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "guide": ({"minutes": 45, "difficulty": "medium"}, {"you_need": ["A grill", "Dry birch", "An hour"]}),
    "blog-post": ({"reading_minutes": 4}, {"author": "Ingrid Dahl"}),
    "case-study": ({}, {"customer": "The Larsens", "challenge": "Afraid of the fire.", "result": "No longer."}),
    "testimonial": ({"rating": 5}, {"quote": "We eat outside all year now.", "person": "Kari"}),
    "faq": ({}, {"questions": [{"question": "Is it safe?", "answer": "With water at hand, yes."}]}),
    "product-demo": ({"duration_seconds": 90}, {"transcript_note": "The words are below."}),
}
INTENTS = ("learn_more", "compare", "read_reviews", "try", "get_help")


def write_lines(path: Path, count: int, seed: int = SEED, world: World = SMALL) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(line(number, count, seed, world)) + "\n")


def line(number: int, count: int, seed: int = SEED, world: World = SMALL) -> dict[str, Any]:
    """The asset of this number among so many."""
    dice = Random(f"{seed}/{number}")  # noqa: S311 - made up, and the same each time
    kind = dice.choice(list(KINDS))
    shared, _ = KINDS[kind]
    steps = _steps(dice, number, count)
    first, *others = world.locales
    locales = [first, *(other for place, other in enumerate(others) if number % 5 == place)]
    return {
        "key": key(number),
        "kind": kind,
        "fields": shared,
        "terms": {"topic": dice.sample(TOPICS, dice.randint(1, 2))},
        "placements": _placements(dice, world),
        "translations": [_translation(dice, number, kind, locale, steps) for locale in locales],
        "publish": _window(dice) if world.ending and number % 3 == 0 < number else {},
    }


def key(number: int) -> str:
    return f"made-up/{number:07d}"


def _placements(dice: Random, world: World) -> list[dict[str, Any]]:
    journeys = dice.sample(list(world.journeys), dice.randint(1, 2))
    return [
        {
            "journey": journey,
            "stage": dice.choice(world.journeys[journey]),
            "segments": [dice.choice(list(world.segments))] if dice.random() < 0.5 else [],
            "priority": dice.choice((50, 50, 50, 60, 80)),
        }
        for journey in journeys
    ]


def _window(dice: Random) -> dict[str, str]:
    """Now and without an end; of a hundred six begin and six end within sixty days. No steps lead to these."""
    name = dice.choices(["live_from", "live_until", ""], [6, 6, 88])[0]
    moment = datetime.now(UTC) + timedelta(minutes=dice.randint(60, 60 * 24 * 60))
    return {name: moment.isoformat()} if name else {}


def _steps(dice: Random, number: int, count: int) -> list[dict[str, Any]]:
    """A third lead on to one or two others; the rest, as the gates want them to, to a page outside."""
    if number % 3 or count < 3:
        return [{"intent": "contact", "label": "Talk to us", "target": {"url": "/contact"}}]
    others = dice.sample([(number + away) % count for away in (1, 2, count - 1)], dice.randint(1, 2))
    intents = dice.sample(INTENTS, len(others))
    return [
        {"intent": intent, "label": _words(dice, 3).capitalize(), "target": {"key": key(other)}}
        for intent, other in zip(intents, others, strict=True)
    ]


def _translation(dice: Random, number: int, kind: str, locale: str, steps: list[dict[str, Any]]) -> dict[str, Any]:
    title = _words(dice, 6).capitalize()
    published = NEWEST - timedelta(minutes=dice.randrange(2 * 365 * 24 * 60))
    return {
        "locale": locale,
        "slug": f"{title.lower().replace(' ', '-')}-{number}-{locale}",
        "title": title,
        "summary": f"{_words(dice, 24).capitalize()}.",
        "body": _body(dice),
        "fields": KINDS[kind][1],
        "seo": {"title": title, "description": f"{_words(dice, 18).capitalize()}."},
        "published_at": published.isoformat(),
        "next_steps": steps,
    }


def _body(dice: Random) -> str:
    parts: list[str] = []
    while sum(map(len, parts)) < BODY - 200:
        parts.append(f"<p>{_words(dice, 50).capitalize()}.</p>")
    parts.insert(2, f"<h2>{_words(dice, 4).capitalize()}</h2>")
    return "".join(parts)


def _words(dice: Random, count: int) -> str:
    return " ".join(dice.choices(WORDS, k=count))
