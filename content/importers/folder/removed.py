"""Counts what the sanitiser removes from some HTML, for the report of an import."""

import re
from collections import Counter
from html.parser import HTMLParser

from content.richtext import ATTRIBUTES, SCHEMES, TAGS
from journeys.addresses import has_user

WHOLE = {"html", "head", "body", "title", "meta", "link", "h1"}  # of a page, and no loss
OURS = re.compile(r"footnote|fnref|fn\d|language-")  # what our own renderer writes
SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")


def removed_tags(html: str) -> Counter[str]:
    """Counts of removed tags (as ``<script>``), attributes (by name) and forbidden addresses (as ``addresses``)."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.counts


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.counts: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in WHOLE:
            return
        if tag not in TAGS:
            self.counts[f"<{tag[:40]}>"] += 1
        for name, value in attrs:
            known = name in ATTRIBUTES["*"] or name in ATTRIBUTES.get(tag, ())
            if not known and tag in TAGS and name != "rel" and not OURS.match(value or ""):
                self.counts[name[:40]] += 1
            scheme = SCHEME.match(value or "") if name in ("href", "src") else None
            if (scheme and scheme[1].lower() not in SCHEMES) or (known and name == "href" and has_user(value or "")):
                self.counts["addresses"] += 1
