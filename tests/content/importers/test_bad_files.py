"""What is wrong with one file stays with it: it is told with field and line, and stops no other."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from django.core.management import call_command

from content.importers import finish, shape
from content.importers.folder import text
from content.importers.folder.front_matter import split_front_matter
from content.importers.line_words import WRITE
from content.models import Edition, FormerAddress, NextStep, Translation
from tests.content.importers.conftest import MAPPING, outcomes_of, post, reasons, step
from tests.content.importers.lines import line

TEXTS = [
    *("True North", "true-crime", "true-crime-detectives", "false friends", "No one", "yes-man", "on-call", "off-road"),
    *("null-safety", "1e3x", "2024-01-01-foo", "TRUE-ish", "Falsehood", "truely", "tRUE", "n", "y", "Null hypothesis"),
    *(".infinity", "1:30 pm", "0x", "<<<", "=x", "12 monkeys", "1.2.3", "~foo"),
]


@pytest.mark.parametrize("words", TEXTS)
def test_an_unquoted_text_that_begins_like_something_else_stays_a_text(words):
    assert split_front_matter(f"---\ntitle: {words}\nafter: 1\n---\n", []) == ({"title": words, "after": 1}, "")


@pytest.mark.parametrize(("words", "value"), [("true", True), ("False", False), ("no", "no"), ("~", None), ("12", 12)])
def test_what_is_something_else_as_a_whole_is_that(words, value):
    assert split_front_matter(f"---\ntitle: {words}\n---\n", [])[0] == {"title": value}


@pytest.mark.parametrize(
    "title",
    ["True North", "true-crime", "=", "2024-13-45", "!!python/object:x y", "!!int x", "!!bool maybe", "9" * 5000],
)
def test_no_title_ends_an_import(importing, title):
    report = importing({"a.md": f"---\ntitle: {title}\n---\nText", "b.md": post("B")}, publish=True)

    assert outcomes_of(report)["b.md"] == "created"
    assert all("line" in words or "title" in words for words in reasons(report).get("a.md", ["line"]))


def test_what_nobody_foresaw_is_told_of_its_file_and_field(importing, monkeypatch):
    real = text.bare

    def broken(markup):
        return {}[markup] if markup == "A" else real(markup)

    monkeypatch.setattr(text, "bare", broken)
    report = importing({"a.md": post("A"), "b.md": post("B")}, publish=True)

    assert outcomes_of(report) == {"a.md": "refused", "b.md": "created"}
    assert reasons(report) == {"a.md": ["It cannot be read (KeyError: 'A')."]}


@pytest.mark.parametrize("place", [(finish, "_compose_steps"), (finish, "print_of_text")], ids=["steps", "prints"])
def test_what_nobody_foresaw_while_writing_is_told_of_its_line(loading, monkeypatch, place):
    real = getattr(*place)

    def broken(item, *rest):
        if getattr(item, "title", None) == "b" or getattr(getattr(item, "translation", None), "title", None) == "b":
            raise TypeError("odd")
        return real(item, *rest)

    monkeypatch.setattr(*place, broken)
    lines = [line(key) for key in "abc"]
    for item in lines:
        item["translations"][0]["title"] = item["key"]
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

    assert outcomes_of(report) == {"a.md": "created", "home.md": "created"}
    assert report.files[1]["warnings"] == ["left out the step “Start”, which leads to this file itself"]
    assert NextStep.objects.get().translation.title == "A"


def test_a_list_where_a_text_is_wanted_is_refused_with_what_to_say(importing):
    files = {
        "a.md": post("A", author=["kira-tebbe", "bo"]),
        "b.md": post(["B", "C"]),
        "c.md": post("C", summary={"x": 1}),
    }
    report = importing(files)

    ways = "this is a list, and a text is needed; write"
    assert reasons(report) == {
        "a.md": [f'fields.author (line 2): {ways} join = {{"fields.author" = ", "}} or first = ["fields.author"].'],
        "b.md": [f'title (line 2): {ways} join = {{"title" = ", "}} or first = ["title"].'],
        "c.md": ["summary: this is an object, and a text is needed; name one of its values in the mapping."],
    }


def test_a_mapping_joins_a_list_or_takes_its_first(importing):
    mapping = (
        'join = {"fields.author" = " and ", "front.by" = "/"}\nfirst = ["title", "front.one"]\n'
        + MAPPING.replace('summary = "{front.summary}"', 'summary = "By {front.by}, {front.one}"')
    )
    report = importing({"a.md": post(["A", "B"], author=["Kira", "Bo"], by=["x", 7], one=["", "y"])}, mapping)

    assert outcomes_of(report) == {"a.md": "created"}
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


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"publish": True}, "publish: true does not fit; write {} to publish now, null to keep a draft, or a window: "),
        ({"no_stage_reason": False}, "no_stage_reason: false does not fit; write a text of at most 200 characters"),
        ({"image": "x.png"}, 'image: "x.png" does not fit; write {"media": "'),
        ({"kind": 5}, 'kind: 5 is not of type "string"; write the slug of a kind, such as "guide"'),
        ({"former": "/a"}, 'former: "/a" is not of type "array"; write a list of paths that it had before'),
    ],
    ids="".join,
)
def test_a_line_that_does_not_fit_is_refused_with_what_to_write(loading, part, message):
    [told_of] = loading({**line("a"), **part}).values()
    assert told_of.refused[0].startswith(message)


def test_the_schema_is_printed_and_the_example_fits_it_and_is_loaded(presets, tmp_path, capsys):
    call_command("load_content", "--schema")
    schema = json.loads(capsys.readouterr().out)
    example = Path(shape.__file__).with_name("example.jsonl")
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert all(validator.is_valid(json.loads(row)) for row in example.read_text("utf-8").splitlines())
    assert set(schema["properties"]) <= set(WRITE)
    assert all("description" in part for part in schema["properties"].values())

    call_command("load_content", example)

    assert "3 created" in capsys.readouterr().out
    assert sorted(Edition.objects.values_list("slug", flat=True)) == ["choosing-a-grill", "how-big"]


def test_former_addresses_are_kept_and_conflicts_told(importing, loading):
    mapping = MAPPING + 'former = ["{front.aliases}"]\n'
    files = {
        "a.md": post("A", aliases=["/old/a/", "https://old.example/x?y=1", "no path"]),
        "b.nb.md": post("B", aliases="/old/a"),
    }
    report = importing(files, mapping)
    importing({}, mapping)
    outcomes = loading({**line("c"), "former": ["/c", "/old/a"]})

    stored_rows = FormerAddress.objects.values_list("path", "asset__source__key", "locale__code")
    assert list(stored_rows) == [("/c", "c", None), ("/old/a", "a", "en"), ("/x", "a", "en")]
    taken = "former address “/old/a”: another asset has it already"
    assert report.files[0]["warnings"] == ["former address “no path”: write a path that begins with /"]
    assert (report.files[1]["warnings"], outcomes["line 1"].warnings) == ([taken], [taken])


def test_former_addresses_follow_the_file(importing):
    mapping = MAPPING + 'former = "{front.aliases}"\n'
    importing({"a.md": post("A", aliases=["/one", "/two"])}, mapping)
    importing({"a.md": post("A", aliases=["/two", "/three"])}, mapping)
    assert list(FormerAddress.objects.values_list("path", flat=True)) == ["/three", "/two"]


def test_what_a_builder_left_behind_is_taken_out_and_all_that_goes_is_counted(importing):
    body = (
        '__CONFIG_colors_palette__{"active_palette":0,"config":{}}__CONFIG_colors_palette__\n\n[vc_row el_class="x"]'
        'Kept[/vc_row] [caption id="a"]Said[/caption] [gallery](/g) [caption]\n\n'
        '<p onclick="x()" style="color: red">P</p><script>evil()</script><iframe src="/x"></iframe>'
        '<a href="javascript:x()">J</a>\n\n```\n[vc_row]\n```\n'
    )
    report = importing({"a.md": post("A", body)})

    assert report.files[0]["dropped"] == {
        **{"builder": 5, "onclick": 1, "style": 1, "<script>": 1, "<iframe>": 1, "addresses": 1},
    }
    text_of = Translation.objects.get().body
    assert "Kept Said" in text_of and "CONFIG" not in text_of
    assert '<a href="/g" rel="noopener noreferrer">gallery</a> [caption]' in text_of and "[vc_row]\n</code>" in text_of
