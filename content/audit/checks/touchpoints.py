"""The touchpoints of a journey whose review is overdue."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from content.audit.finding import Finding, FindingContext, Subject
from content.drafts.queues import review_overdue
from content.instants import day_of
from journeys.models import Journey, Touchpoint


def touchpoint_findings(journey: Journey, *, at: datetime) -> Iterator[Finding]:
    """Yields ``review_overdue`` of each touchpoint, with its owner. One statement."""
    touchpoints = Touchpoint.objects.filter(journey=journey).select_related("stage", "owner")
    for touchpoint in review_overdue(touchpoints, on=day_of(at)):
        if day := touchpoint.review_date:
            owner = touchpoint.owner.get_username() if touchpoint.owner else None
            yield Finding(
                "review_overdue",
                Subject("touchpoint", touchpoint.slug, touchpoint.title),
                FindingContext(journey.slug, touchpoint.stage.slug if touchpoint.stage else None),
                _("The review was due on %(day)s.") % {"day": date_format(day)},
                _("Review it, fix what is out of date, and mark it as reviewed on its page."),
                {"date": str(day), "owner": owner},
            )
