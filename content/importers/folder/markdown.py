"""Reads a Markdown, MDX or HTML file: its front matter, its heading and its sanitised HTML."""

import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from content.importers.folder.front_matter import split_front_matter
from content.importers.folder.removed import removed_tags
from content.richtext import refuse_excess, sanitise
from journeys.storable import cleaned

HTML = (".html", ".htm")
MDX = ".mdx"
MARKS = "[]()*_`~<&\\:|#>"  # a parser looks ahead at each of these
MOST_MARKS = 50_000

# Code is matched first, as a fence of any length or as ticks, and left alone: nothing in it is a shortcode.
FENCE = r"(?P<fence>^[ \t>]*(?P<mark>`{3,}|~{3,})[^`\n]*\n(?:.*?^[ \t>]*(?P=mark)[`~]*[ \t]*$|.*))"
TICKS = r"(?P<ticks>(?<!`)(?P<tick>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=tick)(?!`))"
BRACED = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"  # nested three deep at most: a regex cannot count
BUILDERS = "vc|et_pb|fusion|av|mk|tcb|thrive|cs|ux|wpv|siteorigin|nectar|fl"
WIDGETS = (
    "gallery|caption|embed|playlist|audio|video|contact-form-7|ninja_form|wpforms|gravityform|rev_slider|"
    "elementor-template"
)
NO_LINK = r"(?![(\\[:])"  # [gallery](…) is a link, and no shortcode
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
    """A pattern of code, which is left alone, and of what is left out, in groups by ``NAMES``."""
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
    """One file: ``source`` is all of it, ``text`` what follows the front matter, ``body`` safe HTML.

    ``dropped`` counts components, shortcodes and the like that were left out: nothing is ever executed.
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
        """The body, without the heading that it begins with if that repeats the title."""
        first = HEADING.match(self.body)
        return self.body[first.end() :].strip() if first and bare(first[2]) == title else self.body

    def line_of(self, words: str) -> int | None:
        """The number of the first line of the file with ``words`` in it; ``None`` if there is none."""
        return next((number for number, line in enumerate(self.source.split("\n"), 1) if words in line), None)


def read_page(raw: bytes, *, suffix: str = ".md") -> MarkdownPage:
    """The page in ``raw``; its format is by the file name's ``suffix``.

    Refuses (``not_text``, ``front_matter``) what cannot be read, with the line, and (``rich_text_excess``) what is too
    long for one text.
    """
    try:
        source = cleaned(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ValidationError(_("Not UTF-8 (line %(line)d).") % {"line": line}, code="not_text") from error
    warnings: list[str] = []
    front, text = split_front_matter(source, warnings)
    dropped: Counter[str] = Counter()
    _refuse_marks(text)
    rendered = re.sub(r"<(/?)h1\b", r"<\1h2", _render(text, suffix.lower(), dropped), flags=re.IGNORECASE)
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
        message = _("This text is too long or has too much markup (%(size)d KB, %(marks)s marks or lines); split it.")
        raise ValidationError(message % {"size": size, "marks": f"{marks:,}"}, code="rich_text_excess")


def bare(markup: str) -> str:
    """The words of some HTML, on one line."""
    return " ".join(html.unescape(re.sub(r"</?[a-zA-Z][^>]*>|<!--.*?-->", "", markup)).replace("\x00", "").split())


def _render(text: str, suffix: str, dropped: Counter[str]) -> str:
    if suffix in HTML:
        document = BODY.search(text)
        return _leave_out(PARTS, document[1] if document else text, dropped)
    if suffix == MDX:
        return str(MARKDOWN_OF_MDX.render(_leave_out(PARTS_OF_MDX, text, dropped)))
    tokens = MARKDOWN.parse(_leave_out(PARTS, _unfold(text, dropped), dropped))
    for token in tokens:
        if token.type == "code_block" and TAGS_ONLY.fullmatch(token.content):
            token.type = "html_block"  # the indented end of a table, after a blank line
    return str(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


def _leave_out(parts: re.Pattern[str], text: str, dropped: Counter[str]) -> str:
    """``text`` without components, shortcodes and the like, except in code; counts them in ``dropped``."""

    def leave_out(match: re.Match[str]) -> str:
        if match["fence"] or match["ticks"]:
            return match[0]
        dropped[next(name for name in NAMES if match[name] is not None)] += 1
        return ""

    return parts.sub(leave_out, text)


def _unfold(text: str, dropped: Counter[str]) -> str:
    """``text`` with the insides of admonitions (``!!! note``) and tabs moved out to the margin; they may be nested."""
    count = 1

    def unfold(match: re.Match[str]) -> str:
        nonlocal count
        if match["fence"]:
            return match[0]
        count += 1
        indent = re.escape(match["indent"])
        return re.sub(rf"^{indent}(?: {{4}}|\t)", match["indent"], match["inner"], flags=re.MULTILINE)

    while count:  # one level of nesting each time
        count = 0
        text = ADMONITION.sub(unfold, text)
        dropped["shortcodes"] += count
    return text


def _document_title(text: str) -> str:
    title = TITLE.search(text)
    return bare(title[1]) if title else ""


def _lead(body: str) -> str:
    """The text of the first paragraph that has any."""
    return next((words for paragraph in PARAGRAPH.finditer(body) if (words := bare(paragraph[1]))), "")
