"""Links between the files of a folder, and between bulk lines, are kept by id."""

import orjson
import pytest

from content.importers.folder.mapping import read_mapping
from content.importers.folder.run import import_folder
from content.importers.load import Load
from content.importers.shape import Line
from content.links import reference
from content.models import Edition, Source, Translation
from content.publishing.publish import publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
MAPPING = """
paths = ['(?P<name>.+)\\.(?P<lang>en|nb)\\.md']
[set]
group = "{path.name}"
locale = "{path.lang}"
title = "{heading}"
slug = "{file.stem}"
kind = "guide"
stages = "see-think-do-care:see"
"""


def imported(tmp_path, at, **files):
    for name, text in files.items():
        path = tmp_path / "pages" / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "mapping.toml").write_text(MAPPING)
    return import_folder(tmp_path / "pages", read_mapping(tmp_path / "mapping.toml"), now=at, publish=True)


def body(key):
    return Translation.objects.get(asset__source__key=key, locale__code="en").body


def public_id(key):
    return Source.objects.get(key=key).asset.public_id


def test_links_between_files_lead_to_each_other_whatever_comes_first(tmp_path, at):
    report = imported(
        tmp_path,
        at,
        a_en_md="# A\n\nSee [b](sub/b.en.md#part) and [itself](a.en.md).",
        sub__b_en_md="# B\n\nBack to [a](../a.en.md), by [root](/a.en.md), to [nothing](../c.en.md).",
    )
    assert f'href="{reference(public_id("sub/b"))}#part"' in body("a")
    assert f'href="{reference(public_id("a"))}"' in body("sub/b")
    assert 'href="../c.en.md"' in body("sub/b")
    assert report.totals == {"created": 2, "published": 2, "held": 0, "kept as drafts": 0}


def test_a_second_run_leaves_linked_files_alone(tmp_path, at):
    files = {"a_en_md": "# A\n\nSee [b](b.en.md).", "b_en_md": "# B\n\nSee [a](a.en.md)."}
    imported(tmp_path, at, **files)
    before = body("a")
    report = imported(tmp_path, at, **files)
    assert report.totals == {"unchanged": 2, "published": 0, "held": 0, "kept as drafts": 0}
    assert body("a") == before


def test_a_path_on_the_site_is_kept_by_id_too(tmp_path, at):
    imported(tmp_path, at, a_en_md="# A\n\nSee [b](/guide/ben).", b_en_md="# B\n\nText")
    Translation.objects.filter(asset__source__key="b").update(slug="moved")
    report = imported(tmp_path, at, a_en_md="# A\n\nSee [b](/guide/moved) now.", b_en_md="# B\n\nText")
    assert f'href="{reference(public_id("b"))}"' in body("a")
    assert [file["outcome"] for file in report.files] == ["updated", "unchanged"]


def lines(*data):
    return lambda: iter([(f"line {n}", Line(one, f"line {n}")) for n, one in enumerate(data, start=1)])


def line(key, text):
    place = {"journey": "see-think-do-care", "stage": "see", "segments": [], "channels": [], "priority": 50}
    words = {"locale": "en", "slug": key, "title": key, "body": text}
    return {"key": key, "kind": "guide", "placements": [place], "translations": [words], "publish": {}}


def test_bulk_lines_link_by_key_and_say_what_leads_nowhere(api):
    outcomes = []
    text = '<p><a href="asset:key/b">b</a> <a href="asset:key/none">c</a></p>'
    Load(lines(line("a", text), line("b", "")), tell=outcomes.append).run()
    assert outcomes[0].warnings == ["links to what does not exist: none"]
    url = api.get(f"/api/v1/content/{public_id('b')}/").json()["url"]
    html = api.get(f"/api/v1/content/{public_id('a')}/").json()["body"]
    rel = 'rel="noopener noreferrer"'
    assert html == f'<p><a href="{url}" {rel}>b</a> <a {rel}>c</a></p>'
    edition = Edition.objects.get(asset__source__key="a")
    assert orjson.loads(bytes(edition.document))["links"] == [public_id("b")]
    assert {warning["code"] for warning in edition.warnings} == {"dead_end"}


def test_what_was_linked_is_followed_when_its_slug_changes(api, at):
    Load(lines(line("a", '<p><a href="asset:key/b">b</a></p>'), line("b", "")), tell=lambda outcome: None).run()
    target = Source.objects.get(key="b").asset
    target.translations.update(slug="renamed")
    publish(target)
    assert 'href="/guide/renamed"' in api.get(f"/api/v1/content/{public_id('a')}/").json()["body"]
