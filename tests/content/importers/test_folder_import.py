"""Folders of small files: what becomes of each, again and again."""

import json

import pytest
from django.core.management import CommandError, call_command

from content.importers import load
from content.models import Asset, Edition, Locale, NextStep, Publication, Source, Term, Translation
from content.publishing.publish import publish
from tests.content.importers.conftest import MAPPING, live, outcomes_of, post, reasons, step, words


def test_a_folder_becomes_drafts_and_nothing_public(importing):
    report = importing({"a.md": post("A"), "b.en.md": "# B\n\nText", "b.nb.md": "# B på norsk"})

    assert outcomes_of(report) == {"a.md": "created", "b.en.md": "created", "b.nb.md": "created"}
    assert report.totals == {"created": 3, "published": 0, "held": 0, "kept as drafts": 0}
    assert (words("b").title, words("b").body, words("b", "nb").title) == ("B", "<p>Text</p>", "B på norsk")
    assert words("b").asset_id == words("b", "nb").asset_id
    assert Edition.objects.count() == 0


def test_publishing_is_one_call_a_batch(importing):
    report = importing({f"{n}.md": post(f"Post {n}") for n in range(7)}, publish=True)

    assert report.totals["published"] == 7
    assert [p.editions.count() for p in Publication.objects.all()] == [7]


def test_untouched_files_are_skipped_and_changed_ones_become_drafts_on_top_of_what_is_live(importing):
    importing({"a.md": post("A"), "b.md": post("B")}, publish=True)

    report = importing({"a.md": post("A, changed")})

    assert outcomes_of(report) == {"a.md": "updated", "b.md": "unchanged"}
    assert words("a").title == "A, changed"
    assert live("a") == [(1, "A")]


def test_a_draft_of_an_earlier_run_is_published_by_a_later_one(importing):
    importing({"a.md": post("A")})

    report = importing({}, publish=True)

    assert outcomes_of(report) == {"a.md": "unchanged"}
    assert report.totals["published"] == 1
    assert live("a") == [(1, "A")]


def test_a_file_touched_without_a_change_of_meaning_is_unchanged(importing):
    importing({"a.md": post("A")}, publish=True)

    report = importing({"a.md": "\ufeff\r\n" + post("A").replace("\n", "\r\n")}, publish=True)

    assert outcomes_of(report) == {"a.md": "unchanged"}
    assert live("a") == [(1, "A")]


def test_only_the_changed_language_is_published_again(importing):
    files = {"a.en.md": post("A"), "a.nb.md": post("A på norsk")}
    importing(files, publish=True)

    report = importing({"a.en.md": post("A, changed")}, publish=True)

    assert outcomes_of(report) == {"a.en.md": "updated", "a.nb.md": "unchanged"}
    assert (live("a"), live("a", "nb")) == ([(1, "A"), (2, "A, changed")], [(1, "A på norsk")])


def test_a_new_language_joins_its_asset(importing):
    importing({"a.en.md": post("A")}, publish=True)

    report = importing({"a.nb.md": post("A på norsk")}, publish=True)

    assert outcomes_of(report) == {"a.en.md": "unchanged", "a.nb.md": "created"}
    assert (Asset.objects.count(), live("a", "nb")) == (1, [(1, "A på norsk")])


def test_what_an_editor_changed_is_not_overwritten(importing):
    importing({"a.md": post("A"), "b.md": post("B")}, publish=True)
    draft = words("a")
    draft.title = "The editor's"
    draft.save()

    report = importing({"a.md": post("A, changed"), "b.md": post("B, changed")}, publish=True)

    assert reasons(report) == {
        "a.md": ["An editor has changed its en text since the last import; use --overwrite to replace it."]
    }
    assert words("a").title == "The editor's"
    assert (live("a"), live("b")) == ([(1, "A")], [(1, "B"), (2, "B, changed")])


def test_told_to_overwrite_the_changed_file_wins(importing):
    importing({"a.md": post("A")}, publish=True)
    draft = words("a")
    draft.title = "The editor's"
    draft.save()

    report = importing({"a.md": post("A, changed")}, publish=True, overwrite=True)

    assert outcomes_of(report) == {"a.md": "updated"}
    assert live("a") == [(1, "A"), (2, "A, changed")]


def test_an_editors_words_stay_where_the_file_has_not_changed(importing):
    importing({"a.md": post("A")}, publish=True)
    draft = words("a")
    draft.title = "The editor's"
    draft.save()

    report = importing({}, publish=True, overwrite=True)

    assert outcomes_of(report) == {"a.md": "unchanged"}
    assert (words("a").title, live("a")) == ("The editor's", [(1, "A")])


def test_an_editors_tags_stay_when_only_the_words_change(importing):
    importing({"a.md": post("A")}, publish=True)
    placement = Asset.objects.get().placements.get()
    placement.priority = 99
    placement.save()

    report = importing({"a.md": post("A, changed")}, publish=True)

    assert outcomes_of(report) == {"a.md": "updated"}
    assert Asset.objects.get().placements.get().priority == 99
    assert live("a") == [(1, "A"), (2, "A, changed")]


