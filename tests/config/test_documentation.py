"""The pages for people: their links, what they promise of the settings, and how they are served."""

import re
from functools import cache
from html.parser import HTMLParser
from posixpath import normpath
from urllib.parse import urldefrag

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from config.documentation.contents import PAGES, address_of, page_files

ROOT = settings.ROOT
FILES = sorted({file for file, _ in PAGES.values()} | set(page_files().values()))
LARGEST = 200 * 1024  # bytes of a picture
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^( *)```.*?^\1```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)
pytestmark = pytest.mark.django_db


class Links(HTMLParser):
    """What a page leads to and shows, and where it can be led to."""

    def __init__(self, markup):
        super().__init__()
        self.hrefs, self.pictures, self.anchors = set(), set(), set()
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.anchors |= {known["id"]} if "id" in known else set()
        self.hrefs |= {known["href"]} if tag == "a" else set()
        self.pictures |= {known["src"]} if tag == "img" else set()


def addresses():
    return [address_of(name) for name in page_files()]


def test_each_page_is_served_to_everybody_and_kept(client):
    for address in addresses():
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (
            200,
            "public, max-age=60, stale-while-revalidate=300",
        )
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; img-src 'self'")
        assert b" style=" not in answer.content  # which the policy would not take
        assert not answer.cookies
        assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_pages_and_the_sign_in_name_an_icon_that_is_there(client):
    for address in ("/docs/", "/admin/login/"):
        [link] = re.findall(r'<link rel="icon"[^>]*>', client.get(address).content.decode())
        assert 'href="/static/content/icon' in link
    assert finders.find("content/icon.svg")


def test_each_link_leads_to_a_page_or_an_anchor_that_is_there(client):
    @cache
    def links(address):
        return Links(client.get(address).content.decode())

    known, wrong = {*addresses(), "/api/v1/docs/"}, []
    for address in addresses():
        for href in links(address).hrefs:
            page, anchor = urldefrag(href)
            page = page or address
            if page.startswith(("https://", "http://", "mailto:")):
                continue
            if page not in known or (anchor and anchor not in links(page).anchors):
                wrong.append((address, href))
        items = [picture.removeprefix(settings.STATIC_URL) for picture in links(address).pictures]
        wrong += [(address, picture) for picture in items if not finders.find(picture)]
    assert wrong == []


def test_each_relative_link_of_a_file_leads_to_a_file():
    wrong = set()
    for file in FILES:
        for href in LINK.findall(CODE.sub("", (ROOT / file).read_text("utf-8"))):
            target = normpath(f"{(ROOT / file).parent.relative_to(ROOT)}/{urldefrag(href)[0]}")
            if not href.startswith(("https://", "http://", "#")) and not (ROOT / target).exists():
                wrong.add(target)
    assert wrong == set()


def test_paths_that_the_pages_name_are_there():
    """From the top, or from the page's own folder."""
    wrong = []
    for file in FILES:
        text = (ROOT / file).read_text("utf-8")
        named = set(re.findall(r"`((?:config|content|journeys|tests)/[\w./-]*\.(?:py|json|toml|jsonl|css|js))`", text))
        folders = (ROOT, (ROOT / file).parent)
        wrong += [(file, path) for path in named if not any((folder / path).exists() for folder in folders)]
    assert {path for _, path in wrong} <= MADE_BY_RECIPES, wrong


MADE_BY_RECIPES = {
    "content/presets/kinds/event.json",
    "content/audit/checks/owners.py",
    "tests/content/audit/test_owners.py",
}


def test_what_is_no_page_is_not_found_as_elsewhere(client):
    for name in ("nowhere", "decisions/nowhere", "../manage", "decisions/README"):
        answer = client.get(f"/docs/{name}/")
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_pages_are_only_read(client):
    assert client.post("/docs/").status_code == 405
    assert client.head("/docs/").status_code == 200


def test_the_front_page_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150


def test_pictures_are_small():
    assert [
        file.name for file in (ROOT / "content/static/content/docs").iterdir() if file.stat().st_size > LARGEST
    ] == []


def test_the_page_for_operators_names_every_setting_and_no_other():
    code = (ROOT / "config/settings.py").read_text("utf-8")
    read = {name for call in re.findall(r"\benv\.\w+\(([^)]*)", code) for name in re.findall(r'"([A-Z][A-Z_]+)"', call)}
    table = (ROOT / "config/README.md").read_text("utf-8").partition("\n## Settings\n")[2].partition("\n## ")[0]
    results = {
        name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert results == read
