"""What the import tests share: the presets, and a short way to import a few small files."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from content.importers.folder.mapping import read_mapping
from content.importers.folder.run import ImportReport, import_folder
from content.importers.load import Load
from content.importers.outcome import LineOutcome
from content.importers.shape import read_lines
from content.models import Edition, Locale, Translation
from content.presets.load import load_kinds
from journeys.presets.load import load_journeys
from tests.starting_rows import begin_with

MAPPING = """
paths = ['(?P<name>.+)[.](?P<locale>[a-zA-Z_-]+)[.](?:md|mdx|html)', '(?P<name>.+)[.](?:md|mdx|html)']
[set]
kind = "blog-post"
group = "{path.name}"
slug = "{path.name}"
locale = "{path.locale}"
title = "{front.title|heading}"
summary = "{front.summary}"
status = "{front.published}"
stages = ["see-think-do-care:see"]
next_steps = "{front.next_steps}"
"fields.author" = "{front.author}"
"""


@pytest.fixture
def presets(db):
    """One journey and the kinds as they ship, and two languages: ``en``, the default, and ``nb``."""
    begin_with("see-think-do-care", lambda: load_journeys(["see-think-do-care"]))
    begin_with("kinds", load_kinds)
    english = Locale.objects.create(code="en", title="English", is_default=True)
    Locale.objects.create(code="nb", title="Norsk bokmål", fallback=english)


@pytest.fixture
def importing(presets, tmp_path: Path, at: datetime) -> Callable[..., ImportReport]:
    """Writes files into a folder and imports all that is in it."""
    root = tmp_path / "files"
    root.mkdir()

    def run(files: dict[str, str | bytes], mapping: str = MAPPING, **options: Any) -> ImportReport:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        (tmp_path / "mapping.toml").write_text(mapping, "utf-8")
        return import_folder(root, read_mapping(tmp_path / "mapping.toml"), now=at, **options)

    return run


@pytest.fixture
def loading(presets, tmp_path: Path) -> Callable[..., list[LineOutcome]]:
    """Loads bulk lines, each given as data or as raw text: what became of each, by its place."""
    path = tmp_path / "lines.jsonl"

    def run(*lines: dict[str, Any] | str, **options: Any) -> dict[str, LineOutcome]:
        raw = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("\n".join(raw) + "\n", "utf-8")
        outcomes: dict[str, LineOutcome] = {}
        Load(lambda: read_lines(path), **{"tell": lambda o: outcomes.update({o.where: o}), **options}).run()
        return outcomes

    return run


def outcomes_of(report: ImportReport) -> dict[str, str]:
    """What became of each file, in a word."""
    return {file["file"]: file["outcome"] for file in report.files}


def reasons(report: ImportReport) -> dict[str, list[str]]:
    """Why the refused files were refused."""
    return {file["file"]: file["reasons"] for file in report.files if file["outcome"] == "refused"}


def live(key: str, locale: str = "en") -> list[tuple[int, str]]:
    """The number and title of each edition, oldest first."""
    editions = Edition.objects.filter(asset__source__key=key, locale__code=locale).order_by("number")
    return [(edition.number, edition.title) for edition in editions]


def words(key: str, locale: str = "en") -> Translation:
    return Translation.objects.get(asset__source__key=key, locale__code=locale)


def post(title: str, body: str = "Text", **front: Any) -> str:
    return f"---\n{json.dumps({'title': title, **front})}\n---\n{body}\n"


def step(to: str, label: str = "On") -> dict[str, str]:
    return {"intent": "learn_more", "label": label, "to": to}
