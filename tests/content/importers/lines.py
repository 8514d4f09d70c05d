"""Short ways to write a bulk line."""

from typing import Any


class Crash(Exception):
    """The machine goes down."""


def line(key: str, *steps: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "blog-post",
        "placements": [{"journey": "see-think-do-care", "stage": "see"}],
        "translations": [{"locale": "en", "slug": key, "title": key.upper(), "next_steps": list(steps)}],
        "publish": {"live_from": None, "live_until": None},
        **changes,
    }


def text(**changes: Any) -> dict[str, Any]:
    return {"translations": [{"locale": "en", "slug": "x", "title": "X", **changes}]}


def step(target: str, name: str = "key") -> dict[str, Any]:
    return {"intent": "learn_more", "label": "On", "target": {name: target}}


def words(outcomes) -> dict[str, str]:
    return {where: outcome.word for where, outcome in outcomes.items()}
