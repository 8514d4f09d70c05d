"""A report of the audit on a terminal. Colour says nothing that a sign does not say too."""

from collections import Counter
from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from content.audit.finding import CODES, Finding, Severity
from content.audit.report import LEVELS, FindingGroup, Report, group_findings, headline, verdict, where
from content.exports.tables import printed

SIGNS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}
COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}
MOST = 40  # lines of a severity
NAMED = ("identical_message", "near_duplicate", "orphan_asset", "expired")  # notes that are told one by one
EXAMPLES = 3


def as_text(report: Report, *, every: bool = False, width: int | None = None, colour: bool = False) -> str:
    """Errors and warnings, each once with all whom it is true of. Of notes, unless ``every``, those that one mends text
    by text (``NAMED``), and of each other fault how often it is there and where, for example."""
    parts: list[RenderableType] = [Text(headline(report), style="bold")]
    standing = [one for one in report.findings if not one.waived_until]
    for severity in LEVELS:
        groups = group_findings(one for one in standing if one.severity is severity)
        if not groups:
            continue
        if severity is Severity.NOTE and not every:
            groups, others = _parted(groups)
        else:
            others = []
        shown = groups if every else groups[:MOST]
        parts += ["", _table(severity, shown)] if shown else []
        if len(shown) < len(groups):
            parts.append(Text(f"… and {len(groups) - len(shown)} more; --all tells them."))
        parts += ["", _faults(others, standing)] if others else []
    return printed([*parts, "", Text(verdict(report))], width=width, colour=colour)


def _table(severity: Severity, groups: list[FindingGroup]) -> Table:
    table = Table(
        title=f"{SIGNS[severity]} {severity.capitalize()}s", title_justify="left", title_style=COLOURS[severity]
    )
    for name in ("what", "where", "for", "in"):
        table.add_column(name, overflow="fold")
    table.add_column("why, and what to do", overflow="fold")
    for group in groups:
        one = group.one
        said = Text(one.message)
        said.append(f"\n→ {one.remedy}", style="dim")
        table.add_row(*map(Text, (one.code, where(one), "\n".join(group.segments), " ".join(group.locales))), said)
    return table


def _parted(groups: list[FindingGroup]) -> tuple[list[FindingGroup], list[FindingGroup]]:
    """Those that are told one by one, and the others."""
    named = [group for group in groups if group.one.code in NAMED]
    return named, [group for group in groups if group.one.code not in NAMED]


def _faults(groups: list[FindingGroup], found: Iterable[Finding]) -> Table:
    """Notes by fault: how many there are of it, in which languages, and the first of them."""
    table = Table(title=f"{SIGNS[Severity.NOTE]} Notes by fault; --all tells each", title_justify="left")
    table.title_style = COLOURS[Severity.NOTE]
    for name in ("what", "how often", "in", "for example"):
        table.add_column(name, overflow="fold")
    counts, by_code = Counter(one.code for one in found), dict[str, list[FindingGroup]]()
    for group in groups:
        by_code.setdefault(group.one.code, []).append(group)
    for code, some in by_code.items():
        locales = sorted({locale for group in some for locale in group.locales})
        names = list(dict.fromkeys(where(group.one) for group in some))
        said = Text(CODES[code].words)
        said.append(f"\n{'; '.join(names[:EXAMPLES])}{' …' if len(names) > EXAMPLES else ''}", style="dim")
        table.add_row(*map(Text, (code, str(counts[code]), " ".join(locales))), said)
    return table
