"""Whether whoever issued a row may still do something, asked in the statement that reads the row."""

from django.contrib.auth.models import User
from django.db.models import Case, Q, Value, When

BACKEND = "django.contrib.auth.backends.ModelBackend"


def issuer_may(right: str | None = None) -> Q:
    """A condition on ``created_by``: somebody who is active and has ``right``; without one, who is active."""
    if right is None:
        return Q(created_by__is_active=True)
    return Q(created_by__in=User.objects.with_perm(right, backend=BACKEND).values("pk"))


def unless(condition: Q) -> Case:
    """False where ``condition`` holds, else true; also where it is unknown, since nobody stands behind the row."""
    return Case(When(condition, then=Value(value=False)), default=Value(value=True))
