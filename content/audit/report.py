"""A report of the audit as JSON, CSV, a workbook, Markdown and SARIF."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypedDict

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext

from content.audit.evidence import Evidence
from content.audit.finding import CODES, Finding, FindingContext, Severity, Subject
from content.exports.tables import TYPES, csv_of, markdown_of
from content.instants import as_rfc3339
from journeys.models import Journey

LEVELS = list(Severity)
HEADINGS = {Severity.ERROR: _lazy("Errors"), Severity.WARNING: _lazy("Warnings"), Severity.NOTE: _lazy("Notes")}
COLUMNS = (
    *("severity", "code", "subject_type", "subject", "title", "stage", "segment", "locale", "channel"),
    *("message", "remedy", "assets", "waived_until", "key"),
)


class SubjectJSON(TypedDict):
    """What a finding is about, as ``Subject``."""

    type: str
    id: str
    title: str


class FindingContextJSON(TypedDict):
    """For whom and where it holds, as ``FindingContext``."""

    journey: str
    stage: str | None
    segment: str | None
    locale: str | None
    channel: str | None


class FindingJSON(TypedDict):
    """One finding as the API answers it."""

    key: str
    code: str
    severity: str
    subject: SubjectJSON
    context: FindingContextJSON
    message: str
    remedy: str
    evidence: Evidence
    waived_until: str | None


class SeverityCountsJSON(TypedDict):
    """How many of each severity are not accepted, how many are, and how many there are of each code."""

    error: int
    warning: int
    note: int
    waived: int
    codes: dict[str, int]


class ReportJSON(TypedDict):
    """The whole answer. The API's schema of it is in ``content/api/report_shapes.py``; a test compares the two."""

    journey: str
    at: str
    summary: SeverityCountsJSON
    results: list[FindingJSON]


@dataclass(frozen=True)
class Report:
    """What was found on a journey at an instant, or as much of it as was asked for."""

    journey: Journey
    at: datetime
    findings: Sequence[Finding]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each severity are not accepted, and how many are."""
        counted = Counter("waived" if finding.waived_until else str(finding.severity) for finding in self.findings)
        return {word: counted[word] for word in (*map(str, LEVELS), "waived")}

    @property
    def codes(self) -> dict[str, int]:
        counted = Counter(finding.code for finding in self.findings)
        return {code: counted[code] for code in CODES if counted[code]}

    def fails(self, severity: Severity) -> list[Finding]:
        """Returns those that weigh at least as much and are not accepted."""
        heavy = LEVELS[: LEVELS.index(severity) + 1]
        return [finding for finding in self.findings if finding.severity in heavy and not finding.waived_until]


def report_json(report: Report) -> ReportJSON:
    """Returns the report as the API answers it."""
    counts = report.counts
    return {
        "journey": report.journey.slug,
        "at": as_rfc3339(report.at),
        "summary": {
            "error": counts["error"],
            "warning": counts["warning"],
            "note": counts["note"],
            "waived": counts["waived"],
            "codes": report.codes,
        },
        "results": [finding_json(finding) for finding in report.findings],
    }


def finding_json(finding: Finding) -> FindingJSON:
    return {
        "key": finding.key,
        "code": finding.code,
        "severity": str(finding.severity),
        "subject": _subject_json(finding.subject),
        "context": _context_json(finding.context),
        "message": finding.message,
        "remedy": finding.remedy,
        "evidence": finding.evidence,
        "waived_until": as_rfc3339(finding.waived_until) if finding.waived_until else None,
    }


def _subject_json(subject: Subject) -> SubjectJSON:
    return {"type": subject.type, "id": subject.id, "title": subject.title}


def _context_json(context: FindingContext) -> FindingContextJSON:
    return {
        "journey": context.journey,
        "stage": context.stage,
        "segment": context.segment,
        "locale": context.locale,
        "channel": context.channel,
    }


def table(report: Report) -> tuple[Sequence[str], list[list[str | int]]]:
    """Returns the header, and a line for each finding."""
    lines: list[list[str | int]] = []
    for finding in report.findings:
        subject, context = finding.subject, finding.context
        words = [
            *(str(finding.severity), finding.code, subject.type, subject.id, subject.title),
            *(word or "" for word in (context.stage, context.segment, context.locale, context.channel)),
            *(finding.message, finding.remedy),
        ]
        until = as_rfc3339(finding.waived_until) if finding.waived_until else ""
        lines.append([*words, finding.evidence.get("count", 0), until, finding.key])
    return COLUMNS, lines


@dataclass(frozen=True)
class FindingGroup:
    """Findings that are the same but for whom and in which language: the first of them, and all of those."""

    finding: Finding
    segments: list[str]
    locales: list[str]


def group_findings(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Returns them in the order in which they come."""
    groups: dict[tuple[str | bool | None, ...], FindingGroup] = {}
    for finding in findings:
        subject, context = finding.subject, finding.context
        about = (subject.type, subject.id, finding.detail, context.stage, context.channel)
        key = (finding.code, *about, bool(finding.waived_until))
        group = groups.setdefault(key, FindingGroup(finding, [], []))
        for words, word in ((group.segments, context.segment), (group.locales, context.locale)):
            if word and word not in words:
                words.append(word)
    return list(groups.values())


