"""What of some HTML the sanitiser takes out, counted, so that a report can tell."""

import re
from collections import Counter
from html.parser import HTMLParser

from content.richtext import ATTRIBUTES, SCHEMES, TAGS
from journeys.addresses import has_user

WHOLE = {"html", "head", "body", "title", "meta", "link", "h1"}  # of a page, and no loss
OURS = re.compile(r"footnote|fnref|fn\d|language-")  # what our own renderer writes
SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")


def removed_tags(html: str) -> Counter[str]:
    """What goes: tags as ``<script>``, attributes by name, addresses that may not be opened as ``addresses``."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in WHOLE:
            return
        if tag not in TAGS:
            self.found[f"<{tag[:40]}>"] += 1
        for name, value in attrs:
            known = name in ATTRIBUTES["*"] or name in ATTRIBUTES.get(tag, ())
            if not known and tag in TAGS and name != "rel" and not OURS.match(value or ""):
                self.found[name[:40]] += 1
            scheme = SCHEME.match(value or "") if name in ("href", "src") else None
            if (scheme and scheme[1].lower() not in SCHEMES) or (known and name == "href" and has_user(value or "")):
                self.found["addresses"] += 1
