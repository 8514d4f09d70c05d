"""Shapes and texts as SVG elements, and the colours of the light and dark theme.

Colours are attributes, which everything that draws SVG understands; each is a class too, so that a style can replace
it. Colour never carries the meaning alone, shape and word do too: a print in black loses nothing.
"""

from collections.abc import Iterable
from html import escape

# By role: on white, and on black. Each ink has a contrast of at least 4.5 : 1 on its paper.
COLOURS = {
    "paper": ("#ffffff", "#14181d"),
    "shade": ("#f3f5f8", "#1d232b"),
    "rule": ("#c3cad3", "#3b4550"),
    "ink": ("#1b1f24", "#eef1f5"),
    "soft": ("#4a525c", "#b4bdc8"),
    "on": ("#174a7c", "#8ec2f5"),
    "back": ("#8a3d0a", "#f2a96f"),
    "alarm": ("#a3123a", "#ff9db2"),
}
FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif"
PRINT = "@media print{.waymark-journey{max-width:100%;height:auto}}"
BEND, HEAD = 12, 9
BY_SYSTEM = "@media screen and (prefers-color-scheme:dark)"


def style(*, night: str = "") -> str:
    """The style element: dark where the reader's system is, or within what the selector ``night`` matches."""
    query = "@media screen" if night else BY_SYSTEM
    rules = "".join(
        f"{night} .waymark-journey .f-{name}{{fill:{dark}}}{night} .waymark-journey .s-{name}{{stroke:{dark}}}"
        for name, (_, dark) in COLOURS.items()
    )
    return f"<style>{PRINT}{query}{{{rules}}}</style>"


def n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def paint(*, fill: str = "none", stroke: str = "") -> str:
    """The attributes of a shape in these roles."""
    names = [f"f-{fill}"] if fill != "none" else []
    names += [f"s-{stroke}"] if stroke else []
    colours = f' fill="{COLOURS[fill][0] if fill != "none" else fill}"'
    colours += f' stroke="{COLOURS[stroke][0]}"' if stroke else ""
    return f' class="{" ".join(names)}"{colours}'


def lang(code: str) -> str:
    """The ``lang`` attribute; empty, it says that the language is unknown and not that of the rest."""
    return f' lang="{escape(code)}"'


def text(words: str, x: float, y: float, *, size: int, fill: str = "ink", more: str = "") -> str:
    return f'<text x="{n(x)}" y="{n(y)}" font-size="{size}"{paint(fill=fill)}{more}>{escape(words)}</text>'


def frame(x: float, y: float, across: float, down: float, *, radius: float = 8, paints: str, more: str = "") -> str:
    place = f'x="{n(x)}" y="{n(y)}" width="{n(across)}" height="{n(down)}"'
    return f'<rect {place} rx="{n(radius)}"{paints}{more}/>'


def line(path: str, role: str, *, dashed: bool = False, width: float = 1.75) -> str:
    dashes = ' stroke-dasharray="6 4"' if dashed else ""
    return f'<path d="{path}"{paint(stroke=role)} stroke-width="{n(width)}"{dashes}/>'


def arrowhead(x: float, y: float, to: str, role: str, *, hollow: bool = False) -> str:
    """An arrowhead whose point is at ``x``, ``y``."""
    turn = {"right": 0, "down": 90, "left": 180, "up": -90}[to]
    paints = f'{paint(fill="paper", stroke=role)} stroke-width="1.5"' if hollow else paint(fill=role)
    shape = f"M0 0L-{HEAD + 1} -5V5Z"
    return f'<path d="{shape}" transform="translate({n(x)} {n(y)}) rotate({turn})"{paints}/>'


def group(kind: str, data: dict[str, str], inside: Iterable[str], *, title: str = "", link: str = "") -> Iterable[str]:
    """A group of elements with a title and data attributes; with ``link`` it is a link."""
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    opening = f'<a href="{escape(link)}" aria-label="{escape(title)}"' if link else "<g"
    yield f'{opening} class="{kind}"{attributes}>'
    if title:
        yield f"<title>{escape(title)}</title>"
    yield from inside
    yield "</a>" if link else "</g>"
