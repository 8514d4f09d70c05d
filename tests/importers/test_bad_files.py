"""What is wrong with one file stays with it: it is told with field and line, and stops no other."""

import json

import pytest
from django.core.management import call_command

from content.importers import finish, text
from content.importers.front_matter import part
from content.models import Edition, NextStep, Translation
from tests.importers.conftest import MAPPING, reasons, told
from tests.importers.test_folder_import import post, step
from tests.importers.test_load_content import line

TEXTS = [
    *("True North", "true-crime", "true-crime-detectives", "false friends", "No one", "yes-man", "on-call", "off-road"),
    *("null-safety", "1e3x", "2024-01-01-foo", "TRUE-ish", "Falsehood", "truely", "tRUE", "n", "y", "Null hypothesis"),
    *(".infinity", "1:30 pm", "0x", "<<<", "=x", "12 monkeys", "1.2.3", "~foo"),
]


@pytest.mark.parametrize("words", TEXTS)
def test_an_unquoted_text_that_begins_like_something_else_stays_a_text(words):
    assert part(f"---\ntitle: {words}\nafter: 1\n---\n", []) == ({"title": words, "after": 1}, "")


@pytest.mark.parametrize(("words", "value"), [("true", True), ("False", False), ("no", "no"), ("~", None), ("12", 12)])
def test_what_is_something_else_as_a_whole_is_that(words, value):
    assert part(f"---\ntitle: {words}\n---\n", [])[0] == {"title": value}


@pytest.mark.parametrize(
    "title",
    ["True North", "true-crime", "=", "2024-13-45", "!!python/object:x y", "!!int x", "!!bool maybe", "9" * 5000],
)
def test_no_title_ends_an_import(importing, title):
    report = importing({"a.md": f"---\ntitle: {title}\n---\nText", "b.md": post("B")}, publish=True)

    assert told(report)["b.md"] == "created"
    assert all("line" in words or "title" in words for words in reasons(report).get("a.md", ["line"]))


def test_what_nobody_foresaw_is_told_of_its_file_and_field(importing, monkeypatch):
    real = text.bare

    def broken(markup):
        return {}[markup] if markup == "A" else real(markup)

    monkeypatch.setattr(text, "bare", broken)
    report = importing({"a.md": post("A"), "b.md": post("B")}, publish=True)

    assert told(report) == {"a.md": "refused", "b.md": "created"}
    assert reasons(report) == {"a.md": ["It cannot be read (KeyError: 'A')."]}


@pytest.mark.parametrize("place", [(finish, "_compose_steps"), (finish, "print_of_text")], ids=["steps", "prints"])
def test_what_nobody_foresaw_while_writing_is_told_of_its_line(loading, monkeypatch, place):
    real = getattr(*place)

    def broken(one, *rest):
        if getattr(one, "title", None) == "b" or getattr(getattr(one, "translation", None), "title", None) == "b":
            raise TypeError("odd")
        return real(one, *rest)

    monkeypatch.setattr(*place, broken)
    lines = [line(key) for key in "abc"]
    for one in lines:
        one["translations"][0]["title"] = one["key"]
    outcomes = loading(*lines)

    assert outcomes["line 2"].refused == ["It cannot be read (TypeError: odd)."]
    assert sorted(edition.title for edition in Edition.objects.all()) == ["a", "c"]


def test_steps_to_what_was_refused_are_left_out_and_the_cause_is_told_once(importing, tmp_path, capsys):
    files = {f"{name}.md": post(name, next_steps=[step("hub"), step("z")]) for name in "abc"}
    importing({**files, "hub.md": "---\ntitle: [\n---\n", "z.md": post("Z", next_steps=[step("a")])})
    capsys.readouterr()

    folder, report = tmp_path / "files", tmp_path / "report.json"
    call_command("import_content", folder, "--mapping", str(tmp_path / "mapping.toml"), "--report", str(report))

    told_lines = capsys.readouterr().out.splitlines()
    [cause] = json.loads(report.read_text("utf-8"))["causes"]
    assert (cause["key"], cause["files"]) == ("hub", 3)
    assert [words for words in told_lines if "hub" in words] == [
        f"refused   hub.md: {cause['why']}",
        f"3 files lead to “hub”, which was refused; the steps were left out: {cause['why']}",
    ]
    assert NextStep.objects.filter(target_asset__source__key="z").count() == 3


