"""One Markdown, MDX or HTML file as front matter, heading and sanitised HTML."""

import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from content.importers.folder.front_matter import part
from content.importers.folder.removed import removed_tags
from content.richtext import refuse_excess, sanitise
from journeys.storable import cleaned

HTML = (".html", ".htm")
MDX = ".mdx"
MARKS = "[]()*_`~<&\\:|#>"
MOST_MARKS = 50_000

FENCE = r"(?P<fence>^[ \t>]*(?P<mark>`{3,}|~{3,})[^`\n]*\n(?:.*?^[ \t>]*(?P=mark)[`~]*[ \t]*$|.*))"
TICKS = r"(?P<ticks>(?<!`)(?P<tick>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=tick)(?!`))"
BRACED = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
BUILDERS = "vc|et_pb|fusion|av|mk|tcb|thrive|cs|ux|wpv|siteorigin|nectar|fl"
WIDGETS = (
    "gallery|caption|embed|playlist|audio|video|contact-form-7|ninja_form|wpforms|gravityform|rev_slider|"
    "elementor-template"
)
NO_LINK = r"(?![(\\[:])"
BUILDER = "|".join(
    [
        r"__CONFIG_(?P<config>\w{1,80}?)__(?:(?!__CONFIG_).)*?__CONFIG_(?P=config)__",
        r"__CONFIG_\w{1,80}?__\{[^\n]*",
        rf"\[/?(?:{BUILDERS})_[\w-]{{1,80}}(?:\s[^\[\]]*)?/?\]{NO_LINK}",
        rf"\[(?:{WIDGETS})(?:\s+[\w-]+=[^\[\]]*)/?\]{NO_LINK}",
        rf"\[/(?:{WIDGETS})\]",
    ]
)
# What never ends is looked for up to where the next begins: else each beginning would be read to the end of the file.
LEFT_OUT = {
    "shortcodes": r"\{\{[<%](?:(?!\{\{[<%]).)*?[%>]\}\}|\{%(?:(?!\{%).)*?%\}|^[ \t]*(?:-{2,}8<-{2,}|:::)[^\n]*$",
    "modules": r"^(?:import\s+(?:[\w*{}$\s,]+\sfrom\s+)?['\"][^'\"\n]+['\"];?[ \t]*$"
    r"|export\s+(?:const|let|var|default|function|class|type|interface)\b.*?(?=\n[ \t]*\n|\Z))",
    "builder": BUILDER,
    "attributes": r"\{:[^{}\n]*\}|[ \t]*\{#[\w-]+\}[ \t]*$",
}
JSX_ATTRIBUTES = rf"(?:\s(?:[^<>{{}}\"']|\"[^\"]*\"|'[^']*'|{BRACED})*)?"
FLAGS = re.DOTALL | re.MULTILINE


def _parts(*, component: str, expression: str) -> re.Pattern[str]:
    """Code, to be left alone, and what is left out."""
    named = {**LEFT_OUT, "components": rf"</?{component}{JSX_ATTRIBUTES}/?>", "expressions": expression}
    return re.compile("|".join([FENCE, TICKS, *(f"(?P<{name}>{pattern})" for name, pattern in named.items())]), FLAGS)


NAMES = (*LEFT_OUT, "components", "expressions")
PARTS = _parts(  # <TABLE> is HTML, and of braces only two are more than text
    component=r"(?=[A-Z][A-Z0-9]*[a-z.])[\w.]+", expression=r"(?:\s[\w:-]+=)?\{\{(?:(?!\{\{|\}\}|\n[ \t]*\n).)*\}\}"
)
PARTS_OF_MDX = _parts(component=r"[A-Z][\w.]*", expression=rf"(?:\s[\w:-]+=)?(?<!\\){BRACED}")
ADMONITION = re.compile(
    rf"{FENCE}|^(?P<indent>[ \t]*)(?:!!!|\?\?\?\+?|===[+!]? \")[^\n]*(?:\n|\Z)"
    r"(?P<inner>(?:(?P=indent)(?: {4}|\t)[^\n]*(?:\n|\Z)|[ \t]*\n)*)",
    FLAGS,
)
TAGS_ONLY = re.compile(r"\s*(?:</?[a-z][^<>]*>\s*)+")
BODY = re.compile(r"<body[^>]*>(.*?)(?:</body>|\Z)", re.DOTALL | re.IGNORECASE)
TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
HEADING = re.compile(r"<h([2-6])[^>]*>(.*?)</h\1>", re.DOTALL)
PARAGRAPH = re.compile(r"<p(?:\s[^>]*)?>(.*?)</p>", re.DOTALL)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return parser.use(deflist_plugin).use(footnote_plugin)


