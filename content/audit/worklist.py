"""What becomes of findings between one audit and the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from content.audit.checks.cells import score_of
from content.audit.finding import CODES, LONGEST_KEY, TYPES, Finding, parse_key
from content.audit.report import Report
from content.audit.run import readers_of
from content.catalogue import Catalogue
from content.models import Assignment, AuditRun, Waiver
from content.permissions import ASSIGN_FINDING
from content.publishing.waivers import grant
from journeys.models import Journey


@dataclass(frozen=True)
class Resolved:
    """A finding that is gone: the last day on which it was stored, and the next day stored without it, if any."""

    key: str
    last: date
    gone_by: date | None


def accept_findings(key: str, *, reason: str, until: datetime, by: User, at: datetime) -> Waiver:
    """Accepts a finding of the audit until an instant: the waiver. Needs the right to accept findings.

    What a gate refuses is no finding of the audit: its keys are others, and ``waive`` is for those. Refuses
    ``waiver_invalid``.
    """
    strange = _("This is not a finding of the audit.")
    return grant(key, reason=reason, until=until, by=by, at=at, known=is_key(key), strange=strange)


def assign(key: str, *, to: User | None, by: User, at: datetime, note: str = "") -> Assignment | None:
    """Assigns a finding to somebody, or to nobody with ``None``: the assignment. Needs the right to.

    Refuses ``key_invalid``.
    """
    if not by.has_perm(ASSIGN_FINDING):
        raise PermissionDenied(_("You may not assign findings."))
    if not is_key(key):
        raise ValidationError(_("This is not a finding of the audit."), code="key_invalid")
    if to is None:
        Assignment.objects.filter(key=key).delete()
        return None
    return Assignment.objects.update_or_create(key=key, defaults={"to": to, "by": by, "at": at, "note": note})[0]


def assigned_keys(user: User) -> dict[str, list[str]]:
    """Returns the keys of what is assigned to ``user``, by the slug of the journey, the last first: those that its last
    record found, and those assigned since. Two queries."""
    by_journey: dict[str, list[Assignment]] = {}
    for assignment in user.assignments.all():
        if key := parse_key(assignment.key):
            by_journey.setdefault(key.context.journey, []).append(assignment)
    if not by_journey:
        return {}
    last = AuditRun.objects.filter(journey=OuterRef("journey")).order_by("-date").values("pk")[:1]
    runs = AuditRun.objects.filter(journey__slug__in=by_journey, pk=Subquery(last)).select_related("journey")
    records = {run.journey.slug: (run.at, frozenset(run.keys)) for run in runs}
    result = {}
    for slug, assignments in by_journey.items():
        at, keys = records.get(slug, (None, frozenset()))
        result[slug] = [item.key for item in assignments if item.key in keys or at is None or item.at > at]
    return {slug: keys for slug, keys in result.items() if keys}


def is_key(key: str) -> bool:
    """Returns whether the audit can make it: a code, a journey, a subject of some type, and a context."""
    parts = key.split(":")
    return len(key) <= LONGEST_KEY and len(parts) >= 5 and parts[0] in CODES and parts[2] in TYPES and all(parts)


def record(journey: Journey, findings: Sequence[Finding], *, at: datetime, catalogue: Catalogue) -> AuditRun:
    """Stores what the whole audit of ``journey`` found on the day of ``at``, in place of what it found earlier that
    day."""
    report = Report(journey, at, findings)
    values = {
        "at": at,
        "score": score_of(readers_of(journey, catalogue), at=at, catalogue=catalogue),
        "counts": {**report.counts, **report.codes},
        "keys": [finding.key for finding in findings],
    }
    return AuditRun.objects.update_or_create(journey=journey, date=at.astimezone(UTC).date(), defaults=values)[0]


def is_recorded(journey: Journey, *, at: datetime) -> bool:
    """Returns whether the day of ``at`` is stored."""
    return AuditRun.objects.filter(journey=journey, date=at.astimezone(UTC).date()).exists()


def resolved_findings(runs: Iterable[AuditRun], keys: Iterable[str] | None = None) -> list[Resolved]:
    """Returns what was found on a day of ``runs``, newest first, and no longer is: what went last comes first.

    ``keys`` are of what is found now; left out, of the newest day.
    """
    later = None if keys is None else set(keys)  # all that a later day has found, or now
    result: list[Resolved] = []
    next_day: date | None = None
    for run in runs:
        later = set(run.keys) if later is None else later
        gone = [key for key in run.keys if key not in later]
        result += [Resolved(key, run.date, next_day) for key in gone]
        later |= set(gone)
        next_day = run.date
    return result