def test_a_line_that_was_refused_refuses_no_other_that_leads_to_it(loading):
    leading = line("a")
    leading["translations"][0]["next_steps"] = [{"intent": "learn_more", "label": "On", "target": {"key": "b"}}]
    outcomes = loading(leading, {**line("b"), "kind": 5})

    assert (outcomes["line 1"].word, outcomes["line 1"].left_out) == ("created", ["b"])
    assert NextStep.objects.count() == 0


def test_a_step_of_a_rule_to_the_file_itself_is_dropped_with_a_note(importing):
    mapping = MAPPING.replace(
        'next_steps = "{front.next_steps}"', 'next_steps = [{intent = "learn_more", label = "Start", to = "home"}]'
    )
    report = importing({"home.md": post("Home"), "a.md": post("A")}, mapping)

    assert told(report) == {"a.md": "created", "home.md": "created"}
    assert report.files[1]["warnings"] == ["left out the step “Start”, which leads to this very file"]
    assert NextStep.objects.get().translation.title == "A"


def test_a_list_where_a_text_is_wanted_is_refused_with_what_to_say(importing):
    files = {
        "a.md": post("A", author=["kira-tebbe", "bo"]),
        "b.md": post(["B", "C"]),
        "c.md": post("C", summary={"x": 1}),
    }
    report = importing(files)

    ways = "a list stands where a text is wanted; say in the mapping"
    assert reasons(report) == {
        "a.md": [f'fields.author (line 2): {ways} join = {{"fields.author" = ", "}} or first = ["fields.author"].'],
        "b.md": [f'title (line 2): {ways} join = {{"title" = ", "}} or first = ["title"].'],
        "c.md": ["summary: an object stands where a text is wanted; name one of its values in the mapping."],
    }


def test_a_mapping_joins_a_list_or_takes_its_first(importing):
    mapping = (
        'join = {"fields.author" = " and ", "front.by" = "/"}\nfirst = ["title", "front.one"]\n'
        + MAPPING.replace('summary = "{front.summary}"', 'summary = "By {front.by}, {front.one}"')
    )
    report = importing({"a.md": post(["A", "B"], author=["Kira", "Bo"], by=["x", 7], one=["", "y"])}, mapping)

    assert told(report) == {"a.md": "created"}
    written = Translation.objects.get()
    assert (written.title, written.summary, written.fields) == ("A", "By x/7, y", {"author": "Kira and Bo"})


def test_what_has_expired_is_a_draft_and_counted_apart(importing, loading):
    mapping = MAPPING + 'live_until = "{front.until}"\n'
    files = {"a.md": post("A", until="2024-05-01"), "b.md": post("B", until="2999-05-01"), "c.md": post("C")}
    report = importing(files, mapping, publish=True)
    again = importing({}, mapping, publish=True)
    lines = loading({**line("x"), "publish": {"live_until": "2024-05-01T12:00:00Z"}})

    assert report.totals == {"created": 3, "published": 2, "held": 0, "expired": 1, "kept as drafts": 0}
    assert report.files[0]["expired"] == again.files[0]["expired"] == "expired on 2024-05-01, kept as a draft"
    assert lines["line 1"].expired == {"en": "expired on 2024-05-01, kept as a draft"}


def test_a_slug_that_only_something_held_would_have_had_is_free(importing):
    mapping = MAPPING.replace('slug = "{path.name}"', 'slug = "fair"') + 'no_stage_reason = "{front.none}"\n'
    mapping = mapping.replace('stages = ["see-think-do-care:see"]', 'stages = "{front.stages}"')
    report = importing({"a.md": post("Fair"), "b.md": post("Fair", none="Event")}, mapping, publish=True)

    assert [file["published"] for file in report.files] == [False, True]
    assert [reason.partition(":")[0] for reason in report.files[0]["held"]] == ["stage_missing"]


def test_a_slug_that_is_taken_is_told_with_whose_it_is(importing):
    mapping = MAPPING.replace('slug = "{path.name}"', 'slug = "fair"')
    report = importing({"2023.md": post("Fair"), "2024.md": post("Fair")}, mapping, publish=True)

    [held] = report.files[1]["held"]
    assert held.startswith("slug_taken: ") and held.endswith("It is the slug of 2023.")
