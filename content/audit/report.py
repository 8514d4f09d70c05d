"""A report of the audit as JSON, CSV, a workbook, Markdown and SARIF."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson

from content.audit.finding import CODES, Finding, Severity
from content.exports.tables import TYPES, csv_of, markdown_of
from content.instants import as_rfc3339
from journeys.models import Journey

LEVELS = list(Severity)
COLUMNS = (
    *("severity", "code", "subject_type", "subject", "title", "stage", "segment", "locale", "channel"),
    *("message", "remedy", "assets", "waived_until", "key"),
)


@dataclass(frozen=True)
class Report:
    """What was found on a journey at an instant, or as much of it as was asked for."""

    journey: Journey
    at: datetime
    findings: Sequence[Finding]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each severity are not accepted, and how many are."""
        weighed = Counter("waived" if one.waived_until else str(one.severity) for one in self.findings)
        return {word: weighed[word] for word in (*map(str, LEVELS), "waived")}

    @property
    def codes(self) -> dict[str, int]:
        counted = Counter(one.code for one in self.findings)
        return {code: counted[code] for code in CODES if counted[code]}

    def fails(self, severity: Severity) -> list[Finding]:
        """Those that weigh at least as much and are not accepted."""
        heavy = LEVELS[: LEVELS.index(severity) + 1]
        return [one for one in self.findings if one.severity in heavy and not one.waived_until]


def report_json(report: Report) -> dict[str, Any]:
    """The report as the API tells it."""
    return {
        "journey": report.journey.slug,
        "at": as_rfc3339(report.at),
        "summary": {**report.counts, "codes": report.codes},
        "results": [finding_json(one) for one in report.findings],
    }


def finding_json(one: Finding) -> dict[str, Any]:
    return {
        "key": one.key,
        "code": one.code,
        "severity": str(one.severity),
        "subject": asdict(one.subject),
        "context": asdict(one.context),
        "message": one.message,
        "remedy": one.remedy,
        "evidence": one.evidence,
        "waived_until": as_rfc3339(one.waived_until) if one.waived_until else None,
    }


def table(report: Report) -> tuple[Sequence[str], list[list[Any]]]:
    """The header, and a line for each finding."""
    lines = []
    for one in report.findings:
        where = one.context
        words = [
            *(str(one.severity), one.code, one.subject.type, one.subject.id, one.subject.title),
            *(word or "" for word in (where.stage, where.segment, where.locale, where.channel)),
            *(one.message, one.remedy),
        ]
        until = as_rfc3339(one.waived_until) if one.waived_until else ""
        lines.append([*words, one.evidence.get("count", 0), until, one.key])
    return COLUMNS, lines


@dataclass(frozen=True)
class FindingGroup:
    """Findings that are the same but for whom and in which language: the first of them, and all of those."""

    one: Finding
    segments: list[str]
    locales: list[str]


def group_findings(found: Iterable[Finding]) -> list[FindingGroup]:
    """In the order in which they come."""
    groups: dict[tuple[Any, ...], FindingGroup] = {}
    for one in found:
        about = (one.subject.type, one.subject.id, one.detail, one.context.stage, one.context.channel)
        key = (one.code, *about, bool(one.waived_until))
        group = groups.setdefault(key, FindingGroup(one, [], []))
        for words, word in ((group.segments, one.context.segment), (group.locales, one.context.locale)):
            if word and word not in words:
                words.append(word)
    return list(groups.values())


def headline(report: Report) -> str:
    return f"Audit of {report.journey.title}, at {as_rfc3339(report.at.replace(microsecond=0))}"


def verdict(report: Report) -> str:
    if not report.findings:
        return "Nothing was found."
    counts = report.counts
    words = [f"{counts[word]} {word}{'' if counts[word] == 1 else 's'}" for word in map(str, LEVELS)]
    waived = f"; {counts['waived']} accepted" if counts["waived"] else ""
    return f"{', '.join(words)}{waived}."


def as_json(report: Report) -> bytes:
    return orjson.dumps(report_json(report))


def as_csv(report: Report) -> bytes:
    return csv_of(*table(report))


def as_xlsx(report: Report) -> bytes:
    """A workbook (``content/audit/workbook.py``)."""
    from content.audit.workbook import workbook  # noqa: PLC0415

    return workbook(report)


def as_markdown(report: Report) -> bytes:
    """A table for each severity, each line with all whom it is true of."""
    parts = [f"# {headline(report)}", verdict(report)]
    for severity in LEVELS:
        groups = group_findings(one for one in report.findings if one.severity is severity and not one.waived_until)
        if groups:
            head = ["what", "where", "for", "in", "message", "remedy"]
            parts += [f"## {severity.capitalize()}s", markdown_of(head, map(_line, groups))]
    return ("\n\n".join(parts) + "\n").encode()


def _line(group: FindingGroup) -> list[str]:
    one = group.one
    return [one.code, where(one), ", ".join(group.segments), ", ".join(group.locales), one.message, one.remedy]


def where(one: Finding) -> str:
    """The subject, with the stage where it is another's."""
    stage = one.context.stage
    return one.subject.title if stage in (None, one.subject.id) else f"{stage}: {one.subject.title}"


def as_sarif(report: Report) -> bytes:
    """SARIF 2.1.0. What is accepted is suppressed; the key is the fingerprint by which others follow a finding."""
    codes = list(report.codes)
    driver = {"name": "Waymark", "rules": [_rule(code) for code in codes]}
    results = [_result(one, codes.index(one.code)) for one in report.findings]
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    return orjson.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def _rule(code: str) -> dict[str, Any]:
    return {
        "id": code,
        "shortDescription": {"text": CODES[code].words},
        "defaultConfiguration": {"level": str(CODES[code].severity)},
    }


def _result(one: Finding, rule: int) -> dict[str, Any]:
    place = {"name": one.subject.title, "fullyQualifiedName": f"{one.subject.type}/{one.subject.id}"}
    suppressed = [{"kind": "external", "status": "accepted"}] if one.waived_until else []
    return {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": str(one.severity),
        "message": {"text": f"{one.message} {one.remedy}"},
        "locations": [{"logicalLocations": [{**place, "kind": one.subject.type}]}],
        "partialFingerprints": {"key/v1": one.key},
        "suppressions": suppressed,
        "properties": {"context": asdict(one.context), "evidence": one.evidence},
    }


WRITERS: dict[str, tuple[str, Callable[[Report], bytes]]] = {
    "json": (TYPES["json"], as_json),
    "csv": (TYPES["csv"], as_csv),
    "xlsx": (TYPES["xlsx"], as_xlsx),
    "md": (TYPES["md"], as_markdown),
    "sarif": (TYPES["sarif"], as_sarif),
}
