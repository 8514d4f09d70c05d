"""What the parameters of the coverage matrix mean, beside those of a list."""

from collections.abc import Sequence
from typing import TypedDict

from django.utils.translation import gettext as _

from content.catalogue import Catalogue
from content.coverage.axes import axis_names
from content.coverage.matrix import COUNTABLE
from content.questions.meaning import refusal
from journeys.models.channel import Ownership
from journeys.parameters import CheckedParameters

ROWS, COLUMNS = "stage", "segment"  # left out
AXES = ("rows", "columns", "split")


class CoverageAxes(TypedDict):
    """The axes of a matrix as ``matrix`` takes them, and whose channels they hold."""

    rows: str
    columns: str
    split: str | None
    ownership: tuple[str, ...]


def read_axes(parameters: CheckedParameters, catalogue: Catalogue) -> CoverageAxes:
    """The axes by parameter, and whose channels they hold.

    Refuses ``unknown_axis``, ``axis_twice``, ``not_together`` and ``unknown_value``, naming the parameter.
    """
    rows, columns, split = parameters["rows"] or ROWS, parameters["columns"] or COLUMNS, parameters["split"] or None
    known = axis_names(catalogue)
    seen: list[str] = []
    for parameter, axis in zip(AXES, (rows, columns, split), strict=True):
        if axis is None:
            continue
        if axis not in known:
            raise refusal(parameter, "unknown_axis", _("Unknown axis '%(axis)s'.") % {"axis": axis}, known)
        if axis in seen:
            raise refusal(
                parameter, "axis_twice", _("'%(axis)s' is an axis already; choose another.") % {"axis": axis}, known
            )
        seen.append(axis)
        for name in _named_by(axis):
            if parameters[name]:
                detail = _("'%(name)s' and the axis '%(axis)s' do not go together; choose one.") % {
                    "name": name,
                    "axis": axis,
                }
                raise refusal(name, "not_together", detail)
    ownership = read_known("ownership", parameters, Ownership.values)
    if ownership and not {"channel", "touchpoint"} & {*seen}:
        raise refusal("ownership", "not_together", _("It narrows an axis of channels or touchpoints; choose one."))
    # An axis puts each of its values into the question, so a condition on the same part would be written over unseen. A
    # stage or a kind that is named narrows its axis instead (``axes``), and goes together with it.
    return {"rows": rows, "columns": columns, "split": split, "ownership": ownership}


def _named_by(axis: str) -> tuple[str, ...]:
    """The parameters whose condition an axis takes the place of."""
    return {
        "segment": ("segment", "segment__exact"),
        "channel": ("channel", "channel__exact"),
        "locale": ("locale",),
        "touchpoint": ("term",),
    }.get(axis, ())


def read_count_fallback(parameters: CheckedParameters) -> tuple[str, ...]:
    return read_known("count_fallback", parameters, COUNTABLE)


def read_known(name: str, parameters: CheckedParameters, known: Sequence[str]) -> tuple[str, ...]:
    """The words of a parameter. Refuses ``unknown_value``."""
    for word in parameters[name]:
        if word not in known:
            raise refusal(name, "unknown_value", _("Unknown value '%(word)s'.") % {"word": word}, known)
    return tuple(parameters[name])
