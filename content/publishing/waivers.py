"""Accepting what a gate or the audit found, for a reason and until an instant."""

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from content.models import Waiver
from content.permissions import WAIVE_FINDING
from content.publishing.gate_findings import WAIVABLE
from journeys.storable import cleaned, refuse_far_instants


def waive(key: str, *, reason: str, until: datetime, by: User, at: datetime) -> Waiver:
    """Accepts a waivable finding until an instant: the waiver. Needs the right to; refuses ``waiver_invalid``."""
    known = key.partition(":")[0] in WAIVABLE
    strange = _("Only %(codes)s can be waived.") % {"codes": ", ".join(sorted(WAIVABLE))}
    return grant(key, reason=reason, until=until, by=by, at=at, known=known, strange=strange)


def grant(key: str, *, reason: str, until: datetime, by: User, at: datetime, known: bool, strange: str) -> Waiver:
    """The waiver of a finding of a gate or of the audit, if its key is ``known``; else it is refused as ``strange``."""
    if not by.has_perm(WAIVE_FINDING):
        raise PermissionDenied(_("You may not accept findings."))
    refuse_far_instants(until)
    if not reason.strip() or until <= at:
        raise ValidationError(_("Give a reason, and an end that lies ahead."), code="waiver_invalid")
    if not known:
        raise ValidationError(strange, code="waiver_invalid")
    return Waiver.objects.create(key=key, reason=cleaned(reason), until=until, by=by)
