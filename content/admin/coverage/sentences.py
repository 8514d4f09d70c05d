"""The heat-map as text: each cell with its number, its state and its upcoming changes; the summary in words."""

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from content.coverage.balance import FAULTS
from content.coverage.matrix import STATE_LABELS, CellState

COUNTED_STATES = {
    CellState.GAP: ngettext_lazy("%(count)d gap", "%(count)d gaps", "count"),
    CellState.ADEQUATE: ngettext_lazy("%(count)d adequate", "%(count)d adequate", "count"),
    CellState.STRONG: ngettext_lazy("%(count)d strong", "%(count)d strong", "count"),
    CellState.EXCESS: ngettext_lazy("%(count)d too many", "%(count)d too many", "count"),
}
UNNEEDED = gettext_lazy("none needed")
# The style of a cell, its label, and what that means.
LEGEND = [
    ("gap", STATE_LABELS[CellState.GAP], gettext_lazy("fewer than there should be")),
    ("adequate", STATE_LABELS[CellState.ADEQUATE], gettext_lazy("enough")),
    ("strong", STATE_LABELS[CellState.STRONG], gettext_lazy("two or more above the minimum")),
    ("excess", STATE_LABELS[CellState.EXCESS], gettext_lazy("above the maximum")),
    ("unneeded", UNNEEDED, gettext_lazy("empty, and nothing has to be there")),
]
# The parameters that name a cell in an address. Not “split”, which there names the axis of the tables.
CELL_PARAMETERS = ("row", "column", "table")


@dataclass(frozen=True)
class CellText:
    """One cell. ``marks`` are short signs beside its number, each with its meaning for screen readers."""

    link: str
    style: str
    number: str
    label: str
    marks: list[tuple[str, str]]
    target: str
    is_changed: bool


@dataclass(frozen=True)
class Table:
    """A table of the heat-map: the only one, without a title, or that of one value of the split."""

    title: str
    rows: list[tuple[str, list[CellText]]]
    gaps: int


def tables(matrix, other, choices, *, shares):
    """The tables of ``matrix``, each cell compared with its cell in ``other``, if there is one.

    ``choices`` are the pairs of the form, for the links of the cells. With ``shares`` cells show their share of the
    row instead of their number.
    """
    base = f"{reverse('coverage-cell')}?{urlencode(choices)}&"
    others = dict(zip(map(_slugs, matrix.cells), other.cells, strict=True)) if other else {}
    number_of = share_of if shares else count_of
    cells = [(cell, _cell_text(cell, others.get(_slugs(cell)), base, number_of)) for cell in matrix.cells]
    result = []
    for split in matrix.split.values if matrix.split else [None]:
        own = [(cell, text) for cell, text in cells if cell.split is split]
        # Cells are in the order of rows, so each row's stand together.
        rows = [(row.title, [text for _, text in pairs]) for row, pairs in groupby(own, key=lambda pair: pair[0].row)]
        gaps = sum(cell.state is CellState.GAP for cell, _ in own)
        result.append(Table(split.title if split else "", rows, gaps))
    return result


def _slugs(cell):
    return (cell.row.slug, cell.column.slug, cell.split.slug if cell.split else "")


def count_of(cell):
    return str(cell.filled)


def share_of(cell):
    return "–" if cell.share is None else f"{cell.share:.0%}"


def _cell_text(cell, other, base, number_of):
    slugs = {name: slug for name, slug in zip(CELL_PARAMETERS, _slugs(cell), strict=True) if slug}
    last = other or cell
    is_changed = cell.filled != last.filled or cell.state is not last.state
    number, label = number_of(cell), state_label(cell)
    marks = cell_marks(cell.tally) if other is None else [difference(cell.filled, other.filled)]
    if other is not None:
        number = number if number == number_of(other) else f"{number} → {number_of(other)}"
        label = label if label == state_label(other) else f"{label} → {state_label(other)}"
    elif number_of is share_of:
        marks.insert(0, (str(cell.tally.total), _("in all")))
    elif cell.tally.total != cell.filled:
        total = _("of %(total)d") % {"total": cell.tally.total}
        marks.insert(0, (total, _("including what does not count here")))
    link = base + urlencode(slugs)
    return CellText(link, cell_style(last), number, label, marks, target_text(last.target), is_changed)


def cell_style(cell):
    return "unneeded" if _is_unneeded(cell) else str(cell.state)


def state_label(cell):
    """The state of a cell, or of a count, as people read it."""
    return str(UNNEEDED if _is_unneeded(cell) else cell.state.label)


def _is_unneeded(cell):
    return cell.state is CellState.ADEQUATE and not cell.filled


def cell_marks(tally):
    """The upcoming changes of a cell: pairs of a sign and its meaning."""
    marks = [
        (tally.scheduled, f"+{tally.scheduled}", _("scheduled")),
        (tally.expiring, f"−{tally.expiring}", _("expiring within 30 days")),
        (tally.review_overdue, f"!{tally.review_overdue}", _("review overdue")),
    ]
    return [(sign, meaning) for count, sign, meaning in marks if count]


def difference(before, after):
    """The change of a number as a mark: ``+2`` with “more”, ``−1`` with “fewer”."""
    change = after - before
    if not change:
        return ("±0", _("no difference"))
    return (f"{'+' if change > 0 else '−'}{abs(change)}", _("more") if change > 0 else _("fewer"))


def target_text(target):
    """How much there should be: ``2``, ``1 to 5``, ``1 or more``."""
    if target.maximum is None:
        return _("%(minimum)d or more") % {"minimum": target.minimum}
    if target.minimum == target.maximum:
        return str(target.minimum)
    return _("%(minimum)d to %(maximum)d") % {"minimum": target.minimum, "maximum": target.maximum}


@dataclass(frozen=True)
class Summary:
    score: str
    states: str
    faults: list[str]
    shares: list[tuple[str, int, int]]


def summary(matrix):
    """The score, the states and the balance in words; each stage with its number and its share in per cent."""
    score = _("no score") if matrix.score is None else f"{matrix.score:.0%}"
    states = get_text_list(
        [COUNTED_STATES[state] % {"count": count} for state, count in matrix.states.items()], _("and")
    )
    if matrix.balance is None:
        return Summary(score, states, [], [])
    shares = [(share.stage.title, share.total, round(100 * share.share)) for share in matrix.balance.shares]
    return Summary(score, states, [FAULTS[fault] for fault in matrix.balance.faults], shares)
