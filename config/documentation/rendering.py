"""One Markdown file as HTML, its links leading to where the other pages are served."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

from config.documentation.contents import address_of, page_files

STATIC = "content/static/"
DEEPEST = 3  # headings in the table of contents
AS_WRITTEN = ("https://", "http://", "mailto:", "#")  # links that stay as they are


class Heading(NamedTuple):
    """An entry of the table of contents."""

    level: int
    anchor: str
    words: str


@dataclass(frozen=True)
class RenderedPage:
    """One file as HTML."""

    title: str
    headings: list[Heading]
    html: SafeString


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    anchors_plugin(parser, max_level=DEEPEST)
    parser.add_render_rule("table_open", lambda self, *_: '<div class="wide" tabindex="0"><table>\n')
    parser.add_render_rule("table_close", lambda self, *_: "</table></div>\n")
    return parser


MARKDOWN = _parser()


@lru_cache(maxsize=128)
def rendered_page(path: Path, changed: int) -> RenderedPage:
    """``path`` as HTML; ``changed`` is when it was, so that an edited file is read again."""
    tokens = MARKDOWN.parse(path.read_text("utf-8"))
    places = {file: name for name, file in page_files().items()}
    for token in tokens:
        if token.attrs.pop("style", None):  # of a column of numbers; the policy takes no styles in elements
            token.attrs["class"] = "number"
        _lead(token.children or [], path.relative_to(settings.ROOT), places)
    headings = _headings(tokens)
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    title = next((heading.words for heading in headings if heading.level == 1), path.stem)
    return RenderedPage(title, [h for h in headings if h.level > 1], mark_safe(html))  # noqa: S308 - our own files


def _headings(tokens: list[Token]) -> list[Heading]:
    found = []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and int(opening.tag[1]) <= DEEPEST:
            words = "".join(part.content for part in inline.children or [])
            found.append(Heading(int(opening.tag[1]), str(opening.attrs["id"]), words))
    return found


def _lead(parts: list[Token], file: Path, places: dict[str, str]) -> None:
    """Lets relative links of ``file`` lead to where their pages are served; those to other files become plain words."""
    opened: list[Token] = []
    for part in parts:
        if part.type == "image":
            target = _within(str(part.attrs["src"]), file)
            part.attrs["src"] = static(target.removeprefix(STATIC)) if target.startswith(STATIC) else ""
        elif part.type == "link_open":
            href = str(part.attrs["href"])
            if not href.startswith(AS_WRITTEN):
                target, anchor = _within(href, file), urlsplit(href).fragment
                if target in places:
                    part.attrs["href"] = address_of(places[target]) + (f"#{anchor}" if anchor else "")
                else:
                    part.tag, part.attrs = "span", {"class": "file", "title": target}
            opened.append(part)
        elif part.type == "link_close":
            part.tag = opened.pop().tag


def _within(href: str, file: Path) -> str:
    """The path in the repository that a relative address in ``file`` means."""
    return normpath(str(PurePosixPath(file.parent) / re.sub(r"[?#].*", "", href)))
