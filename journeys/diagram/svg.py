"""Draws a journey as one self-contained SVG: no script, no reference, its own background."""

from collections.abc import Iterable
from html import escape

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from journeys.diagram.layout import Box, Layout, entry_height, layout
from journeys.diagram.letters import clean, width
from journeys.diagram.network import DiagramWay, JourneyNetwork
from journeys.diagram.overlay import NOTHING, Overlay
from journeys.diagram.pen import (
    BEND,
    FONTS,
    HEAD,
    arrowhead,
    frame,
    group,
    lang,
    line,
    n,
    paint,
    style,
    text,
)
from journeys.diagram.shelves_drawn import badge, drawn_shelves, shades
from journeys.diagram.sizes import CAPTION, CAPTION_LINE, HEADING, HEADING_LINE, MARGIN
from journeys.diagram.tracks import Label, TransitionTrack
from journeys.diagram.words import NO_STAGES, in_words, way_sentence

LEAST_SCALE = 0.8  # of its size, to which it shrinks within a page before it scrolls


def as_svg(drawn: JourneyNetwork, overlay: Overlay = NOTHING, *, night: str = "") -> str:
    """The SVG, with a description of all of it for those who cannot see it, and the overlay.

    Titles are in ``drawn``'s languages, the rest in the active one. Ids carry the journey's slug, so pictures of
    several journeys can be on one page. With links it is a group of links, else one image. Within a page, ``night``
    is the selector of the dark theme, and the picture shrinks a little where the page is narrow.
    """
    laid = layout(drawn, overlay)
    name, size = f"journey-{drawn.slug}", f"{n(laid.width)} {n(laid.height)}"
    across, down = size.split()
    language = get_language() or "en"
    least = f' style="min-width:{n(LEAST_SCALE * laid.width)}px"' if night else ""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="waymark-journey" lang="{language}"'
            f' role="{"group" if overlay.is_linked else "img"}"'
            f' aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
            f' width="{across}" height="{down}" viewBox="0 0 {size}" font-family="{escape(FONTS)}"{least}>',
            f'<title id="{name}-title"{lang(drawn.lang)}>{escape(drawn.label)}</title>',
            f'<desc id="{name}-desc">{escape(" ".join(in_words(drawn, overlay)))}</desc>',
            style(night=night),
            f'<rect width="{across}" height="{down}"{paint(fill="paper")}/>',
            *_heading(drawn, laid),
            *shades(laid),
            # What comes later is drawn above: ways first, so that their lines end under the boxes.
            *(part for track in laid.tracks for part in _track(track, drawn, laid)),
            *(part for way in laid.straight for part in _straight(way, drawn, laid)),
            *(part for index, box in enumerate(laid.boxes) for part in _stage(index, box, drawn, laid, overlay)),
            *drawn_shelves(drawn, laid, overlay),
            *_legend(drawn, laid),
            "</svg>\n",
        ]
    )


def _heading(drawn: JourneyNetwork, laid: Layout) -> Iterable[str]:
    more = f' font-weight="700"{lang(drawn.lang)}'
    for index, words in enumerate(laid.heading):
        yield text(words, MARGIN, MARGIN + HEADING + index * HEADING_LINE, size=HEADING, more=more)
    below = MARGIN + len(laid.heading) * HEADING_LINE
    for index, words in enumerate(laid.caption):
        yield text(words, MARGIN, below + CAPTION_LINE * (index + 0.7), size=CAPTION, fill="soft")
    if not drawn.stops:
        yield text(str(NO_STAGES), MARGIN, laid.top + laid.sizes.title, size=laid.sizes.title, fill="soft")


def _stage(index: int, box: Box, drawn: JourneyNetwork, laid: Layout, overlay: Overlay) -> Iterable[str]:
    stop = box.stop
    question = clean(stop.question)
    title = stop.label
    if box.mark:
        title = f"{stop.label}: {box.mark.text}"
    elif question:
        title = _("%(stage)s: “%(question)s”") % {"stage": stop.label, "question": question}
    data = {"stage": stop.slug}
    if overlay.is_linked:
        data["ways"] = way_sentence(drawn, index)  # the page's script shows it
    link = overlay.stage_links.get(stop.slug, "")
    return group("stage", data, _box(box, laid), title=title, link=link)


def _box(box: Box, laid: Layout) -> Iterable[str]:
    """The frame and texts of a stage: a goal has a double frame, an entry a heavy left edge."""
    sizes = laid.sizes
    x, y, across, down = box.x, laid.top, laid.box_width, laid.bottom - laid.top
    outline = f'{paint(fill="paper", stroke="ink")} stroke-width="1.5"'
    yield frame(x, y, across, down, paints=outline)
    if box.stop.is_goal:
        yield frame(x + 3, y + 3, across - 6, down - 6, radius=6, paints=outline)
    if box.stop.is_entry:
        yield frame(x, y + 10, 0.4 * sizes.pad, down - 20, radius=0, paints=paint(fill="ink"))
    yield from _parts(box, y + sizes.pad - 2, laid)
    more = f' font-weight="700"{lang(box.stop.lang)}'
    at = y + sizes.pad + entry_height(sizes) + 2
    for index, words in enumerate(box.title):
        yield text(words, x + sizes.pad, at + sizes.title_line * (index + 0.8), size=sizes.title, more=more)
    low = laid.bottom - sizes.pad - (sizes.small_line + sizes.pad if box.mark else 0)
    for index, words in enumerate(reversed(box.phases)):
        yield text(words, x + sizes.pad, low - index * sizes.small_line, size=sizes.small, fill="soft")
    if box.mark:
        yield from badge(box.mark, x + sizes.pad, laid.bottom - sizes.pad - sizes.small_line, sizes)


