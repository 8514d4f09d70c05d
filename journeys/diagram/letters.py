"""Measures and wraps text for drawing.

Widths are estimates, on the wide side: the server does not know the reader's fonts.
"""

import unicodedata

# Widths in em, measured in common sans-serif fonts and rounded up.
NARROW = frozenset("fijlrtI.,:;'’|!()[]-/· ")
BROAD = frozenset("mwMW@%&…—")
BOLD = 1.1


def clean(text: str) -> str:
    """``text`` on one line, without control characters and the others that XML forbids."""
    return " ".join("".join(letter for letter in text if letter.isspace() or _is_drawable(ord(letter))).split())


def _is_drawable(code: int) -> bool:
    return not (code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF))


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """About how much room ``text`` takes in letters of ``size``."""
    return sum(map(_ems, text)) * size * (BOLD if bold else 1)


def _ems(letter: str) -> float:
    # Marks that sit on the letter before them, and what is invisible: no width of their own.
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    if letter in NARROW:
        return 0.4
    if letter in BROAD or unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    # Beyond Latin (U+024F) a letter counts as a capital: scripts there are wider on average.
    return 0.76 if letter.isupper() or letter > "\u024f" else 0.64


def wrap(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The lines of ``text`` that fit into ``room``. A word breaks only where a line is too short for it alone."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if width(joined, size, bold=bold) <= room:
            lines[-1] = joined
        else:
            lines += _parts(word, room, size, bold)
    return [line for line in lines if line]


def _parts(word: str, room: float, size: float, bold: bool) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and width(parts[-1] + letter, size, bold=bold) > room:
            parts.append("")
        parts[-1] += letter
    return parts


def cut(lines: list[str], most: int) -> list[str]:
    """At most ``most`` of ``lines``; the last ends in “…” where some are left out."""
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][:-1].rstrip()}…"]
