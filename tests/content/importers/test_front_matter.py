"""What the head of a file says: its title, language, tags, window and fields, as people write them."""

import pytest

from content.models import Asset, Edition, Locale, Source, Translation
from tests.content.importers.conftest import MAPPING, post, reasons, words


@pytest.mark.parametrize("value", ["false", "False", '"false"', "no", "draft", '"No"', "0"])
def test_a_file_that_is_not_published_stays_a_draft(importing, value):
    report = importing({"a.md": f"---\ntitle: A\npublished: {value}\n---\n"}, publish=True)

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
    ("name", "code"), [("pt-br", "pt-BR"), ("PT_BR", "pt-BR"), ("zh-hant", "zh-Hant"), ("iw", "he"), ("gl", "gl")]
)
def test_locales_are_added_in_their_usual_form(importing, name, code):
    mapping = 'create = ["locales"]\nvalues.locale = {iw = "he"}\n' + MAPPING

    report = importing({f"a.{name}.md": "# A"}, mapping)

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
        "a.md": ["published_at (line 3): “2026-02-30” is not a date; write it like 2026-11-22."],
        "b.md": ["published_at (line 2): “soon” is not a date; write it like 2026-11-22."],
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

    assert report.files[0]["warnings"] == ["front matter: “title” is given twice, the last one counts"]
    assert words("a").title == "B"


def test_components_and_shortcodes_are_counted(importing):
    report = importing({"a.mdx": "import A from 'a'\n\n# A\n\n<A x={1}>Text</A>", "b.md": "# B\n\n{{< b >}}"})

    assert {file["file"]: file["dropped"] for file in report.files} == {
        "a.mdx": {"modules": 1, "components": 2},
        "b.md": {"shortcodes": 1},
    }
    assert report.totals["components"] == 2
    assert words("a").body == "<p>Text</p>"