def test_tags_that_change_in_the_file_and_in_the_admin_are_refused(importing):
    importing({"a.md": post("A")})
    Asset.objects.get().placements.all().delete()

    report = importing({}, MAPPING.replace("care:see", "care:care"))

    assert reasons(report) == {
        "a.md": [
            "An editor has changed its tags or shared fields since the last import; use --overwrite to replace them."
        ]
    }


def test_a_draft_an_editor_works_on_is_not_published_by_an_import(importing):
    importing({"a.md": post("A")})
    draft = words("a")
    draft.title = "Half a thou"
    draft.save()

    report = importing({}, publish=True)

    assert report.files[0]["held"] == ["edited_since_import: An editor has changed this text; publish it in the admin."]
    assert live("a") == []


def test_a_step_changed_by_an_editor_counts_as_a_change(importing):
    importing({"a.md": post("A", next_steps=[{"intent": "learn_more", "label": "On", "url": "/on"}])})
    NextStep.objects.get().delete()

    report = importing({"a.md": post("A, changed")})

    assert outcomes_of(report) == {"a.md": "refused"}


def test_a_bad_file_stops_nothing_and_leaves_nothing_behind(importing):
    files = {
        "a.md": post("A"),
        "broken.md": "---\ntitle: A\nnext: [1\n---\n",
        "c.md": "No title at all",
        "d.md": post("D", published="private", summary="x"),
        "e.nope.md": post("E"),
        "f.md": b"---\ntitle: \xff\n---\n",
        "g.md": post("G", author="x" * 121),
        "h.md": post("H", next_steps=[{"label": "On", "to": "a"}]),
        "i.md": post("I", next_steps=[step("nowhere")]),
        "j.md": post("J", next_steps=[step("j")]),
        "k.md": post("K", next_steps=[{"intent": "learn_more", "label": "On", "url": "javascript:alert(1)"}]),
        "l.md": post("L"),
    }

    report = importing(files, publish=True)

    assert reasons(report) == {
        "broken.md": ["Front matter, line 4: expected ',' or ']', but got '<stream end>'."],
        "c.md": ["It has no title: neither a key of the front matter nor a heading gives one."],
        "e.nope.md": ["Unknown locale “nope”: add it in the admin, or let the mapping create locales."],
        "f.md": ["Not UTF-8 (line 2)."],
        "g.md": [f'fields.author: "{"x" * 121}" is longer than 120 characters'],
        "h.md": [
            'translations.0.next_steps.0.intent: null is not one of "learn_more", "compare" or 16 other candidates'
        ],
        "i.md": ["The step “On” leads to “nowhere”, which does not exist."],
        "k.md": ["Write a path that begins with / or an address (https, http, mailto, tel), without spaces."],
    }
    assert sorted(Source.objects.values_list("key", flat=True)) == ["a", "d", "j", "l"]
    assert (Asset.objects.count(), Translation.objects.count(), Edition.objects.count()) == (4, 4, 3)


def test_a_bad_file_does_not_take_its_other_language_along(importing):
    report = importing({"a.en.md": post("A"), "a.nb.md": "---\ntitle: [\n---\n"}, publish=True)

    assert outcomes_of(report) == {"a.en.md": "created", "a.nb.md": "refused"}
    assert live("a") == [(1, "A")]


def test_two_files_for_one_text_are_refused_but_the_first(importing):
    report = importing({"a.en.md": post("A"), "a.md": post("B")})

    assert reasons(report) == {"a.md": ["a.en.md is the en text of “a” already."]}
    assert words("a").title == "A"


def test_what_the_gates_hold_is_told_with_its_code(importing):
    mapping = MAPPING.replace("care:see", "care:think")

    report = importing({"a.md": post("A"), "b.md": post("B", next_steps=[step("a")])}, mapping, publish=True)

    held = {file["file"]: [reason.partition(":")[0] for reason in file["held"]] for file in report.files}
    assert held == {"a.md": ["cta_missing"], "b.md": ["cta_target_dead"]}
    assert report.totals == {"created": 2, "published": 0, "held": 2, "kept as drafts": 0}
    assert Edition.objects.count() == 0


def test_a_slug_that_is_taken_is_held(importing):
    mapping = MAPPING.replace('slug = "{path.name}"', 'slug = "same"')

    report = importing({"a.md": post("A"), "b.md": post("B")}, mapping, publish=True)

    assert [(file["file"], file["published"]) for file in report.files] == [("a.md", True), ("b.md", False)]
    assert report.files[1]["held"][0].startswith("slug_taken: ")


