"""Pages of a short list in memory, with the cursor that longer lists have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


class Page(Protocol[Result_co]):
    """Some results in order; ``after`` is the position to read on from, ``None`` at the end."""

    @property
    def results(self) -> Sequence[Result_co]: ...

    @property
    def after(self) -> Sequence[int | str] | None: ...


class Paged(Protocol[Result_co]):
    """What stands in a total order and is read by the page: rows here, what answers a query in content."""

    def page(self, size: int, after: Sequence[int | str] | None = None) -> Page[Result_co]:
        """The next ``size`` results after a position. Refuses (``invalid_cursor``) one that no result can have."""

    def count(self, limit: int) -> int:
        """How many there are, counted up to ``limit``."""


@dataclass(frozen=True)
class RowsPage(Generic[Result]):
    """Some rows in order; ``after`` is the position to read on from, ``None`` at the end."""

    results: list[Result]
    after: tuple[str, ...] | None


class Rows(Generic[Result]):
    """Named rows in the order of their names."""

    def __init__(self, named: Mapping[str, Result]) -> None:
        self.named = dict(sorted(named.items()))

    def page(self, size: int, after: Sequence[int | str] | None = None) -> RowsPage[Result]:
        """The ``size`` rows whose names come after. Refuses (``invalid_cursor``) a position that is no name."""
        if after is not None and (len(after) != 1 or not isinstance(after[0], str)):
            message = _("Begin again without a cursor.")
            raise ValidationError({"cursor": ValidationError(message, code="invalid_cursor")})
        # After a name and not after a number of rows: one that is added or taken away between two pages moves no other.
        last = None if after is None else str(after[0])
        names = [name for name in self.named if last is None or name > last]
        page = names[:size]
        return RowsPage([self.named[name] for name in page], (page[-1],) if len(names) > size else None)

    def count(self, limit: int) -> int:
        return min(limit, len(self.named))
