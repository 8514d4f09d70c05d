"""Somebody has looked at a touchpoint; when it is looked at again."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError

from journeys.models import Touchpoint


def note_review(touchpoint: Touchpoint, *, on: date) -> date:
    """The next day on which ``touchpoint``, looked at on a day, is looked at again; it is saved.

    Refuses (``no_interval``) one that does not say after how many days.
    """
    if touchpoint.review_every is None:
        message = f"“{touchpoint}” does not say after how many days it is looked at again: fill in “Review every”."
        raise ValidationError(message, code="no_interval")
    touchpoint.review_date = on + timedelta(days=touchpoint.review_every)
    touchpoint.save()
    return touchpoint.review_date
