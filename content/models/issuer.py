"""Query conditions on the permissions of the person who issued a row."""

from django.contrib.auth.models import User
from django.db.models import Case, Q, Value, When

BACKEND = "django.contrib.auth.backends.ModelBackend"


def issuer_may(right: str | None = None) -> Q:
    """A condition on ``created_by``: an active user, who has ``right`` if one is given."""
    if right is None:
        return Q(created_by__is_active=True)
    return Q(created_by__in=User.objects.with_perm(right, backend=BACKEND).values("pk"))


def unless(condition: Q) -> Case:
    """False where ``condition`` holds, else true; also where it is NULL, since the row has no issuer then."""
    return Case(When(condition, then=Value(value=False)), default=Value(value=True))
