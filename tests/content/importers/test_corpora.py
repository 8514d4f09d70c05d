"""Real folders that this project did not write, each with a mapping of its own."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from content.importers.folder.mapping import read_mapping
from content.importers.folder.markdown import MarkdownPage, read_page
from content.importers.folder.run import ImportReport, import_folder
from content.models import Edition, Publication, Source, Translation

MAPPINGS = Path(__file__).parent / "mappings"
CORPORA = ("contributor-covenant", "designsystemet", "digg-opensource", "jekyll-edge-cases", "knative")
CODES = {"iw": "he", "glg": "gl", "pt-br": "pt-BR", "zh-cn": "zh-CN", "zh-tw": "zh-TW"}
TOTALS = {
    "contributor-covenant": {"created": 48, "published": 48, "held": 0, "kept as drafts": 0, "shortcodes": 10},
    "designsystemet": {
        **{"created": 92, "published": 88, "held": 0, "kept as drafts": 4},
        **{"components": 630, "modules": 6, "expressions": 4, "classname": 18, "class": 2, "style": 66},
        **{"data-size": 12, "data-color": 6, "<symbol>": 2, "<svg>": 2, "<video>": 2, "<source>": 2},
    },
    "digg-opensource": {
        **{"created": 58, "published": 58, "held": 0, "kept as drafts": 0},
        **{"shortcodes": 44, "attributes": 14, "class": 4, "<projekt-namn>": 1},
    },
    "jekyll-edge-cases": {
        **{"created": 13, "published": 12, "held": 0, "kept as drafts": 1},
        **{"<video>": 1, "<source>": 2},
    },
    "knative": {
        **{"created": 68, "published": 68, "held": 0, "kept as drafts": 0},
        **{"shortcodes": 37, "attributes": 165, "class": 351, "style": 167, "name": 140, "id": 140, "target": 48},
        **{"data-href": 45, "data-width": 18, "data-height": 18, "data-image-id": 7, "data-is-featured": 3},
        **{"data-action": 4, "data-scroll": 4, "draggable": 12, "onclick": 6, "width": 1, "border": 1},
        **{"<section>": 11, "<article>": 4, "<footer>": 4, "<iframe>": 4, "<time>": 3, "<style>": 1},
    },
}
ASSETS = {
    "contributor-covenant": {"guide": 6, "landing-page": 1},
    "designsystemet": {"blog-post": 22, "guide": 23, "landing-page": 1},
    "digg-opensource": {"guide": 25, "landing-page": 4},
    "jekyll-edge-cases": {"blog-post": 13},
    "knative": {"blog-post": 60, "case-study": 6, "landing-page": 1, "testimonial": 1},
}


@pytest.fixture(scope="session")
def corpora() -> Path:
    beside = Path(__file__).parents[3].parent / "shared" / "corpora"
    root = Path(os.environ.get("WAYMARK_CORPORA") or beside)
    if root.is_dir():
        return root
    message = f"There are no corpora in {root}; WAYMARK_CORPORA says where they are."
    if os.environ.get("CI_REQUIRES_CORPORA") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def counts(corpora) -> dict[str, Any]:
    """What was counted in the folders when they were collected."""
    return json.loads((corpora / "COUNTS.json").read_text("utf-8"))


def run(corpora: Path, name: str, **options: Any) -> ImportReport:
    mapping = read_mapping(MAPPINGS / f"{name}.toml")
    return import_folder(corpora / "posts" / name, mapping, now=timezone.now(), **{"publish": True, **options})


def pages(corpora: Path, name: str) -> dict[str, MarkdownPage]:
    root = corpora / "posts" / name
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {path.relative_to(root).as_posix(): read_page(path.read_bytes(), suffix=path.suffix) for path in files}


def text(key: str, locale: str = "en") -> Translation:
    return Translation.objects.get(asset__source__key=key, locale__code=locale)


@pytest.mark.parametrize("name", CORPORA)
def test_every_file_of_a_corpus_becomes_a_text(presets, corpora, counts, name):
    report = run(corpora, name)

    counted = counts[name]
    by_locale = {CODES.get(code, code): count for code, count in counted["by_locale"].items()}
    assert report.totals == TOTALS[name]
    assert len(report.files) == counted["files"]
    assert Counter(file["locale"] for file in report.files) == by_locale
    assert Counter(Translation.objects.values_list("locale__code", flat=True)) == by_locale
    assert Counter(Source.objects.values_list("asset__kind__slug", flat=True)) == ASSETS[name]
    assert Edition.objects.count() == counted["files"] - counted["count"].get("unpublished", 0)


@pytest.mark.parametrize("name", CORPORA)
def test_front_matter_is_read_as_it_was_counted(corpora, counts, name):
    read = pages(corpora, name)

    counted, tallied = counts[name], counts[name]["count"]
    fronts = [page.front for page in read.values()]
    assert sum(not front for front in fronts) == counted["by_fm"].get("none", 0)
    assert sum("title" in front for front in fronts) == tallied["with_title"]
    assert sum("date" in front for front in fronts) == tallied.get("with_date", 0)
    assert sum(front.get("published") is False for front in fronts) == tallied.get("unpublished", 0)
    assert sum("aliases" in front for front in fronts) == tallied.get("aliases", 0)
    assert sum("tags" in front for front in fronts) == tallied.get("tags", 0)
    assert {path for path, _ in counted["malformed_list"]} <= {path for path, page in read.items() if not page.front}
    assert [path for path, page in read.items() if page.warnings] == []


@pytest.mark.parametrize("name", CORPORA)
def test_a_second_run_changes_and_publishes_nothing(presets, corpora, name):
    run(corpora, name)
    published = Publication.objects.count()
    hashes = dict(Source.objects.values_list("key", "hashes"))

    report = run(corpora, name)

    assert {file["outcome"] for file in report.files} == {"unchanged"}
    assert report.totals["published"] == 0
    assert Publication.objects.count() == published
    assert dict(Source.objects.values_list("key", "hashes")) == hashes


def test_all_corpora_live_in_one_database(presets, corpora):
    for name in CORPORA:
        run(corpora, name)

    assert (Source.objects.count(), Translation.objects.count(), Edition.objects.count()) == (163, 279, 274)


@pytest.mark.parametrize("name", CORPORA)
def test_a_dry_run_tells_the_same_and_keeps_nothing(presets, corpora, name):
    report = run(corpora, name, dry_run=True)

    assert report.totals == TOTALS[name]
    assert (Source.objects.count(), Edition.objects.count(), Publication.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("name", CORPORA)
def test_nothing_of_a_component_or_a_shortcode_is_left_outside_of_code(presets, corpora, name):
    run(corpora, name, publish=False)

    for body in Translation.objects.values_list("body", flat=True):
        prose = body
        for tag in ("pre", "code"):
            parts = prose.split(f"<{tag}")
            prose = parts[0] + "".join(part.partition(f"</{tag}>")[2] for part in parts[1:])
        for trace in ("{{", "{%", "{:", "import {", "!!! ", "<script", "onclick", "&lt;Image", 'href=""'):
            assert trace not in prose


def test_designsystemet_pairs_the_files_of_one_name(presets, corpora):
    run(corpora, "designsystemet")

    pairs = {source.key: {t.locale.code: t.slug for t in source.asset.translations.all()} for source in sources()}
    assert {frozenset(pair) for pair in pairs.values()} == {frozenset({"en", "nb"})}
    assert all(pair["en"] == pair["nb"] for pair in pairs.values())
    assert text("designsystemet/patterns/_index", "nb").title == "Felles mønstre"
    assert text("designsystemet/blog/V1", "nb").title == "Første versjon av Designsystemet er klar!"
    terms = Source.objects.get(key="designsystemet/best-practices/contrast").asset.terms
    assert [(term.slug, term.title) for term in terms.all()] == [("accessibility", "Accessibility")]
    drafts = Translation.objects.exclude(asset__editions__isnull=False).values_list("slug", "locale__code")
    assert sorted(drafts) == [
        *(("in-the-citizens-shoes", "en"), ("in-the-citizens-shoes", "nb")),
        *(("user-journey-for-your-service", "en"), ("user-journey-for-your-service", "nb")),
    ]


def test_designsystemet_keeps_the_words_within_components(presets, corpora):
    run(corpora, "designsystemet", publish=False)

    assert text("designsystemet/best-practices/disabled-states").body == (
        "<p>Disabled states can be difficult to perceive and understand. Nav has written a thorough article that "
        "explains why they are challenging, and which alternatives should be used instead.</p>\n"
        "<p>We recommend avoiding disabled states, and instead following the guidance and solutions described in the "
        "article.</p>\n<p><span>Read the article about <br>\ndisabled states on aksel.nav.no</span></p>"
    )


def test_digg_pairs_files_of_different_names(presets, corpora):
    run(corpora, "digg-opensource")

    pairs = {source.key: {t.locale.code: t.slug for t in source.asset.translations.all()} for source in sources()}
    assert len(pairs) == 29
    assert {frozenset(pair) for pair in pairs.values()} == {frozenset({"en", "sv"})}
    assert pairs["digg/checklists/10"] == {"en": "procurement", "sv": "anskaffning"}
    assert pairs["digg/checklists/80"] == {"en": "release-1-0", "sv": "publicering-1-0"}
    assert pairs["digg/handbook/50"] == {"en": "glossary", "sv": "terminologi"}
    assert pairs["digg/_index"] == {"en": "open-source-handbook", "sv": "handbok-for-oppen-programvara"}
    assert pairs["digg/reports/_index"] == {"en": "reports", "sv": "rapporter"}
    step = text("digg/checklists/10", "sv").next_steps.get()
    assert (step.label, step.target_asset.source.key) == ("Hitta rätt checklista", "digg/checklists/_index")


def test_contributor_covenant_is_one_asset_a_version(presets, corpora):
    run(corpora, "contributor-covenant")

    sizes = {source.key: source.asset.translations.count() for source in sources()}
    assert sizes == {
        **{"covenant/1.4": 4, "covenant/2.0": 19, "covenant/2.1": 21},
        **{"covenant/_index": 1, "covenant/adopters": 1, "covenant/faq": 1, "covenant/translations": 1},
    }
    assert set(Translation.objects.filter(asset__source__key="covenant/2.1").values_list("slug", flat=True)) == {
        "code-of-conduct-2-1"
    }
    assert text("covenant/1.4", "he").title == "קוד התנהגות לתורם"
    assert text("covenant/2.0", "sw").title == "Msimamo wa Kanuni ya Maadili ya Washiriki"
    assert text("covenant/2.0", "fr").title == "Code de conduite Contributor Covenant"
    assert not any("\r" in body for body in Translation.objects.values_list("body", flat=True))
    assert text("covenant/2.1").body.startswith("<h2>Our Pledge</h2>")


def test_knative_says_title_author_and_date_in_the_text(presets, corpora):
    run(corpora, "knative")

    story = text("knative/articles/get-started-knative-eventing")
    assert (story.title, story.fields) == (
        "Getting started with Knative Eventing using Bitcoin transaction data",
        {"author": "Johana Saladas"},
    )
    dated = Translation.objects.exclude(published_at=None).order_by("published_at", "slug")
    assert [f"{t.published_at:%Y-%m-%dT%H:%M:%SZ} {t.slug}" for t in dated] == [
        "2018-11-14T02:20:46Z build-deploy-manage-modern-serverless-workloads-using-knative-on-kubernetes",
        "2018-12-03T23:00:00Z knative-at-kubecon-seattle",
        "2019-05-12T22:00:00Z knative-at-kubecon-eu-2019",
        "2022-04-05T22:00:00Z install-fest-04-2022",
        "2026-05-06T22:00:00Z deploying-knative-to-remote-clusters-with-operator",
        "2026-05-06T22:00:00Z gateway-api-ingress-with-knative-operator",
    ]
    customers = Translation.objects.filter(asset__kind__slug="case-study").values_list("fields__customer", flat=True)
    assert sorted(customers) == [
        *("IBM", "Outfit7", "PNC Bank", "Puppet", "SVA System Vertrieb Alexander GmbH", "deepc"),
    ]
    case = text("knative/case-studies/pnc")
    assert case.title == "PNC Bank Case Study"
    assert not case.body.startswith("<h2>PNC Bank Case Study")
    assert [
        (s.position, s.target_url, s.target_asset and s.target_asset.source.key) for s in case.next_steps.all()
    ] == [
        (1, "https://knative.dev/docs/getting-started/", None),
        (2, "", "knative/testimonials"),
    ]


def test_jekyll_gives_date_tags_and_slug_in_all_their_forms(presets, corpora):
    run(corpora, "jekyll-edge-cases")

    days = {t.slug: f"{t.published_at:%Y-%m-%d %H}" for t in Translation.objects.all()}
    assert days == {
        "basic-post": "2021-08-22 22",
        "no-author": "2021-08-23 22",
        "relative-links": "2021-08-24 22",
        "alt-date-format": "2021-08-31 22",
        "my-first-post": "2021-11-25 23",
        "has-html": "2022-03-09 23",
        "has-spaced-lists": "2022-03-10 23",
        "front-matter-tags-cats": "2022-06-02 22",
        "basic": "2022-06-04 22",
        "published-false": "2022-06-04 22",
        "tag-list": "2022-06-05 22",
        "unquoted-date": "2022-06-05 22",
        "custom-basename": "2022-06-08 22",
    }
    asset = Source.objects.get(key="jekyll/front-matter-tags-cats").asset
    assert [(t.vocabulary.slug, t.title) for t in asset.terms.all()] == [
        *(("category", "Articles"), ("category", "News"), ("category", "Posts")),
        *(("tag", "dolor"), ("tag", "Ipsum"), ("tag", "Lorem"), ("tag", "Simet-Amet")),
    ]
    assert text("jekyll/basic").body == "<p>First Paragraph</p>\n\n* First\n* Second"


def test_the_command_imports_a_corpus_and_reports_it(presets, corpora, tmp_path, capsys):
    mapping, report = MAPPINGS / "jekyll-edge-cases.toml", tmp_path / "report.json"

    call_command(
        "import_content",
        corpora / "posts" / "jekyll-edge-cases",
        *("--mapping", str(mapping), "--publish", "--report", str(report)),
    )

    data = json.loads(report.read_text("utf-8"))
    assert data["totals"] == TOTALS["jekyll-edge-cases"]
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "2 <source>, 1 <video>, 13 created, 0 held back, 1 kept as a draft, 12 published"


def sources() -> list[Source]:
    return list(Source.objects.prefetch_related("asset__translations__locale"))
