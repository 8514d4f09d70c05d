"""as_svg() – a journey as a picture that stands alone: no script, no reference, its own background."""

from collections.abc import Iterable
from html import escape

from journeys.diagram.layout import (
    HEADING,
    HEADING_LINE,
    MARGIN,
    MARK_HEIGHT,
    PAD,
    SMALL,
    SMALL_LINE,
    TITLE,
    TITLE_LINE,
    Box,
    Label,
    Layout,
    Track,
    layout,
)
from journeys.diagram.letters import width
from journeys.diagram.network import NO_STAGES, Network, Way, in_words

# Dark enough to be told from the paper without their colour; what they mean is told by place and shape too.
PAPER, INK, SOFT, ON, BACK = "#ffffff", "#1b1f24", "#4a525c", "#174a7c", "#8a3d0a"
FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif"
BEND, HEAD = 12, 9
PRINT = "@media print{.waymark-journey{max-width:100%;height:auto}}"


def as_svg(drawn: Network) -> str:
    """The picture, with the whole network in words for who cannot see it.

    Titles are in ``drawn``'s languages, the rest is English. Ids carry the journey's slug, so pictures
    of several journeys can stand on one page.
    """
    laid = layout(drawn)
    name, size = f"journey-{drawn.slug}", f"{_n(laid.width)} {_n(laid.height)}"
    across, down = size.split()
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="waymark-journey" lang="en" role="img"'
            f' aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
            f' width="{across}" height="{down}" viewBox="0 0 {size}" font-family="{FONTS}">',
            f'<title id="{name}-title"{_lang(drawn.lang)}>{escape(drawn.label)}</title>',
            f'<desc id="{name}-desc">{escape(in_words(drawn))}</desc>',
            f"<style>{PRINT}</style>",
            f'<rect width="{across}" height="{down}" fill="{PAPER}"/>',
            *_heading(drawn, laid),
            *(line for track in laid.tracks for line in _track(track, laid)),
            *(_straight(way, laid) for way in laid.straight),
            *(line for box in laid.boxes for line in _box(box, laid)),
            *(line for track in laid.tracks if track.label for line in _label(track.label, track)),
            *_legend(drawn, laid),
            "</svg>\n",
        ]
    )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _lang(code: str) -> str:
    """In SVG an empty ``lang`` says that the language is not known, not that it is English like the rest."""
    return f' lang="{escape(code)}"'


def _text(words: str, x: float, y: float, *, size: int, fill: str = INK, more: str = "") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" fill="{fill}"{more}>{escape(words)}</text>'


def _heading(drawn: Network, laid: Layout) -> Iterable[str]:
    more = f' font-weight="700"{_lang(drawn.lang)}'
    for index, line in enumerate(laid.heading):
        yield _text(line, MARGIN, MARGIN + HEADING + index * HEADING_LINE, size=HEADING, more=more)
    if not drawn.stops:
        yield _text(NO_STAGES, MARGIN, laid.top + TITLE, size=TITLE, fill=SOFT)


def _box(box: Box, laid: Layout) -> Iterable[str]:
    """One stage. A goal has a double frame, an entry a heavy left edge; both are named as well."""
    x, y, across, down = box.x, laid.top, laid.box_width, laid.bottom - laid.top
    yield _frame(x, y, across, down)
    if box.stop.is_goal:
        yield _frame(x + 4, y + 4, across - 8, down - 8)
    if box.stop.is_entry:
        yield f'<rect x="{_n(x)}" y="{_n(y + 10)}" width="7" height="{_n(down - 20)}" fill="{INK}"/>'
    yield from _marks(box, y + PAD)
    more = f' font-weight="700"{_lang(box.stop.lang)}'
    for index, line in enumerate(box.title):
        at = y + PAD + MARK_HEIGHT + TITLE_LINE * (index + 1) + 2
        yield _text(line, x + PAD, at, size=TITLE, more=more)
    for index, line in enumerate(reversed(box.phases)):
        yield _text(line, x + PAD, laid.bottom - PAD - index * SMALL_LINE, size=SMALL, fill=SOFT)