def headline(report: Report) -> str:
    words = {"journey": report.journey.title, "instant": as_rfc3339(report.at.replace(microsecond=0))}
    return _("Audit of %(journey)s, at %(instant)s") % words


def verdict(report: Report) -> str:
    """Returns how many findings there are of each severity, in a sentence."""
    if not report.findings:
        return _("Nothing was found.")
    counts = report.counts
    errors, warnings, notes, accepted = (counts[word] for word in (*LEVELS, "waived"))
    words = ", ".join(
        [
            ngettext("%(count)d error", "%(count)d errors", errors) % {"count": errors},
            ngettext("%(count)d warning", "%(count)d warnings", warnings) % {"count": warnings},
            ngettext("%(count)d note", "%(count)d notes", notes) % {"count": notes},
        ]
    )
    if not accepted:
        return f"{words}."
    return ngettext("%(counts)s; %(count)d accepted.", "%(counts)s; %(count)d accepted.", accepted) % {
        "counts": words,
        "count": accepted,
    }


def as_json(report: Report) -> bytes:
    return orjson.dumps(report_json(report))


def as_csv(report: Report) -> bytes:
    return csv_of(*table(report))


def as_xlsx(report: Report) -> bytes:
    """Returns a workbook (``content/audit/workbook.py``)."""
    from content.audit.workbook import workbook  # noqa: PLC0415

    return workbook(report)


def as_markdown(report: Report) -> bytes:
    """Returns a table for each severity, each line with all for whom and in which language it holds."""
    parts = [f"# {headline(report)}", verdict(report)]
    for severity in LEVELS:
        groups = group_findings(
            finding for finding in report.findings if finding.severity is severity and not finding.waived_until
        )
        if groups:
            header = [*group_headings(), _("message"), _("remedy")]
            parts += [f"## {HEADINGS[severity]}", markdown_of(header, map(_line, groups))]
    return ("\n\n".join(parts) + "\n").encode()


def group_headings() -> list[str]:
    """Returns the headings of a group's first four columns: its code, its subject, its segments and its languages."""
    context = "heading of a list of findings"
    return [pgettext(context, "what"), pgettext(context, "where"), pgettext(context, "for"), pgettext(context, "in")]


def _line(group: FindingGroup) -> list[str]:
    finding = group.finding
    whom, languages = ", ".join(group.segments), ", ".join(group.locales)
    return [finding.code, where(finding), whom, languages, finding.message, finding.remedy]


def where(finding: Finding) -> str:
    """Returns the subject, with the stage where it is another's."""
    stage = finding.context.stage
    return finding.subject.title if stage in (None, finding.subject.id) else f"{stage}: {finding.subject.title}"


def as_sarif(report: Report) -> bytes:
    """Returns SARIF 2.1.0. What is accepted is suppressed; the key is the fingerprint by which others follow a
    finding."""
    codes = list(report.codes)
    driver = {"name": "Waymark", "rules": [_rule(code) for code in codes]}
    results = [_result(finding, codes.index(finding.code)) for finding in report.findings]
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    return orjson.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def _rule(code: str) -> dict[str, object]:
    return {
        "id": code,
        "shortDescription": {"text": str(CODES[code].words)},
        "defaultConfiguration": {"level": str(CODES[code].severity)},
    }


def _result(finding: Finding, rule: int) -> dict[str, object]:
    subject = finding.subject
    place = {"name": subject.title, "fullyQualifiedName": f"{subject.type}/{subject.id}", "kind": subject.type}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": str(finding.severity),
        "message": {"text": f"{finding.message} {finding.remedy}"},
        "locations": [{"logicalLocations": [place]}],
        "partialFingerprints": {"key/v1": finding.key},
        "suppressions": [{"kind": "external", "status": "accepted"}] if finding.waived_until else [],
        "properties": {"context": asdict(finding.context), "evidence": finding.evidence},
    }


WRITERS: dict[str, tuple[str, Callable[[Report], bytes]]] = {
    "json": (TYPES["json"], as_json),
    "csv": (TYPES["csv"], as_csv),
    "xlsx": (TYPES["xlsx"], as_xlsx),
    "md": (TYPES["md"], as_markdown),
    "sarif": (TYPES["sarif"], as_sarif),
}
