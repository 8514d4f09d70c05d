"""Pages of a short list in memory, with the cursor that longer lists have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class RowsPage:
    """Some rows in order; ``after`` is the position to read on from, ``None`` at the end."""

    results: list[Any]
    after: tuple[str, ...] | None


class Rows:
    """Named rows in the order of their names."""

    def __init__(self, named: Mapping[str, Any]) -> None:
        self.named = dict(sorted(named.items()))

    def page(self, size: int, after: Sequence[Any] | None = None) -> RowsPage:
        """The ``size`` rows whose names come after. Refuses (``invalid_cursor``) a position that is no name."""
        if after is not None and (len(after) != 1 or not isinstance(after[0], str)):
            message = _("Begin again without a cursor.")
            raise ValidationError({"cursor": ValidationError(message, code="invalid_cursor")})
        # After a name and not after a number of rows: one that is added or taken away between two pages moves no other.
        names = [name for name in self.named if after is None or name > after[0]]
        page = names[:size]
        return RowsPage([self.named[name] for name in page], (page[-1],) if len(names) > size else None)

    def count(self, limit: int) -> int:
        return min(limit, len(self.named))
