"""A report of the audit on a terminal. Colour says nothing that a sign does not say too."""

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from content.audit_finding import CODES, Severity
from content.audit_report import LEVELS, Group, Report, grouped, headline, verdict, where
from content.tables import printed

SIGNS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}
COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}
MOST = 40  # lines of a severity


def as_text(report: Report, *, every: bool = False, width: int | None = None, colour: bool = False) -> str:
    """Errors and warnings, each once with all whom it is true of; of notes, unless ``every``, how many there are."""
    parts: list[RenderableType] = [Text(headline(report), style="bold")]
    standing = [one for one in report.findings if not one.waived_until]
    for severity in LEVELS:
        groups = grouped(one for one in standing if one.severity is severity)
        if not groups:
            continue
        if severity is Severity.NOTE and not every:
            parts += ["", *_counts(report)]
            continue
        shown = groups if every else groups[:MOST]
        parts += ["", _table(severity, shown)]
        if len(shown) < len(groups):
            parts.append(Text(f"… and {len(groups) - len(shown)} more; --all tells them."))
    return printed([*parts, "", Text(verdict(report))], width=width, colour=colour)


def _table(severity: Severity, groups: list[Group]) -> Table:
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


def _counts(report: Report) -> list[Text]:
    notes = [code for code in report.codes if CODES[code].severity is Severity.NOTE]
    told = ", ".join(f"{report.codes[code]} {code}" for code in notes)
    return [Text(f"{SIGNS[Severity.NOTE]} Notes: {told}; --all tells them.")]
