"""Sanitises rich text with ``nh3``: on saving, on importing and on publishing.

The parser behind ``nh3`` is quadratic in what is nested in one another and in bare ``&``: the latter are escaped
before, and what people write is bounded by ``refuse_excess``. What is stored already is read whatever its size.
"""

import re

import nh3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from journeys.addresses import has_user

TAGS = {
    *("p", "br", "hr", "div", "span", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "details", "summary"),
    *("a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "strong"),
    *("sub", "sup", "u", "var", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "img"),
    *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
ATTRIBUTES = {
    "*": {"lang", "title", "dir"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "code": {"class"},
}
MOST_TAGS = 10_000  # that open something; nested in one another they are parsed in a fifth of a second
DEEPEST = 100
MOST_OPENED = 500_000  # a parser opens formats that were never closed anew in each paragraph that follows
FORMAT = re.compile(r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b([^>]*)", re.IGNORECASE)
PLAIN_FORMATS = 39  # three of each of them: of equal ones no more are opened anew
EMPTY = {"br", "hr", "img", "col"}
START_OR_END = re.compile(r"<(/?)([a-z0-9]+)")
BARE = re.compile(r"&(?!#[0-9xX]|[a-zA-Z])|<(?![a-zA-Z/!?])")
SCHEMES = {"http", "https", "mailto", "tel", "asset"}  # the last: content/links.py


def _address(tag: str, name: str, value: str) -> str | None:
    """A link to an asset in the one spelling that links.py reads: readers' machines mind neither blanks nor case."""
    plain = re.sub(r"[\x00-\x20]+", "", value)
    if name in ("href", "src") and has_user(value):
        return None
    if name not in ("href", "src") or plain[:6].lower() != "asset:":
        return value
    return f"asset:{plain[6:]}" if tag == "a" else None


CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel="noopener noreferrer",
    attribute_filter=_address,
)


def sanitise(html: str) -> str:
    """``html`` with everything taken out that could run or mislead: idempotent, never fails."""
    return CLEANER.clean(_escaped(html.replace("\x00", "")))


def refuse_excess(html: str) -> None:
    """Refuses (``rich_text_excess``) a text that is too long, too deep or has too much markup. Linear.

    Sanitised, it may hold ``RICH_TEXT_MAX_KB``; what a paste brings along may be as much again.
    """
    if why := _too_large(_escaped(html), times=2) or excess(sanitise(html)):
        raise ValidationError(why, code="rich_text_excess")


def excess(html: str) -> str:
    """Why sanitised ``html`` is too much for one text, as a sentence; empty if it is not. Linear."""
    return _too_large(html, times=1) or _too_deep(html)


def _too_large(html: str, *, times: int) -> str:
    most, size = settings.RICH_TEXT_MAX_KB, -(-len(html.encode("utf-8", "replace")) // 1024)
    if size > times * most:
        message = _("This text is too long (%(size)d KB of HTML, at most %(most)d); split it in two.")
        return message % {"size": size, "most": most}
    tags = html.count("<") - html.count("</")
    if tags > MOST_TAGS:
        message = _("This text has too much markup (%(tags)s tags, at most %(most)s); split it or paste it plain.")
        return message % {"tags": f"{tags:,}", "most": f"{MOST_TAGS:,}"}
    formats = [attributes for attributes in FORMAT.findall(html) if attributes]
    # An odd number of quotes: the expression stopped at a “>” inside a value, so the attributes are cut.
    cut = [attributes for attributes in formats if attributes.count('"') % 2 or attributes.count("'") % 2]
    # Why a product: a format that is never closed is opened anew in each paragraph after it, three times at most if its
    # attributes are the same. 1,000 paragraphs after 40 different fonts are 40,000 tags to the parser, from a text of
    # some kilobytes.
    if tags * (PLAIN_FORMATS + 3 * (len(set(formats)) + len(cut))) > MOST_OPENED:
        return _("This text has too many kinds of bold, italic and other formats; paste it as plain text.")
    return ""


def _too_deep(html: str) -> str:
    depth = 0
    # A text with a hundred closing tags or fewer cannot be deeper than that, which spares nearly all texts the walk.
    for end, name in START_OR_END.findall(html) if html.count("</") > DEEPEST else ():
        depth += 0 if name in EMPTY else -1 if end else 1
        if depth > DEEPEST:
            message = _("The markup of this text is nested too deeply (more than %(most)d levels); paste it plain.")
            return message % {"most": DEEPEST}
    return ""


def _escaped(html: str) -> str:
    # The parser is quadratic in bare “&” and “<”; as entities they are plain text to it.
    return BARE.sub(lambda found: "&amp;" if found[0] == "&" else "&lt;", html)
