"""The outcome of one line: what changed, what was published, and what was refused and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from content.importers.draft import ASSET

Words = tuple[str, ...]
OUTCOMES = {
    "created": pgettext_lazy("outcome of a file", "created"),
    "updated": pgettext_lazy("outcome of a file", "updated"),
    "unchanged": pgettext_lazy("outcome of a file", "unchanged"),
    "refused": pgettext_lazy("outcome of a file", "refused"),
    "skipped": pgettext_lazy("outcome of a file", "skipped"),
}
TOTALS = {
    "created": ngettext_lazy("%(count)d created", "%(count)d created", "count"),
    "updated": ngettext_lazy("%(count)d updated", "%(count)d updated", "count"),
    "unchanged": ngettext_lazy("%(count)d unchanged", "%(count)d unchanged", "count"),
    "refused": ngettext_lazy("%(count)d refused", "%(count)d refused", "count"),
    "skipped": ngettext_lazy("%(count)d skipped", "%(count)d skipped", "count"),
    "published": ngettext_lazy("%(count)d published", "%(count)d published", "count"),
    "held": ngettext_lazy("%(count)d held back", "%(count)d held back", "count"),
    "expired": ngettext_lazy("%(count)d expired", "%(count)d expired", "count"),
    "kept as drafts": ngettext_lazy("%(count)d kept as a draft", "%(count)d kept as drafts", "count"),
}


class StepsLeftOut(str):
    """The warning of a line whose steps led to what was refused; commands say it once for each cause instead."""

    __slots__ = ()


class OutcomeListener(Protocol):
    """Is called when a locale of a line is published, or held with the reasons."""

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
    """The outcome of a line that waits, in a third of the memory: most of it is the same for many lines."""

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


def totals_line(totals: Mapping[str, int], *, dry_run: bool) -> str:
    """The totals of an import in one line, by name; those without words of their own are names of tags."""
    counts = ", ".join(
        TOTALS[name] % {"count": count} if name in TOTALS else f"{count} {name}"
        for name, count in sorted(totals.items())
    )
    return _("%(counts)s (dry run: nothing was saved)") % {"counts": counts} if dry_run else counts


def unexpected(error: Exception, name: str = "") -> ValidationError:
    """An unforeseen fault as the refusal of the line or file that caused it; ``name`` is the setting it is in."""
    reason = _("It cannot be read (%(error)s).") % {"error": f"{type(error).__name__}: {str(error)[:200]}"}
    return ValidationError(f"{name}: {reason}" if name else reason, code="unexpected")


def once(value: Words, shared: dict[Words, Words]) -> Words:
    """The first of all equal values, so that lines share one copy."""
    return shared.setdefault(value, value)