def _frame(x: float, y: float, across: float, down: float) -> str:
    place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(across)}" height="{_n(down)}"'
    return f'<rect {place} rx="8" fill="{PAPER}" stroke="{INK}" stroke-width="1.5"/>'


def _marks(box: Box, y: float) -> Iterable[str]:
    x = box.x + PAD
    for word, there, ground, ink in (("Entry", box.stop.is_entry, PAPER, INK), ("Goal", box.stop.is_goal, INK, PAPER)):
        if there:
            across = width(word, SMALL, bold=True) + 18
            yield (
                f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(across)}" height="20" rx="10"'
                f' fill="{ground}" stroke="{INK}" stroke-width="1.5"/>'
            )
            more = ' font-weight="700" text-anchor="middle"'
            yield _text(word, x + across / 2, y + 14.5, size=SMALL, fill=ink, more=more)
            x += across + 6


def _straight(way: Way, laid: Layout) -> str:
    start, end = laid.boxes[way.start].x + laid.box_width, laid.boxes[way.end].x
    y = (laid.top + laid.bottom) / 2
    return _line(f"M{_n(start)} {_n(y)}H{_n(end - HEAD)}", ON) + _arrowhead(end, y, "right", ON)


def _track(track: Track, laid: Layout) -> Iterable[str]:
    """A line out of one box, along the track and into the other, with round bends."""
    edge, colour = (laid.bottom, BACK) if track.way.is_back else (laid.top, ON)
    away = 1 if track.way.is_back else -1
    along = 1 if track.end > track.start else -1
    path = (
        f"M{_n(track.start)} {_n(edge)}V{_n(track.y - away * BEND)}"
        f"Q{_n(track.start)} {_n(track.y)} {_n(track.start + along * BEND)} {_n(track.y)}"
        f"H{_n(track.end - along * BEND)}"
        f"Q{_n(track.end)} {_n(track.y)} {_n(track.end)} {_n(track.y - away * BEND)}"
        f"V{_n(edge + away * HEAD)}"
    )
    yield _line(path, colour, dashed=bool(track.way.segments))
    yield _arrowhead(track.end, edge, "up" if track.way.is_back else "down", colour)


def _line(path: str, colour: str, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="6 4"' if dashed else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.75"{dashes}/>'


def _arrowhead(x: float, y: float, to: str, colour: str) -> str:
    """A head whose point is at ``x``, ``y``."""
    turn = {"right": 0, "down": 90, "left": 180, "up": -90}[to]
    shape = f"M0 0L-{HEAD + 1} -5V5Z"
    return f'<path d="{shape}" transform="translate({_n(x)} {_n(y)}) rotate({turn})" fill="{colour}"/>'


def _label(label: Label, track: Track) -> Iterable[str]:
    top = track.y - label.height / 2
    yield (
        f'<rect x="{_n(label.x - label.width / 2)}" y="{_n(top)}" width="{_n(label.width)}"'
        f' height="{_n(label.height)}" rx="4" fill="{PAPER}"/>'
    )
    for index, line in enumerate(label.lines):
        y = top + 3 + SMALL_LINE * (index + 1) - 4
        more = ' text-anchor="middle"'
        yield _text(line, label.x, y, size=SMALL, fill=BACK if track.way.is_back else ON, more=more)


def _legend(drawn: Network, laid: Layout) -> Iterable[str]:
    """What the lines mean, for those there are."""
    kinds = [
        ("leads on", ON, "right", any(not way.is_back for way in drawn.ways)),
        ("leads back", BACK, "left", any(way.is_back for way in drawn.ways)),
        ("only for those named", SOFT, "", any(way.segments for way in drawn.ways)),
    ]
    x, y = float(MARGIN), laid.height - 20
    for words, colour, to, there in kinds:
        if there:
            yield _line(f"M{_n(x)} {_n(y - 4)}H{_n(x + 30)}", colour, dashed=not to)
            if to:
                yield _arrowhead(x + 32 if to == "right" else x - 2, y - 4, to, colour)
            yield _text(words, x + 40, y, size=SMALL, fill=SOFT)
            x += 40 + width(words, SMALL) + 24
