"""The sizes of everything in the diagram of a journey, in units of the picture."""

from dataclasses import dataclass

MARGIN = 24
HEADING, HEADING_LINE = 22, 29  # the title of the picture
CAPTION, CAPTION_LINE = 13, 18
LEAST = 480  # how wide a picture is at least: it holds the legend
CLEAR = 12  # between the boxes and the first level of ways, for arrowheads
PORT = 12  # the least that ways are apart at a box


@dataclass(frozen=True)
class Sizes:
    """Letters in two sizes with their lines, the gap between boxes, what is left free at their edges and at those of
    touchpoints, the least that a level of ways is high, and widths.

    Boxes are as wide as titles ask, within ``narrowest`` and ``widest``; a crowd of ways makes them wider still.
    """

    title: int
    title_line: int
    small: int
    small_line: int
    gap: int
    pad: int
    inset: int
    level: int
    narrowest: int
    widest: int


ROOMY = Sizes(16, 21, small=13, small_line=17, gap=72, pad=18, inset=8, level=24, narrowest=168, widest=216)
SNUG = Sizes(14, 18, small=12, small_line=15, gap=40, pad=12, inset=6, level=22, narrowest=128, widest=168)
CLOSE = Sizes(12, 15, small=11, small_line=13, gap=18, pad=7, inset=4, level=18, narrowest=96, widest=132)


def sizes_for(stops: int) -> Sizes:
    """The more stages, the closer they stand, so that they can still be read when a page holds them all."""
    return ROOMY if stops <= 5 else SNUG if stops <= 8 else CLOSE
