"""A short list in memory that is read by the page, like anything longer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError


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
            raise ValidationError({"cursor": ValidationError("Begin again without a cursor.", code="invalid_cursor")})
        names = [name for name in self.named if after is None or name > after[0]]
        kept = names[:size]
        return RowsPage([self.named[name] for name in kept], (kept[-1],) if len(names) > size else None)

    def count(self, limit: int) -> int:
        return min(limit, len(self.named))
