"""What the heat-map says of a matrix, in words: each cell with its number, its state and what is about to change."""

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from content.coverage.balance import FAULTS
from content.coverage.matrix import State

# What a cell is called, and how it looks.
WORDS = {State.GAP: "gap", State.ADEQUATE: "adequate", State.STRONG: "strong", State.EXCESS: "too many"}
UNNEEDED = "none needed"
LEGEND = [
    ("gap", "gap", "fewer than there should be"),
    ("adequate", "adequate", "enough"),
    ("strong", "strong", "two or more above what is enough"),
    ("excess", "too many", "more than the target takes"),
    ("unneeded", UNNEEDED, "nothing is there, and nothing has to be"),
]
PLACES = ("row", "column", "table")  # of a cell in the address; “split” is there the name of an axis


@dataclass(frozen=True)
class CellText:
    """One cell. ``marks`` are what is beside its number: short, and what is read out."""

    link: str
    look: str
    number: str
    word: str
    marks: list[tuple[str, str]]
    aim: str
    is_changed: bool


@dataclass(frozen=True)
class Table:
    """A table of the heat-map: for each value of the split, or alone."""

    title: str
    rows: list[tuple[str, list[CellText]]]
    gaps: int


def tables(matrix, other, choices, *, shares):
    """The tables of ``matrix``, each cell beside the one of ``other`` if there is any. ``choices`` are for links;
    with ``shares`` each cell says its share of the row instead of its number."""
    base = f"{reverse('coverage-cell')}?{urlencode(choices)}&"
    then = dict(zip(map(_slugs, matrix.cells), other.cells, strict=True)) if other else {}
    number_of = share_of if shares else count_of
    told = [(cell, _told(cell, then.get(_slugs(cell)), base, number_of)) for cell in matrix.cells]
    found = []
    for split in matrix.split.values if matrix.split else [None]:
        own = [one for one in told if one[0].split is split]
        rows = [(row.title, [words for _, words in cells]) for row, cells in groupby(own, key=lambda one: one[0].row)]
        gaps = sum(cell.state is State.GAP for cell, _ in own)
        found.append(Table(split.title if split else "", rows, gaps))
    return found


def _slugs(cell):
    return (cell.row.slug, cell.column.slug, cell.split.slug if cell.split else "")


def count_of(cell):
    return str(cell.filled)


def share_of(cell):
    return "–" if cell.share is None else f"{cell.share:.0%}"


def _told(cell, then, base, number_of):
    names = {name: slug for name, slug in zip(PLACES, _slugs(cell), strict=True) if slug}
    last = then or cell
    changed = cell.filled != last.filled or cell.state is not last.state
    number, word = number_of(cell), state_label(cell)
    marks = cell_marks(cell.tally) if then is None else [difference(cell.filled, then.filled)]
    if then is not None:
        number = number if number == number_of(then) else f"{number} → {number_of(then)}"
        word = word if word == state_label(then) else f"{word} → {state_label(then)}"
    elif number_of is share_of:
        marks.insert(0, (str(cell.tally.total), "in all"))
    elif cell.tally.total != cell.filled:
        marks.insert(0, (f"of {cell.tally.total}", "with what does not count here"))
    return CellText(base + urlencode(names), cell_style(last), number, word, marks, target_text(last.target), changed)


def cell_style(cell):
    return "unneeded" if _is_unneeded(cell) else str(cell.state)


def state_label(cell):
    return UNNEEDED if _is_unneeded(cell) else WORDS[cell.state]


def _is_unneeded(cell):
    return cell.state is State.ADEQUATE and not cell.filled


def cell_marks(tally):
    """What of a cell is about to change: a sign, and the words for it."""
    signs = [
        (tally.scheduled, f"+{tally.scheduled}", "scheduled"),
        (tally.expiring, f"−{tally.expiring}", "expiring in 30 days"),
        (tally.review_overdue, f"!{tally.review_overdue}", "with the review overdue"),
    ]
    return [(sign, words) for count, sign, words in signs if count]


def difference(before, after):
    change = after - before
    if not change:
        return ("±0", "no difference")
    return (f"{'+' if change > 0 else '−'}{abs(change)}", "more" if change > 0 else "fewer")


def target_text(target):
    if target.maximum is None:
        return f"{target.minimum} or more"
    return str(target.minimum) if target.minimum == target.maximum else f"{target.minimum} to {target.maximum}"


def _counted(state, count):
    return f"{count} {WORDS[state]}{'s' if state is State.GAP and count != 1 else ''}"


@dataclass(frozen=True)
class Summary:
    score: str
    states: str
    faults: list[str]
    shares: list[tuple[str, int, int]]


def summary(matrix):
    """The score, the states and the balance in words; each stage with its number and its share in per cent."""
    score = "no score" if matrix.score is None else f"{matrix.score:.0%}"
    states = get_text_list([_counted(state, count) for state, count in matrix.states.items()], _("and"))
    if matrix.balance is None:
        return Summary(score, states, [], [])
    shares = [(one.stage.title, one.total, round(100 * one.share)) for one in matrix.balance.shares]
    return Summary(score, states, [FAULTS[fault] for fault in matrix.balance.faults], shares)
