"""Rich text is HTML that ``nh3`` has sanitised: on saving, on importing and on publishing."""

import re

import nh3

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
SCHEMES = {"http", "https", "mailto", "tel", "asset"}  # the last: content/links.py


def _address(tag: str, name: str, value: str) -> str | None:
    """A link to an asset in the one spelling that links.py reads: readers' machines mind neither blanks nor case."""
    plain = re.sub(r"[\x00-\x20]+", "", value)
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
    return CLEANER.clean(html.replace("\x00", ""))
