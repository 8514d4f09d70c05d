"""Records that a touchpoint was reviewed and computes its next review date."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from journeys.models import Touchpoint


def note_review(touchpoint: Touchpoint, *, on: date) -> date:
    """Saves and returns the next review date of ``touchpoint``, which was reviewed ``on`` a day.

    Refuses (``no_interval``) a touchpoint without a review interval.
    """
    if touchpoint.review_every is None:
        message = _("“%(touchpoint)s” has no review interval: fill in “Review every”.")
        raise ValidationError(message % {"touchpoint": touchpoint}, code="no_interval")
    touchpoint.review_date = on + timedelta(days=touchpoint.review_every)
    touchpoint.save()
    return touchpoint.review_date
