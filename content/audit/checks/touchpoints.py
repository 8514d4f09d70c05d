"""The touchpoints of a journey that somebody should have looked at again."""

from collections.abc import Iterator
from datetime import datetime

from content.audit.finding import Finding, FindingContext, Subject
from content.drafts.queues import review_overdue
from content.instants import day_of
from journeys.models import Journey, Touchpoint


def place_findings(journey: Journey, *, at: datetime) -> Iterator[Finding]:
    """``review_overdue`` of each touchpoint, with who sees to it. One statement."""
    places = Touchpoint.objects.filter(journey=journey).select_related("stage", "owner")
    for place in review_overdue(places, on=day_of(at)):
        context = FindingContext(journey.slug, place.stage.slug if place.stage else None)
        owner = place.owner.get_username() if place.owner else None
        yield Finding(
            "review_overdue",
            Subject("touchpoint", place.slug, place.title),
            context,
            f"Somebody should have looked at it again on {place.review_date}.",
            "Look at it, mend what is no longer so, and note on its page that you did.",
            {"date": str(place.review_date), "owner": owner},
        )
