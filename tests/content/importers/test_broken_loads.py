"""A load that broke, or that something else came into: it is finished by running it again, and does no harm."""

from typing import Any

import pytest
from django.db import IntegrityError

from content.catalogue import current_catalogue
from content.importers import load, write
from content.importers.draft import fingerprint
from content.models import Asset, Edition, NextStep, Publication, Source, Translation
from journeys.models import Segment
from tests.content.importers.lines import Crash, line, step, words
from tests.factories import TermFactory, VocabularyFactory


@pytest.mark.parametrize("size", [1, 2, 200])
@pytest.mark.parametrize("crash_at", [1, 2, 3, 4])
def test_a_load_that_broke_is_finished_by_running_it_again(loading, monkeypatch, size, crash_at):
    monkeypatch.setattr(load, "BATCH", size)
    think = {"placements": [{"journey": "see-think-do-care", "stage": "think"}]}
    lines = [line("a", step("d"), **think), line("b"), "{", line("c", step("a"), **think), line("d")]
    places: list[str] = []

    def tell(outcome) -> None:
        places.append(outcome.where)
        if len(places) == crash_at:
            raise Crash

    with pytest.raises(Crash):
        loading(*lines, tell=tell)
    outcomes = loading(*lines)

    assert outcomes["line 3"].refused == ["Not JSON: unexpected end of data, column 2."]
    assert sorted(Edition.objects.values_list("slug", "number")) == [("a", 1), ("b", 1), ("c", 1), ("d", 1)]
    assert {word for where, word in words(loading(*lines)).items() if where != "line 3"} == {"unchanged"}
    assert Publication.objects.count() == len(set(Edition.objects.values_list("publication", flat=True)))


def test_a_load_that_broke_between_drafts_and_steps_is_finished_by_running_it_again(loading, monkeypatch):
    lines = [line("a", step("b")), line("b")]

    def crash(*args) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(load, "finish_drafts", crash)
        with pytest.raises(Crash):
            loading(*lines)
    loading(*lines)

    assert (NextStep.objects.count(), Edition.objects.count()) == (1, 2)


def test_a_language_that_left_a_broken_load_does_no_harm(loading, monkeypatch):
    both = [{"locale": code, "slug": "a", "title": code} for code in ("en", "nb")]

    def crash(*args) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(load, "finish_drafts", crash)
        with pytest.raises(Crash):
            loading(line("a", translations=both))
    outcomes = loading(line("a", translations=both[:1]))

    assert outcomes["line 1"].published == ["en"]


def test_what_an_editor_changed_after_a_broken_load_is_not_overwritten(loading, monkeypatch):
    def crash(*args) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(load, "finish_drafts", crash)
        with pytest.raises(Crash):
            loading(line("a"))
    draft = Translation.objects.get()
    draft.title = "The editor's"
    draft.save()
    outcomes = loading(line("a"))

    assert outcomes["line 1"].word == "refused"
    assert Translation.objects.get().title == "The editor's"


def rich(key: str, *steps: dict[str, Any], **words: Any) -> dict[str, Any]:
    """A line with all that a fingerprint is taken of."""
    both = {"slug": key, "body": '<p><a href="/blog-post/a">A</a></p>', "summary": "S", "next_steps": list(steps)}
    both |= {"seo": {"title": "T", "description": "D"}, "published_at": "2026-01-02T03:04:05.678Z", "image_alt": "I"}
    both |= {"teasers": {"see-think-do-care:think": "Now", "see-think-do-care:see": "Soon"}} | words
    places = [{"journey": "see-think-do-care", "stage": stage, "priority": 7} for stage in ("think", "see")]
    places[0] |= {"segments": ["families", "couples", "families"], "channels": ["website"]}
    return line(
        key,
        terms={"topic": ["travel", "food", "travel"]},
        fields={"reading_minutes": 4.0},
        placements=places,
        translations=[{"locale": code, "title": f"{key} {code}", **both} for code in ("en", "nb")],
    )


def as_noted_and_as_kept() -> list[tuple[str, str, str]]:
    """What each source says that its parts are, and what they are."""
    catalogue = current_catalogue()
    return [
        (noted["draft"], fingerprint(source.asset, part, catalogue), part)
        for source in Source.objects.all()
        for part, noted in source.hashes.items()
    ]


def test_fingerprints_made_while_writing_are_those_of_the_database(loading, monkeypatch):
    for slug in ("couples", "families"):
        Segment.objects.create(slug=slug, title=slug)
    topic = VocabularyFactory(slug="topic")
    for slug in ("travel", "food"):
        TermFactory(vocabulary=topic, slug=slug)
    lines = [rich("a", step("b"), step("/x", "url")), rich("b", step("/y", "url")), line("c", step("a"))]

    def crash(*args) -> None:
        raise Crash

    for more in ({}, {"summary": "Other"}):
        lines = [*lines[:2], rich("d", step("c"), **more), lines[2]]
        with monkeypatch.context() as patch:
            patch.setattr(load, "finish_drafts", crash)
            with pytest.raises(Crash):
                loading(*lines)
        drafts = as_noted_and_as_kept()
        loading(*lines)
        finished = as_noted_and_as_kept()
        assert [noted for noted, *_ in drafts + finished] == [stored for _, stored, _ in drafts + finished]


def test_a_line_that_the_database_refuses_is_refused_alone(loading, monkeypatch):
    put = write.put

    def picky(rows: Any, names: Any) -> None:
        rows = list(rows)
        if any(isinstance(row, Translation) and row.title == "C" for row in rows):
            raise IntegrityError("no C")
        put(rows, names)

    monkeypatch.setattr(write, "put", picky)

    outcomes = loading(*(line(key) for key in "abcde"))

    assert words(outcomes) == {f"line {n}": "refused" if n == 3 else "created" for n in range(1, 6)}
    assert outcomes["line 3"].refused == ["The database refuses it: no C"]
    assert [sorted(Source.objects.values_list("key", flat=True)), Asset.objects.count()] == [[*"abde"], 4]


def test_what_is_deleted_while_loading_is_left_out(loading, monkeypatch):
    monkeypatch.setattr(load, "BATCH", 2)
    think = {"placements": [{"journey": "see-think-do-care", "stage": "think"}]}
    outcomes = {}

    def tell(outcome) -> None:
        if not outcomes:  # the first batch is over: “c” is not finished yet, “b” waits for “d”
            Asset.objects.filter(source__key__in=["b", "c"]).delete()
        outcomes[outcome.where] = outcome

    loading(line("a"), line("b", step("d"), **think), line("c"), line("d"), tell=tell)

    assert outcomes["line 3"].refused == ["It was deleted while this was loading."]
    assert {where: outcome.published for where, outcome in sorted(outcomes.items())} == {
        **{"line 1": ["en"], "line 2": [], "line 3": [], "line 4": ["en"]},
    }
