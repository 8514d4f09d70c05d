"""Compares two texts word by word."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from html.parser import HTMLParser
from itertools import groupby
from typing import Literal, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Fate = Literal["same", "del", "ins"]
CHANGED: tuple[Fate, ...] = ("del", "ins")

TOKEN = re.compile(r"\w+|\n|[^\S\n]+|[^\w\s]")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
MOST = 4_000_000  # pairs of tokens to compare; above it a text is shown as replaced
CONTEXT = 120  # letters kept at either side of a change

BLOCKS = {
    *("p", "div", "blockquote", "pre", "details", "summary", "ul", "ol", "li", "dl", "dt", "dd", "figure"),
    *("figcaption", "table", "caption", "tr", "hr", "h2", "h3", "h4", "h5", "h6"),
}
BEGINNINGS = {"li": "• ", "h2": "# ", "h3": "## ", "h4": "### ", "h5": "#### ", "h6": "##### ", "blockquote": "“ "}
CELLS = {"td", "th"}


class Piece(NamedTuple):
    kind: Fate
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in their order: ``same``, ``del`` for what went and ``ins`` for what came.

    Those that are not ``ins`` make ``before`` when joined, those that are not ``del`` make ``after``; what went
    stands before what came in its place. Lines are matched before words, so that long texts stay quick; what takes
    more than ``MOST`` comparisons is shown as replaced. HTML goes through ``text_of`` first.
    """
    former, latter = LINE.findall(before), LINE.findall(after)
    pieces: list[Piece] = []
    effort = Effort()
    for kind, old, new in _matched(former, latter, effort):
        if kind == "replace":
            pieces += _words("".join(old), "".join(new), effort)
        else:
            pieces += _pieces(kind, old, new)
    return _tidied(pieces)


def text_of(html: str) -> str:
    """The words of sanitised ``html``, a line for each block; links and pictures with their addresses."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def marked_html(pieces: Iterable[Piece], *, context: int = CONTEXT) -> SafeString:
    """The pieces as HTML with ``<del>`` and ``<ins>``; what stayed is cut to ``context`` letters around a change.

    Lines end in a newline: show it with ``white-space: pre-line``.
    """
    pieces = list(pieces)
    last = len(pieces) - 1
    return format_html_join(
        "",
        "{}",
        ((_piece_html(piece, context, first=place == 0, last=place == last),) for place, piece in enumerate(pieces)),
    )


def _piece_html(piece: Piece, context: int, *, first: bool, last: bool) -> str:
    if piece.kind == "same":
        return _cut(piece.text, context, first=first, last=last)
    return _tagged(piece)


def _tagged(piece: Piece) -> SafeString:
    # A line end that was added or removed would be invisible.
    return format_html("<{0}>{1}</{0}>", piece.kind, "¶\n" if piece.text == "\n" else piece.text)


def _cut(text: str, context: int, *, first: bool, last: bool) -> str:
    """``text`` with its middle left out; at the beginning and the end of all, that is everything far from a change."""
    head, tail = (0 if first else context), (0 if last else context)
    if len(text) <= head + tail + context // 2:
        return text
    begun = text[:head].rsplit(maxsplit=1)[0] if head and text[:head].strip() else text[:head]
    ended = text[len(text) - tail :]
    ended = ended.split(maxsplit=1)[-1] if ended.strip() else ended
    return f"{begun} … {ended}"


@dataclass
class Effort:
    """The number of comparisons that two texts may still take."""

    remaining: int = MOST


class BoundedMatcher(SequenceMatcher[str]):
    """Looks for no more matches once the effort is spent: ``difflib`` alone is cubic where words come again."""

    def __init__(self, before: Sequence[str], after: Sequence[str], effort: Effort) -> None:
        super().__init__(None, before, after, autojunk=False)
        self.before = before
        self.effort = effort

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        # What ``difflib`` is about to do: each token before is held against every place at which it stands after. A
        # text of one word ten thousand times would be a hundred million steps, and they are counted before they are
        # made.
        places: dict[str, list[int]] = vars(self)["b2j"]  # missing in its type stubs
        self.effort.remaining -= sum(1 + len(places.get(token, ())) for token in self.before[alo:ahi])
        if self.effort.remaining < 0:
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def _matched(
    before: Sequence[str], after: Sequence[str], effort: Effort
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    for kind, i, j, k, m in BoundedMatcher(before, after, effort).get_opcodes():
        yield kind, before[i:j], after[k:m]


def _words(before: str, after: str, effort: Effort) -> Iterator[Piece]:
    former, latter = TOKEN.findall(before), TOKEN.findall(after)
    # difflib may compare every token with every other one.
    if len(former) * len(latter) > MOST:
        yield from _pieces("replace", [before], [after])
        return
    for kind, old, new in _matched(former, latter, effort):
        yield from _pieces(kind, old, new)


def _pieces(kind: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if kind == "equal":
        yield Piece("same", "".join(old))
        return
    if old:
        yield Piece("del", "".join(old))
    if new:
        yield Piece("ins", "".join(new))


def _tidied(pieces: list[Piece]) -> list[Piece]:
    """A blank that stayed between two changes belongs to both; neighbours of one kind are one piece."""
    spread: list[Piece] = []
    for place, piece in enumerate(pieces):
        # “red big” to “blue small” changes two words and keeps the blank between them: as one change of two words it
        # reads better than as two changes of one. The blank is kept on both sides, so both texts can still be put
        # together.
        between = 0 < place < len(pieces) - 1 and pieces[place + 1].kind != "same"
        if between and piece.kind == "same" and piece.text.isspace() and "\n" not in piece.text:
            spread += [Piece("del", piece.text), Piece("ins", piece.text)]
        else:
            spread.append(piece)
    tidied: list[Piece] = []
    for same, run in groupby(spread, key=lambda piece: piece.kind == "same"):
        found = list(run)
        if same:
            tidied.append(Piece("same", "".join(piece.text for piece in found)))
            continue
        texts = [(kind, "".join(piece.text for piece in found if piece.kind == kind)) for kind in CHANGED]
        tidied += [Piece(kind, text) for kind, text in texts if text]
    return tidied


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []
        self.verbatim = 0
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in BLOCKS or tag == "br":
            self._break(BEGINNINGS.get(tag, ""))
        if tag in CELLS:
            self.cells += 1
            self.parts.append(" | ")
        if tag == "pre":
            self.verbatim += 1
        if tag == "a":
            self.links.append(attributes.get("href") or "")
        if tag == "img":
            words = {"alt": attributes.get("alt"), "address": attributes.get("src") or ""}
            picture = _("[picture “%(alt)s” %(address)s]") if words["alt"] else _("[picture %(address)s]")
            self.parts.append(picture % words)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links and (link := self.links.pop()):
            self.parts.append(f" ({link})")
        if tag == "pre":
            self.verbatim = max(0, self.verbatim - 1)
        if tag in CELLS:
            self.cells = max(0, self.cells - 1)
        if tag in BLOCKS:
            self._break()

    def _break(self, beginning: str = "") -> None:
        # Some editors put a paragraph into each item and cell, some do not: it reads the same.
        if self.parts and self.parts[-1] in BEGINNINGS.values() and not beginning:
            return
        self.parts += [" " if self.cells else "\n", *filter(None, [beginning])]

    def handle_data(self, data: str) -> None:
        # Only in ``pre`` does an end of line mean one.
        text = data if self.verbatim else data.replace("\n", " ")
        if text.strip() or self.verbatim or self.parts[-1:] == [] or self.parts[-1] not in BEGINNINGS.values():
            self.parts.append(text)
