"""read_page() – one Markdown, MDX or HTML file as front matter, title and sanitised HTML."""

import html
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from frontmatter.default_handlers import BaseHandler, YAMLHandler
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from content.richtext import sanitise

FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
SHORTCODE = re.compile(
    r"\{\{[<%].*?[%>]\}\}|\{%.*?%\}|^\s*(?:-{2,}8<-{2,}|!!!|\?\?\?\+?|:::).*$", re.DOTALL | re.MULTILINE
)
COMPONENT = re.compile(r"</?[A-Z][\w.]*(?:\s(?:[^<>{}\"']|\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{[^{}]*\})*\}|=)*)?/?>")
MODULE = re.compile(r"^(?:import\s.+from\s.+|import\s+['\"].+|export\s+(?:const|default|function)\s.*)$", re.MULTILINE)
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKDOWN.use(deflist_plugin).use(footnote_plugin)


@dataclass
class Page:
    """A file as it was read. ``dropped`` counts components and shortcodes taken out: never executed."""

    front: dict[str, Any]
    heading: str
    lead: str
    body: str
    dropped: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)


class Toml(BaseHandler):
    """``+++`` front matter, by the standard library."""

    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)

    def load(self, fm: str, **kwargs: object) -> Any:
        return tomllib.loads(fm)


class Loader(yaml.SafeLoader):
    """The pure-Python loader, so that every machine accepts the same files; the last of two equal keys counts."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]  # type: ignore[no-untyped-call]
        for key, count in Counter(str(key) for key in keys).items():
            if count > 1:
                self.repeated.append(key)
        return super().construct_mapping(node, deep=deep)

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.repeated: list[str] = []


def read_page(raw: bytes) -> Page:
    """The page in ``raw``. Refuses (``not_text``, ``front_matter``) what cannot be read, with the line."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ValidationError(f"Not UTF-8 (line {line}).", code="not_text") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    warnings: list[str] = []
    front, body = _front(text, warnings)
    dropped: Counter[str] = Counter()
    tokens = MARKDOWN.parse(_without_code(body, dropped))
    heading, lead = _heading(tokens), _lead(tokens)
    if tokens and tokens[0].type == "heading_open" and heading and not front.get("title"):
        tokens = tokens[3:]  # the title is said once
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    rendered = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return Page(front, heading, lead, sanitise(rendered).strip(), dropped, warnings)


def _front(text: str, warnings: list[str]) -> tuple[dict[str, Any], str]:
    """Front matter and the rest; blank lines may stand before it, and there may be none."""
    start = len(text) - len(text.lstrip())
    trimmed = text[start:]
    for handler in (YAMLHandler(), Toml()):
        if not handler.detect(trimmed):
            continue
        try:
            matter, body = handler.split(trimmed)
        except ValueError:
            continue  # a rule or a heading underline, never closed
        first_line = text[:start].count("\n") + 1
        found = _loaded(handler, matter, first_line, warnings)
        if isinstance(found, dict):
            return {str(key): value for key, value in found.items()}, body
        if found is None:
            return {}, body
        raise ValidationError(f"The front matter (line {first_line}) is no list of keys.", code="front_matter")
    return {}, text


def _loaded(handler: BaseHandler, matter: str, first_line: int, warnings: list[str]) -> Any:
    try:
        if isinstance(handler, Toml):
            return handler.load(matter)
        loader = Loader(matter)
        try:
            found = loader.get_single_data()
        finally:
            loader.dispose()  # type: ignore[no-untyped-call]
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        reason = getattr(error, "problem", None) or str(error)
        raise ValidationError(f"Front matter, line {line}: {reason}.", code="front_matter") from error
    warnings += [f"front matter: “{key}” stands twice, the last one counts" for key in loader.repeated]
    return found


def _without_code(body: str, dropped: Counter[str]) -> str:
    """``body`` without components, shortcodes and module lines, but for what stands in fenced code."""
    kept: list[str] = []
    for fenced, part in _parts(body):
        if fenced:
            kept.append(part)
            continue
        part, modules = MODULE.subn("", part)
        part, shortcodes = SHORTCODE.subn("", part)
        part, components = COMPONENT.subn("", part)
        dropped.update(modules=modules, shortcodes=shortcodes, components=components)
        kept.append(part)
    return "".join(kept)


def _parts(body: str) -> list[tuple[bool, str]]:
    """The text in turn outside and inside of fenced code."""
    parts: list[tuple[bool, list[str]]] = [(False, [])]
    fence = ""
    for line in body.splitlines(keepends=True):
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
            parts.append((True, [line]))
        elif mark and fence and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
            parts[-1][1].append(line)
            parts.append((False, []))
            fence = ""
        else:
            parts[-1][1].append(line)
    return [(fenced, "".join(lines)) for fenced, lines in parts]


def _heading(tokens: list[Token]) -> str:
    """The text of the first heading, of whatever level; in Markdown, else in raw HTML."""
    for token, following in zip(tokens, tokens[1:], strict=False):
        if token.type == "heading_open":
            return plain(following)
        if token.type == "html_block" and (
            found := re.search(r"<h[1-6][^>]*>(.*?)</h[1-6]>", token.content, re.DOTALL)
        ):
            return _bare(found[1])
    return ""


def _lead(tokens: list[Token]) -> str:
    """The text of the first paragraph that has any."""
    for token, following in zip(tokens, tokens[1:], strict=False):
        if token.type == "paragraph_open" and (text := plain(following)):
            return text
    return ""


def plain(inline: Token) -> str:
    words = [child.content for child in inline.children or [] if child.type in ("text", "code_inline", "softbreak")]
    return " ".join("".join(word or " " for word in words).split())


def _bare(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())
