"""The rows of the table: what is asked in each, found by asking the service itself."""

import json
import urllib.request
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.world import ABROAD, HOME, JOURNEYS, LOCALES, SEGMENTS

PAGE = 20
DEEP = 50  # pages that a deep list is walked before it is measured
DEEPEST = 10  # of them that are asked
WALKS = 8
API = "/api/v1/content/"
FLOOR, UNCACHED, CACHED = "floor", "response cache off", "response cache on"


@dataclass(frozen=True)
class Case:
    """One row. ``floor`` is the stored answer it is held against: ``list`` or ``slug``."""

    name: str
    server: str
    floor: str
    paths: list[str]
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    note: str = ""


class Asking:
    """A patient reader of one server."""

    def __init__(self, address: str) -> None:
        self.address = address

    def bytes(self, path: str) -> bytes:
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:
            return bytes(answer.read())

    def json(self, path: str) -> Any:
        return json.loads(self.bytes(path))

    def etag(self, path: str) -> str | None:
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:
            return answer.headers["ETag"]


def list_url(**parameters: str) -> str:
    return f"{API}?{urlencode(parameters)}"


def lists(journey: str, stages: tuple[str, ...], **more: str) -> list[str]:
    """A list for each stage, audience and language."""
    return [
        list_url(journey=journey, stage=stage, segment=segment, locale=locale, **more)
        for stage, segment, locale in product(stages, SEGMENTS, LOCALES)
    ]


def uncached_cases(asking: Asking) -> list[Case]:
    """What is computed anew for each request."""
    home = full(asking, lists(HOME, JOURNEYS[HOME]))
    [(journey, stages)] = ABROAD.items()
    items = some_assets(asking)
    deep, note = walked(asking, home)
    slugs = [f"{API}{item['kind']}/{item['slug']}/" for item in items]
    ids = [f"{API}{item['id']}/" for item in items]
    return [
        Case("list", UNCACHED, "list", home),
        Case("list with next steps", UNCACHED, "list", [f"{path}&include=next_steps" for path in home]),
        Case("list by crosswalk", UNCACHED, "list", full(asking, lists(journey, stages))),
        Case("deep list", UNCACHED, "list", deep, note=note),
        Case("one by slug", UNCACHED, "slug", [f"{path}?omit=next_steps" for path in slugs]),
        Case("one by slug with next steps", UNCACHED, "slug", slugs),
        Case("one by id with next steps", UNCACHED, "slug", ids),
        Case("next", UNCACHED, "slug", [f"{path}next/" for path in ids]),
    ]


def floor_cases(stored: Path) -> list[Case]:
    """What the floor sends: the files of this folder."""
    sizes = {name: (stored / name).stat().st_size for name in ("list", "slug")}
    return [Case(f"floor: {name}", FLOOR, name, [f"/{name}"], note=f"{of:,} bytes") for name, of in sizes.items()]


def cached_cases(asking: Asking, uncached: list[Case]) -> list[Case]:
    """One address each, again and again."""
    first = {case.name: case.paths[:1] for case in uncached}
    tag = asking.etag(first["list"][0])
    return [
        Case("cache hit: list", CACHED, "list", first["list"]),
        Case("cache hit: slug", CACHED, "slug", first["one by slug"]),
        Case("not modified: list", CACHED, "slug", first["list"], {"If-None-Match": tag}, 304)
        if tag
        else Case("not modified: list", CACHED, "slug", [], note="answers carry no ETag"),
    ]


def full(asking: Asking, paths: list[str]) -> list[str]:
    """Those that fill their page, so that all are the same work; all if there are too few assets for that."""
    return [path for path in paths if len(asking.json(f"{path}&fields=id")["results"]) == PAGE] or paths


def some_assets(asking: Asking) -> list[dict[str, str]]:
    """Some hundreds of assets from all over, in either language."""
    by_id: dict[str, dict[str, str]] = {}
    for stage, locale in product(JOURNEYS[HOME], LOCALES):
        page = list_url(stage=stage, locale=locale, page_size="100", fields="id,kind,slug")
        by_id |= {item["id"]: item for item in asking.json(page)["results"]}
    return list(by_id.values())


def walked(asking: Asking, paths: list[str]) -> tuple[list[str], str]:
    """The deepest full pages of some lists, by their cursors, and how deep they are."""
    deep: dict[str, int] = {}
    for start in paths[:: max(1, len(paths) // WALKS)][:WALKS]:
        pages = [start]
        while len(pages) < DEEP and (more := asking.json(pages[-1])["next"]):
            pages.append(more)
        whole = pages if len(pages) == DEEP else pages[:-1]
        deep |= {path: number for number, path in enumerate(whole, start=1) if 1 < number > len(whole) - DEEPEST}
    deep = deep or {paths[0]: 1}  # too few assets for a second page
    return list(deep), f"pages {min(deep.values())} to {max(deep.values())}"
