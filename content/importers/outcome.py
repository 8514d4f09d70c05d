"""What became of one line."""

from dataclasses import dataclass, field
from typing import Protocol

from django.core.exceptions import ValidationError

from content.importers.draft import ASSET

Words = tuple[str, ...]


class OutcomeListener(Protocol):
    """What a locale's being published, or held and why, is said to."""

    def publish(self, code: str) -> None: ...

    def hold(self, code: str, reasons: list[str]) -> None: ...


@dataclass
class LineOutcome:
    """What became of one line: the parts that changed and are new, the locales published, what was refused.

    A line that is ``refused`` changed nothing. ``held`` are locales whose draft is there but did not pass the
    gates, each with the reasons; ``expired`` those whose end had passed already, ``left_out`` the keys of what was
    refused itself and steps would have led to.
    """

    where: str
    key: str = ""
    changed: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    held: dict[str, list[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    expired: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    @property
    def word(self) -> str:
        if self.refused:
            return "refused"
        return "created" if ASSET in self.new else "updated" if self.changed else "unchanged"

    def publish(self, code: str) -> None:
        self.published.append(code)
        self.held.pop(code, None)

    def hold(self, code: str, reasons: list[str]) -> None:
        self.held[code] = reasons


class BriefOutcome:
    """The outcome of a line that waits, in a third of the room: most of what it holds is the same for many lines."""

    __slots__ = ("changed", "expired", "held", "key", "left_out", "new", "published", "warnings", "where")

    def __init__(self, outcome: LineOutcome, shared: dict[Words, Words]) -> None:
        self.where = outcome.where
        self.key = outcome.key
        self.changed = once(tuple(outcome.changed), shared)
        self.new = once(tuple(outcome.new), shared)
        self.published = once(tuple(outcome.published), shared)
        self.warnings = once(tuple(outcome.warnings), shared)
        self.left_out = once(tuple(outcome.left_out), shared)
        self.held = dict(outcome.held) or None
        self.expired = dict(outcome.expired) or None

    def publish(self, code: str) -> None:
        self.published = (*self.published, code)
        if self.held:
            self.held.pop(code, None)

    def hold(self, code: str, reasons: list[str]) -> None:
        self.held = {**(self.held or {}), code: reasons}

    def whole(self) -> LineOutcome:
        return LineOutcome(
            where=self.where,
            key=self.key,
            changed=list(self.changed),
            new=list(self.new),
            published=list(self.published),
            held=self.held or {},
            warnings=list(self.warnings),
            expired=self.expired or {},
            left_out=list(self.left_out),
        )


def unexpected(error: Exception, name: str = "") -> ValidationError:
    """A fault that nobody foresaw, as the refusal of the one line or file that it was met in."""
    where = f"{name}: " if name else ""
    return ValidationError(f"{where}It cannot be read ({type(error).__name__}: {str(error)[:200]}).", code="unexpected")


def once(value: Words, shared: dict[Words, Words]) -> Words:
    """The first of all values that are equal to this one."""
    return shared.setdefault(value, value)
