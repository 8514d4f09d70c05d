"""What becomes of findings between one audit and the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Subquery

from content.audit.checks.cells import score_of
from content.audit.finding import CODES, LONGEST_KEY, TYPES, Finding, parsed
from content.audit.report import Report
from content.audit.run import readers_of
from content.catalogue import Catalogue
from content.models import Assignment, AuditRun, Waiver
from content.permissions import ASSIGN_FINDING
from content.publishing.waivers import grant
from journeys.models import Journey


@dataclass(frozen=True)
class Resolved:
    """A finding that is gone: the last day on which it was written down, and the next that was without it, if any."""

    key: str
    last: date
    gone_by: date | None


def accept_findings(key: str, *, reason: str, until: datetime, by: User, at: datetime) -> Waiver:
    """Accepts a finding of the audit until an instant: the waiver. Needs the right to accept findings.

    What a gate refuses is no finding of the audit: its keys are others, and ``waive`` is for those. Refuses
    ``waiver_invalid``.
    """
    strange = "This is no finding of the audit."
    return grant(key, reason=reason, until=until, by=by, at=at, known=is_key(key), strange=strange)


def assign(key: str, *, to: User | None, by: User, at: datetime, note: str = "") -> Assignment | None:
    """Hands a finding to somebody, or back with ``None``: the assignment. Needs the right to.

    Refuses ``key_invalid``.
    """
    if not by.has_perm(ASSIGN_FINDING):
        raise PermissionDenied("You may not hand findings to anybody.")
    if not is_key(key):
        raise ValidationError("This is no finding of the audit.", code="key_invalid")
    if to is None:
        Assignment.objects.filter(key=key).delete()
        return None
    return Assignment.objects.update_or_create(key=key, defaults={"to": to, "by": by, "at": at, "note": note})[0]


def assigned_to(user: User) -> dict[str, list[str]]:
    """The keys of what was handed to ``user``, by the slug of the journey, the last first: those that its last record
    found, and those handed on since. Two queries."""
    handed: dict[str, list[Assignment]] = {}
    for one in user.assignments.all():
        if key := parsed(one.key):
            handed.setdefault(key.context.journey, []).append(one)
    if not handed:
        return {}
    last = AuditRun.objects.filter(journey=OuterRef("journey")).order_by("-date").values("pk")[:1]
    runs = AuditRun.objects.filter(journey__slug__in=handed, pk=Subquery(last)).select_related("journey")
    told = {run.journey.slug: (run.at, frozenset(run.keys)) for run in runs}
    left = {}
    for slug, some in handed.items():
        at, there = told.get(slug, (None, frozenset()))
        left[slug] = [one.key for one in some if one.key in there or at is None or one.at > at]
    return {slug: keys for slug, keys in left.items() if keys}


def is_key(key: str) -> bool:
    """Whether the audit could have said it: a code, a journey, a subject of some type, and a context."""
    parts = key.split(":")
    return len(key) <= LONGEST_KEY and len(parts) >= 5 and parts[0] in CODES and parts[2] in TYPES and all(parts)


def record(journey: Journey, found: Sequence[Finding], *, at: datetime, catalogue: Catalogue) -> AuditRun:
    """Writes down what the whole audit of ``journey`` said on the day of ``at``; what it said earlier that day goes."""
    score = score_of(readers_of(journey, catalogue), at=at, catalogue=catalogue)
    counts = {**Report(journey, at, found).counts, **Report(journey, at, found).codes}
    told = {"at": at, "score": score, "counts": counts, "keys": [one.key for one in found]}
    return AuditRun.objects.update_or_create(journey=journey, date=at.astimezone(UTC).date(), defaults=told)[0]


def is_recorded(journey: Journey, *, at: datetime) -> bool:
    """Whether the day of ``at`` is written down."""
    return AuditRun.objects.filter(journey=journey, date=at.astimezone(UTC).date()).exists()


def resolved(runs: Iterable[AuditRun], keys: Iterable[str] | None = None) -> list[Resolved]:
    """What was found on a day of ``runs``, newest first, and no longer is: what went last stands first.

    ``keys`` are of what is found now; left out, of the newest day.
    """
    there = None if keys is None else set(keys)
    gone: list[Resolved] = []
    after: date | None = None
    for run in runs:
        there = set(run.keys) if there is None else there
        new = [key for key in run.keys if key not in there]
        gone += [Resolved(key, run.date, after) for key in new]
        there |= set(new)
        after = run.date
    return gone
