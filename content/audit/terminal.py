"""A report of the audit on a terminal. Colour says nothing that a sign does not say too."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from content.audit.finding import CODES, Finding, Severity
from content.audit.report import (
    HEADINGS,
    LEVELS,
    FindingGroup,
    Report,
    group_findings,
    group_headings,
    headline,
    verdict,
    where,
)
from content.exports.tables import printed

SIGNS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}
COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}
MOST = 40  # lines of a severity
SINGLE = ("identical_message", "near_duplicate", "orphan_asset", "expired")  # notes that are listed one by one
EXAMPLES = 3


def as_text(report: Report, *, every: bool = False, width: int | None = None, colour: bool = False) -> str:
    """Returns errors and warnings, each once with all for whom it holds. Of notes, unless ``every``, those that are
    fixed text by text (``SINGLE``), and of each other fault how often it is there and where, for example."""
    parts: list[RenderableType] = [Text(headline(report), style="bold")]
    not_accepted = [finding for finding in report.findings if not finding.waived_until]
    for severity in LEVELS:
        groups = group_findings(finding for finding in not_accepted if finding.severity is severity)
        others: list[FindingGroup] = []
        if severity is Severity.NOTE and not every:
            others = [group for group in groups if group.finding.code not in SINGLE]
            groups = [group for group in groups if group.finding.code in SINGLE]
        first = groups if every else groups[:MOST]
        parts += ["", _table(severity, first)] if first else []
        if more := len(groups) - len(first):
            text = ngettext("… and %(count)d more; --all lists it.", "… and %(count)d more; --all lists them.", more)
            parts.append(Text(text % {"count": more}))
        parts += ["", _faults(others, not_accepted)] if others else []
    return printed([*parts, "", Text(verdict(report))], width=width, colour=colour)


def _table(severity: Severity, groups: list[FindingGroup]) -> Table:
    table = Table(title=f"{SIGNS[severity]} {HEADINGS[severity]}", title_justify="left", title_style=COLOURS[severity])
    for name in [*group_headings(), _("why, and what to do")]:
        table.add_column(name, overflow="fold")
    for group in groups:
        finding = group.finding
        text = Text(finding.message)
        text.append(f"\n→ {finding.remedy}", style="dim")
        words = (finding.code, where(finding), "\n".join(group.segments), " ".join(group.locales))
        table.add_row(*map(Text, words), text)
    return table


def _faults(groups: list[FindingGroup], findings: Iterable[Finding]) -> Table:
    """Notes by fault: how many there are of it, in which languages, and the first of them."""
    title = _("Notes by fault; --all lists each")
    table = Table(title=f"{SIGNS[Severity.NOTE]} {title}", title_justify="left", title_style=COLOURS[Severity.NOTE])
    context = "heading of a list of findings"
    for name in (pgettext(context, "what"), _("how often"), pgettext(context, "in"), _("for example")):
        table.add_column(name, overflow="fold")
    counts, by_code = Counter(finding.code for finding in findings), dict[str, list[FindingGroup]]()
    for group in groups:
        by_code.setdefault(group.finding.code, []).append(group)
    for code, same in by_code.items():
        locales = sorted({locale for group in same for locale in group.locales})
        names = list(dict.fromkeys(where(group.finding) for group in same))
        text = Text(str(CODES[code].words))
        text.append(f"\n{'; '.join(names[:EXAMPLES])}{' …' if len(names) > EXAMPLES else ''}", style="dim")
        table.add_row(*map(Text, (code, str(counts[code]), " ".join(locales))), text)
    return table