MARKDOWN = _parser()
MARKDOWN_OF_MDX = _parser().disable("code")  # MDX has no indented code


@dataclass
class MarkdownPage:
    """A file as it was read: ``source`` is all of it, ``text`` what follows the front matter, ``body`` safe HTML.

    ``dropped`` counts components, shortcodes and the like that were taken out: nothing is ever executed.
    """

    front: dict[str, Any]
    source: str
    text: str
    body: str
    heading: str
    lead: str
    dropped: Counter[str]
    warnings: list[str]

    def body_below(self, title: str) -> str:
        """The body, without its first heading if that stands first and says the title: a title is said once."""
        first = HEADING.match(self.body)
        return self.body[first.end() :].strip() if first and bare(first[2]) == title else self.body

    def line_of(self, words: str) -> int | None:
        """The first line of the file in which ``words`` stand."""
        return next((number for number, line in enumerate(self.source.split("\n"), 1) if words in line), None)


def read_page(raw: bytes, *, suffix: str = ".md") -> MarkdownPage:
    """The page in ``raw``; the file name's ``suffix`` tells the format.

    Refuses (``not_text``, ``front_matter``) what cannot be read, with the line, and (``rich_text_excess``) what is more
    than one text may be.
    """
    try:
        source = cleaned(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ValidationError(f"Not UTF-8 (line {line}).", code="not_text") from error
    warnings: list[str] = []
    front, text = part(source, warnings)
    dropped: Counter[str] = Counter()
    _refuse_marks(text)
    rendered = re.sub(r"<(/?)h1\b", r"<\1h2", _rendered(text, suffix.lower(), dropped), flags=re.IGNORECASE)
    refuse_excess(rendered)
    dropped += removed_tags(rendered)
    body = sanitise(rendered).strip()
    body = re.sub(r'<a href=""[^>]*>(.*?)</a>', r"\1", body, flags=re.DOTALL)  # its address was a shortcode
    heading = HEADING.search(body)
    title = bare(heading[2]) if heading else _document_title(text)
    return MarkdownPage(front, source, text, body, title, _lead(body), dropped, warnings)


def _refuse_marks(text: str) -> None:
    """Refuses what would take long to be rendered, before it is."""
    size, marks = len(text.encode()) // 1024, max(text.count("\n"), sum(map(text.count, MARKS)))
    if size > 2 * settings.RICH_TEXT_MAX_KB or marks > MOST_MARKS:
        message = f"This text is too long or has too much markup ({size} KB, {marks:,} marks or lines); part it in two."
        raise ValidationError(message, code="rich_text_excess")


def bare(markup: str) -> str:
    """The words of some HTML, on one line."""
    return " ".join(html.unescape(re.sub(r"</?[a-zA-Z][^>]*>|<!--.*?-->", "", markup)).replace("\x00", "").split())


def _rendered(text: str, suffix: str, dropped: Counter[str]) -> str:
    if suffix in HTML:
        document = BODY.search(text)
        return _left_out(PARTS, document[1] if document else text, dropped)
    if suffix == MDX:
        return str(MARKDOWN_OF_MDX.render(_left_out(PARTS_OF_MDX, text, dropped)))
    tokens = MARKDOWN.parse(_left_out(PARTS, _unfolded(text, dropped), dropped))
    for token in tokens:
        if token.type == "code_block" and TAGS_ONLY.fullmatch(token.content):
            token.type = "html_block"  # the indented end of a table, after a blank line
    return str(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


def _left_out(parts: re.Pattern[str], text: str, dropped: Counter[str]) -> str:
    """``text`` without components, shortcodes and the like, but for what stands in code."""

    def leave(found: re.Match[str]) -> str:
        if found["fence"] or found["ticks"]:
            return found[0]
        dropped[next(name for name in NAMES if found[name] is not None)] += 1
        return ""

    return parts.sub(leave, text)


def _unfolded(text: str, dropped: Counter[str]) -> str:
    """``text`` with what stands in admonitions (``!!! note``) and tabs moved out to the margin; they may be nested."""
    found = 1

    def unfold(match: re.Match[str]) -> str:
        nonlocal found
        if match["fence"]:
            return match[0]
        found += 1
        indent = re.escape(match["indent"])
        return re.sub(rf"^{indent}(?: {{4}}|\t)", match["indent"], match["inner"], flags=re.MULTILINE)

    while found:
        found = 0
        text = ADMONITION.sub(unfold, text)
        dropped["shortcodes"] += found
    return text


def _document_title(text: str) -> str:
    found = TITLE.search(text)
    return bare(found[1]) if found else ""


def _lead(body: str) -> str:
    """The text of the first paragraph that has any."""
    return next((words for found in PARAGRAPH.finditer(body) if (words := bare(found[1]))), "")