def _parts(box: Box, y: float, laid: Layout) -> Iterable[str]:
    """The labels “Entry” and “Goal” of a stage that is one."""
    x, size = box.x + laid.sizes.pad, laid.sizes.small
    down = laid.sizes.small_line + 3
    for word, applies, ground, ink in (
        (_("Entry"), box.stop.is_entry, "paper", "ink"),
        (_("Goal"), box.stop.is_goal, "ink", "paper"),
    ):
        if applies:
            across = width(word, size, bold=True) + 10
            yield frame(
                x, y, across, down, radius=down / 2, paints=f'{paint(fill=ground, stroke="ink")} stroke-width="1.5"'
            )
            more = ' font-weight="700" text-anchor="middle"'
            yield text(word, x + across / 2, y + down / 2 + size * 0.36, size=size, fill=ink, more=more)
            x += across + 4


def _way(way: DiagramWay, drawn: JourneyNetwork, parts: Iterable[str]) -> Iterable[str]:
    data = {"from": drawn.stops[way.start].slug, "to": drawn.stops[way.end].slug, "for": " ".join(way.segments)}
    return group("way back" if way.is_back else "way", data, parts)


def _straight(way: DiagramWay, drawn: JourneyNetwork, laid: Layout) -> Iterable[str]:
    start, end = laid.boxes[way.start].x + laid.box_width, laid.boxes[way.end].x
    y = (laid.top + laid.bottom) / 2
    parts = [line(f"M{n(start)} {n(y)}H{n(end - HEAD)}", "on"), arrowhead(end, y, "right", "on")]
    return _way(way, drawn, parts)


def _track(track: TransitionTrack, drawn: JourneyNetwork, laid: Layout) -> Iterable[str]:
    """A line out of one box, along the track and into the other, with rounded corners."""
    is_back = track.way.is_back
    edge, role, away = (laid.bottom, "back", 1) if is_back else (laid.top, "on", -1)
    along = 1 if track.end > track.start else -1
    # For a way on (``away`` −1, upwards); each Q bends around its corner:
    #
    #     (start, y) Q ──────H────── Q (end, y)
    #                │               │
    #                V               V
    #     (start, edge)              ▼ (end, edge), the arrowhead's point
    path = (
        f"M{n(track.start)} {n(edge)}V{n(track.y - away * BEND)}"
        f"Q{n(track.start)} {n(track.y)} {n(track.start + along * BEND)} {n(track.y)}"
        f"H{n(track.end - along * BEND)}"
        f"Q{n(track.end)} {n(track.y)} {n(track.end)} {n(track.y - away * BEND)}"
        f"V{n(edge + away * HEAD)}"
    )
    parts = [
        line(path, role, dashed=bool(track.way.segments)),
        arrowhead(track.end, edge, "up" if is_back else "down", role, hollow=is_back),
        *(_label(track.label, track, laid) if track.label else []),
    ]
    return _way(track.way, drawn, parts)


def _label(label: Label, track: TransitionTrack, laid: Layout) -> Iterable[str]:
    """The audience of a way: its names, or the letter of the key in a frame."""
    role, sizes = "back" if track.way.is_back else "on", laid.sizes
    top = track.y - label.height / 2
    edge = f'{paint(fill="paper", stroke=role)} stroke-width="1"' if laid.key else paint(fill="paper")
    yield frame(label.x - label.width / 2, top, label.width, label.height, radius=4, paints=edge)
    first = top + (label.height - len(label.lines) * sizes.small_line) / 2
    for index, words in enumerate(label.lines):
        y = first + sizes.small_line * (index + 0.5) + sizes.small * 0.36
        yield text(words, label.x, y, size=sizes.small, fill=role, more=' text-anchor="middle"')


def _legend(drawn: JourneyNetwork, laid: Layout) -> Iterable[str]:
    """The meaning of the lines that are drawn, and the key of the letters on them."""
    only = _("only for those named") if not laid.key else _("only for some:")
    kinds = [
        (pgettext("a line in the diagram", "leads on"), "on", "right", any(not way.is_back for way in drawn.ways)),
        (pgettext("a line in the diagram", "leads back"), "back", "left", any(way.is_back for way in drawn.ways)),
        (only, "soft", "", any(way.segments for way in drawn.ways)),
    ]
    size = laid.sizes.small
    x, y = float(MARGIN), laid.end + 26
    for words, role, to, applies in kinds:
        if applies:
            yield line(f"M{n(x)} {n(y - 4)}H{n(x + 30)}", role, dashed=not to)
            if to:
                yield arrowhead(x + 32 if to == "right" else x - 2, y - 4, to, role, hollow=to == "left")
            yield text(words, x + 40, y, size=size, fill="soft")
            x += 40 + width(words, size) + 24
    for index, words in enumerate(laid.key):
        yield text(words, MARGIN, y + (index + 1) * laid.sizes.small_line + 2, size=size, fill="soft")
