"""Folders of small files: what becomes of each, again and again."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from content.importers import load
from content.models import Asset, Edition, Locale, NextStep, Publication, Source, Term, Translation
from content.publishing.publish import publish
from tests.content.importers.conftest import MAPPING, reasons, told


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


def test_a_folder_becomes_drafts_and_nothing_public(importing):
    report = importing({"a.md": post("A"), "b.en.md": "# B\n\nText", "b.nb.md": "# B på norsk"})

    assert told(report) == {"a.md": "created", "b.en.md": "created", "b.nb.md": "created"}
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

    assert told(report) == {"a.md": "updated", "b.md": "unchanged"}
    assert words("a").title == "A, changed"
    assert live("a") == [(1, "A")]


def test_a_draft_of_an_earlier_run_is_published_by_a_later_one(importing):
    importing({"a.md": post("A")})

    report = importing({}, publish=True)

    assert told(report) == {"a.md": "unchanged"}
    assert report.totals["published"] == 1
    assert live("a") == [(1, "A")]


def test_a_file_touched_without_a_change_of_meaning_is_unchanged(importing):
    importing({"a.md": post("A")}, publish=True)

    report = importing({"a.md": "\ufeff\r\n" + post("A").replace("\n", "\r\n")}, publish=True)

    assert told(report) == {"a.md": "unchanged"}
    assert live("a") == [(1, "A")]


def test_only_the_changed_language_is_published_again(importing):
    files = {"a.en.md": post("A"), "a.nb.md": post("A på norsk")}
    importing(files, publish=True)

    report = importing({"a.en.md": post("A, changed")}, publish=True)

    assert told(report) == {"a.en.md": "updated", "a.nb.md": "unchanged"}
    assert (live("a"), live("a", "nb")) == ([(1, "A"), (2, "A, changed")], [(1, "A på norsk")])


def test_a_new_language_joins_its_asset(importing):
    importing({"a.en.md": post("A")}, publish=True)

    report = importing({"a.nb.md": post("A på norsk")}, publish=True)

    assert told(report) == {"a.en.md": "unchanged", "a.nb.md": "created"}
    assert (Asset.objects.count(), live("a", "nb")) == (1, [(1, "A på norsk")])


def test_what_an_editor_changed_is_not_overwritten(importing):
    importing({"a.md": post("A"), "b.md": post("B")}, publish=True)
    draft = words("a")
    draft.title = "The editor's"
    draft.save()

    report = importing({"a.md": post("A, changed"), "b.md": post("B, changed")}, publish=True)

    assert reasons(report) == {
        "a.md": ["An editor has changed its en text since the last import; import with --overwrite to replace it."]
    }
    assert words("a").title == "The editor's"
    assert (live("a"), live("b")) == ([(1, "A")], [(1, "B"), (2, "B, changed")])


def test_told_to_overwrite_the_changed_file_wins(importing):
    importing({"a.md": post("A")}, publish=True)
    draft = words("a")
    draft.title = "The editor's"
    draft.save()

    report = importing({"a.md": post("A, changed")}, publish=True, overwrite=True)

    assert told(report) == {"a.md": "updated"}
    assert live("a") == [(1, "A"), (2, "A, changed")]


def test_an_editors_words_stay_where_the_file_has_not_changed(importing):
    importing({"a.md": post("A")}, publish=True)
    draft = words("a")
    draft.title = "The editor's"
    draft.save()

    report = importing({}, publish=True, overwrite=True)

    assert told(report) == {"a.md": "unchanged"}
    assert (words("a").title, live("a")) == ("The editor's", [(1, "A")])


def test_an_editors_tags_stay_when_only_the_words_change(importing):
    importing({"a.md": post("A")}, publish=True)
    placement = Asset.objects.get().placements.get()
    placement.priority = 99
    placement.save()

    report = importing({"a.md": post("A, changed")}, publish=True)

    assert told(report) == {"a.md": "updated"}
    assert Asset.objects.get().placements.get().priority == 99
    assert live("a") == [(1, "A"), (2, "A, changed")]


def test_tags_that_change_in_the_file_and_in_the_admin_are_refused(importing):
    importing({"a.md": post("A")})
    Asset.objects.get().placements.all().delete()

    report = importing({}, MAPPING.replace("care:see", "care:care"))

    assert reasons(report) == {
        "a.md": [
            "An editor has changed its tags or shared fields since the last import; "
            "import with --overwrite to replace it."
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

    assert told(report) == {"a.md": "refused"}


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
        "c.md": ["It has no title: no such key, and no heading."],
        "e.nope.md": ["Unknown locale “nope”: add it in the admin, or let the mapping create locales."],
        "f.md": ["Not UTF-8 (line 2)."],
        "g.md": [f'fields.author: "{"x" * 121}" is longer than 120 characters'],
        "h.md": [
            'translations.0.next_steps.0.intent: null is not one of "learn_more", "compare" or 16 other candidates'
        ],
        "i.md": ["The step “On” leads to “nowhere”, which is nowhere."],
        "k.md": ["Write a path that begins with / or an address (https, http, mailto, tel), without spaces."],
    }
    assert sorted(Source.objects.values_list("key", flat=True)) == ["a", "d", "j", "l"]
    assert (Asset.objects.count(), Translation.objects.count(), Edition.objects.count()) == (4, 4, 3)


def test_a_bad_file_does_not_take_its_other_language_along(importing):
    report = importing({"a.en.md": post("A"), "a.nb.md": "---\ntitle: [\n---\n"}, publish=True)

    assert told(report) == {"a.en.md": "created", "a.nb.md": "refused"}
    assert live("a") == [(1, "A")]


def test_two_files_for_one_text_are_refused_but_the_first(importing):
    report = importing({"a.en.md": post("A"), "a.md": post("B")})

    assert reasons(report) == {"a.md": ["a.en.md already gives the en text of “a”."]}
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

    assert told(first) == {"a.md": "created", "b.md": "refused"}
    assert first.files[0]["warnings"] == ["left out steps to what was refused: On"]
    assert left_out.files[0]["warnings"] == ["left out steps to what was refused: On"]
    assert told(mended) == {"a.md": "updated", "b.md": "refused", "c.md": "created"}
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


@pytest.mark.parametrize("said", ["false", "False", '"false"', "no", "draft", '"No"', "0"])
def test_a_file_that_is_not_published_stays_a_draft(importing, said):
    report = importing({"a.md": f"---\ntitle: A\npublished: {said}\n---\n"}, publish=True)

    assert [(file["outcome"], file["draft"], file["published"]) for file in report.files] == [("created", True, False)]
    assert Edition.objects.count() == 0


def test_a_draft_goes_out_once_its_file_says_so(importing):
    importing({"a.md": post("A", published=False)}, publish=True)

    report = importing({"a.md": post("A", published=True)}, publish=True)

    assert report.totals == {"unchanged": 1, "published": 1, "held": 0, "kept as drafts": 0}


def test_drafts_may_be_marked_the_other_way_round(importing):
    mapping = 'values.draft = {true = "draft", false = "live"}\n' + MAPPING.replace("front.published", "front.draft")

    report = importing({"a.md": post("A", draft=True), "b.md": post("B", draft=False)}, mapping, publish=True)

    assert {file["file"]: file["draft"] for file in report.files} == {"a.md": True, "b.md": False}


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("title: Fish &amp; chips &ndash; &lt;now&gt;", "Fish & chips – <now>"),
        ("title: <em>Fish</em> and\n  chips", "Fish and chips"),
        ("title: 2026", "2026"),
        ("title: 2026-01-02", "2026-01-02"),
        ("title: no", "no"),
        ("title: ''", "The heading"),
        ("title: ~", "The heading"),
        ("other: x", "The heading"),
        (f"title: {'x' * 400}", "x" * 300),
    ],
)
def test_titles_are_read_as_people_meant_them(importing, written, title):
    importing({"a.md": f"---\n{written}\n---\n# The *heading*\n"})

    assert words("a").title == title


@pytest.mark.parametrize(
    "files",
    [
        {"no/a.md": "# A", "en/a.md": "# A"},
        {"a.no.md": "# A", "a.md": "# A"},
        {"a.No.md": "# A", "a.en.md": "# A"},
        {"1.md": "---\nlang: no\nid: a\n---\n# A", "2.md": "---\nlang: en\nid: a\n---\n# A"},
        {"1.md": '---\nlang: "No"\nid: a\n---\n# A', "2.md": "---\nid: a\n---\n# A"},
        {"1.md": "+++\nlang = 'nb'\nid = 'a'\n+++\n# A", "2.md": "---\nid: a\nlang: EN\n---\n# A"},
    ],
)
def test_the_language_comes_from_a_folder_a_suffix_or_a_key(importing, files):
    mapping = """
    paths = [
        '(?P<lang>[a-z]+)/(?P<name>[a-z])[.]md', '(?P<name>[a-z])[.](?P<lang>[a-zA-Z]+)[.]md',
        '(?P<name>[a-z])[.]md', '.*',
    ]
    values.locale = {no = "nb"}
    [set]
    kind = "guide"
    group = "{path.name|front.id}"
    locale = "{path.lang|front.lang}"
    title = "{heading}"
    slug = "same"
    no_stage_reason = "A test"
    """

    report = importing(files, mapping, publish=True)

    assert report.totals["published"] == 2
    assert sorted(Source.objects.get().asset.editions.values_list("locale__code", "slug")) == [
        *(("en", "same"), ("nb", "same")),
    ]


@pytest.mark.parametrize(
    ("said", "code"), [("pt-br", "pt-BR"), ("PT_BR", "pt-BR"), ("zh-hant", "zh-Hant"), ("iw", "he"), ("gl", "gl")]
)
def test_locales_are_added_in_their_usual_form(importing, said, code):
    mapping = 'create = ["locales"]\nvalues.locale = {iw = "he"}\n' + MAPPING

    report = importing({f"a.{said}.md": "# A"}, mapping)

    assert report.added == [f"locale {code}"]
    assert Locale.objects.get(code=code).fallback.code == "en"


def test_a_locale_that_is_there_is_found_in_any_case(importing):
    Locale.objects.create(code="pt-br", title="Português")

    report = importing({"a.pt-BR.md": "# A"})

    assert report.files[0]["locale"] == "pt-br"


def test_translations_may_have_slugs_of_their_own(importing):
    mapping = MAPPING.replace('slug = "{path.name}"', 'slug = "{front.slug|front.title}"')

    importing({"a.md": post("Grill 1.0"), "a.nb.md": post("Ny grill: æøå", slug="ny-grill")}, mapping, publish=True)

    assert sorted(Edition.objects.values_list("locale__code", "slug")) == [("en", "grill-1-0"), ("nb", "ny-grill")]


def test_terms_stages_segments_windows_and_fields_come_from_front_matter(importing):
    mapping = """
    create = ["terms"]
    vocabularies = {tag = "Tags"}
    split = {"terms.tag" = ";"}
    [set]
    kind = "offer"
    title = "{heading}"
    published_at = "{front.day}"
    stages = "{front.stages}"
    channels = ["website"]
    priority = "{front.weight}"
    live_from = "{front.from}"
    live_until = "{front.until}"
    "fields.code" = "{front.code}"
    "fields.valid_until" = "{front.valid}"
    "terms.tag" = ["{front.tags}", "{front.topic}"]
    "seo.title" = "{front.seo.title}"
    next_steps = [{intent = "buy", label = "Buy", url = "{front.shop}"}, {intent = "try", label = "Try", url = "/try"}]
    """
    text = """---
    stages: see-think-do-care:think, see-think-do-care:do
    tags: Ærlig; C.D.; Ærlig
    topic: [x, "y, z"]
    weight: 0
    day: 1 Mars 2026
    from: 2099-01-01 12:00+01:00
    until: 2099/02/01
    valid: 2098-12-31
    code: 007
    seo: {title: "A &amp; B"}
    ---
    # Offer
    """.replace("\n    ", "\n")

    report = importing({"a.md": text.replace("Mars", "March")}, mapping)

    asset, words_ = Asset.objects.get(), Translation.objects.get()
    assert report.totals["created"] == 1
    assert sorted(asset.terms.values_list("slug", "title")) == [
        *(("aerlig", "Ærlig"), ("c-d", "C.D."), ("x", "x"), ("y-z", "y, z")),
    ]
    placed = [(p.stage.slug, p.priority, [c.slug for c in p.channels.all()]) for p in asset.placements.all()]
    assert placed == [("think", 0, ["website"]), ("do", 0, ["website"])]
    assert asset.fields == {"code": "7", "valid_until": "2098-12-31"}
    assert (words_.seo_title, f"{words_.published_at:%Y-%m-%d %H:%M}") == ("A & B", "2026-02-28 23:00")
    assert [s.label for s in words_.next_steps.all()] == ["Try"]


def test_a_window_is_asked_for_when_publishing(importing):
    mapping = MAPPING + 'live_from = "{front.from}"\nlive_until = "{front.until}"\n'
    front = {"from": "2099-01-01T11:00:00Z", "until": "2099-02-01T00:00:00Z"}

    importing({"a.md": post("A", **front), "b.md": post("B")}, mapping, publish=True)

    windows = {
        e.title: (f"{e.live_from:%Y-%m-%d %H}", e.live_until and f"{e.live_until:%Y-%m-%d}")
        for e in Edition.objects.all()
    }
    assert windows["A"] == ("2099-01-01 11", "2099-02-01")
    assert windows["B"][1] is None


def test_a_bad_date_is_refused_with_its_line(importing):
    mapping = MAPPING + 'published_at = "{front.date}"\n'

    report = importing({"a.md": "---\ntitle: A\ndate: 2026-02-30\n---\n", "b.md": post("B", date="soon")}, mapping)

    assert reasons(report) == {
        "a.md": ["published_at (line 3): “2026-02-30” is no date; write it like 2026-11-22."],
        "b.md": ["published_at (line 2): “soon” is no date; write it like 2026-11-22."],
    }


def test_files_outside_of_the_mapping_are_skipped_with_a_reason(importing):
    mapping = 'exclude = ["drafts/*"]\n' + MAPPING + '[[rule]]\nwhen = {"path.name" = "readme"}\nskip = "for authors"\n'

    report = importing(
        {"a.md": "# A", "readme.md": "# B", "x.txt": "x", "y.markdown": "# C", "drafts/z.md": "#"}, mapping
    )

    assert {file["file"]: (file["outcome"], file["reasons"]) for file in report.files} == {
        "a.md": ("created", []),
        "readme.md": ("skipped", ["for authors"]),
        "y.markdown": ("skipped", ["its path fits no pattern of the mapping"]),
    }


def test_duplicate_keys_are_warned_of(importing):
    report = importing({"a.md": "---\ntitle: A\ntitle: B\n---\n"})

    assert report.files[0]["warnings"] == ["front matter: “title” stands twice, the last one counts"]
    assert words("a").title == "B"


def test_components_and_shortcodes_are_counted(importing):
    report = importing({"a.mdx": "import A from 'a'\n\n# A\n\n<A x={1}>Text</A>", "b.md": "# B\n\n{{< b >}}"})

    assert {file["file"]: file["dropped"] for file in report.files} == {
        "a.mdx": {"modules": 1, "components": 2},
        "b.md": {"shortcodes": 1},
    }
    assert report.totals["components"] == 2
    assert words("a").body == "<p>Text</p>"


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
        "refused   b.md: It has no title: no such key, and no heading.",
        "created   c.md: stays a draft",
        "1 created, 0 held, 1 kept as drafts, 0 published, 1 refused, 1 unchanged (dry run: nothing was kept)",
    ]
    assert json.loads(report.read_text("utf-8"))["files"][1] == {
        **{"file": "b.md", "key": "b", "locale": "en", "outcome": "refused", "draft": False, "published": False},
        **{"held": [], "warnings": [], "dropped": {}, "expired": "", "left_out": []},
        "reasons": ["It has no title: no such key, and no heading."],
    }


@pytest.mark.parametrize(
    ("folder", "mapping", "message"),
    [
        ("nowhere", "", "There is no folder"),
        ("files", "colour = 1", "the mapping has no colour"),
        ("files", 'vocabularies = {"No slug" = "x"}', "slug: "),
    ],
)
def test_the_command_refuses_what_it_cannot_begin_with(importing, tmp_path, folder, mapping, message):
    (tmp_path / "mapping.toml").write_text(mapping)

    with pytest.raises(CommandError, match=message):
        call_command("import_content", tmp_path / folder, "--mapping", str(tmp_path / "mapping.toml"))