@pytest.mark.parametrize("size", [1, 2, 200])
def test_steps_lead_backwards_forwards_and_in_circles(importing, monkeypatch, size):
    monkeypatch.setattr(load, "BATCH", size)
    files = {
        "a.md": post("A", next_steps=[step("b"), step("d")]),
        "b.md": post("B", next_steps=[step("a")]),
        "c.md": post("C", next_steps=[step("e")]),
        "d.md": post("D", next_steps=[step("c")]),
        "e.md": post("E", next_steps=[step("f")]),
        "f.md": post("F", next_steps=[step("e")]),
    }

    report = importing(files, MAPPING.replace("care:see", "care:think"), publish=True)

    assert report.totals == {"created": 6, "published": 6, "held": 0, "kept as drafts": 0}
    ways = NextStep.objects.order_by("translation__slug", "position")
    assert [f"{way.translation.slug}{way.target_asset.source.key}" for way in ways] == [
        *("ab", "ad", "ba", "ce", "dc", "ef", "fe"),
    ]
    assert importing({}, MAPPING.replace("care:see", "care:think"), publish=True).totals["unchanged"] == 6


def test_a_step_to_something_refused_comes_back_once_that_is_mended(importing):
    first = importing({"a.md": post("A", next_steps=[step("b")]), "b.md": post("B", author="x" * 999)})
    left_out = importing({"a.md": post("A", next_steps=[step("c")]), "c.md": post("C", next_steps=[step("x")])})
    mended = importing({"c.md": post("C")}, publish=True)

    assert outcomes_of(first) == {"a.md": "created", "b.md": "refused"}
    assert first.files[0]["warnings"] == ["left out steps to what was refused: On"]
    assert left_out.files[0]["warnings"] == ["left out steps to what was refused: On"]
    assert outcomes_of(mended) == {"a.md": "updated", "b.md": "refused", "c.md": "created"}
    assert NextStep.objects.get().target_asset.source.key == "c"
    assert Edition.objects.get(title="A").steps[0]["asset"] == Source.objects.get(key="c").asset_id


def test_a_dry_run_keeps_nothing(importing):
    mapping = 'create = ["locales", "terms"]\nvocabularies = {tag = "Tags"}\n' + MAPPING
    files = {"a.da.md": post("A", tags=["x"]), "b.md": "---\n[\n---\n"}
    mapping += '"terms.tag" = "{front.tags}"\n'

    dry = importing(files, mapping, publish=True, dry_run=True)

    assert dry.totals == {"created": 1, "refused": 1, "published": 1, "held": 0, "kept as drafts": 0}
    assert dry.added == ["vocabulary tag", "term tag:x", "locale da"]
    assert (Source.objects.count(), Term.objects.count(), Publication.objects.count()) == (0, 0, 0)
    assert sorted(Locale.objects.values_list("code", flat=True)) == ["en", "nb"]
    assert importing({}, mapping, publish=True).totals == dry.totals


def test_an_asset_that_was_published_keeps_its_kind(importing):
    importing({"a.md": post("A")}, publish=True)

    report = importing({}, MAPPING.replace('"blog-post"', '"guide"'))

    assert reasons(report) == {"a.md": ["It is published as blog-post and cannot become guide."]}


def test_what_was_published_by_hand_meanwhile_stays(importing):
    importing({"a.md": post("A")})
    publish(Asset.objects.get())

    importing({"a.md": post("A, changed")})

    assert live("a") == [(1, "A")]


def test_the_command_tells_what_became_of_each_file(importing, tmp_path, capsys):
    importing({"a.md": post("A")}, publish=True)
    (tmp_path / "files" / "b.md").write_text("Text")
    (tmp_path / "files" / "c.md").write_text(post("C", published=False))
    report = tmp_path / "report.json"

    arguments = [tmp_path / "files", "--mapping", str(tmp_path / "mapping.toml"), "--publish"]
    call_command("import_content", *arguments, "--report", str(report), "--dry-run")

    assert capsys.readouterr().out.splitlines() == [
        "refused   b.md: It has no title: neither a key of the front matter nor a heading gives one.",
        "created   c.md: stays a draft",
        "1 created, 0 held back, 1 kept as a draft, 0 published, 1 refused, 1 unchanged (dry run: nothing was saved)",
    ]
    assert json.loads(report.read_text("utf-8"))["files"][1] == {
        **{"file": "b.md", "key": "b", "locale": "en", "outcome": "refused", "draft": False, "published": False},
        **{"held": [], "warnings": [], "dropped": {}, "expired": "", "left_out": []},
        "reasons": ["It has no title: neither a key of the front matter nor a heading gives one."],
    }


@pytest.mark.parametrize(
    ("folder", "mapping", "message"),
    [
        ("nowhere", "", "There is no folder"),
        ("files", "colour = 1", "Unknown in the mapping: colour"),
        ("files", 'vocabularies = {"No slug" = "x"}', "slug: "),
    ],
)
def test_the_command_refuses_what_it_cannot_begin_with(importing, tmp_path, folder, mapping, message):
    (tmp_path / "mapping.toml").write_text(mapping)

    with pytest.raises(CommandError, match=message):
        call_command("import_content", tmp_path / folder, "--mapping", str(tmp_path / "mapping.toml"))
