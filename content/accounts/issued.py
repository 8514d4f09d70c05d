"""What people have issued that still opens something, and ends with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from content.models import AccessToken, ShareLink


@dataclass(frozen=True)
class CredentialsInUse:
    links: int = 0
    tokens: int = 0

    def __bool__(self) -> bool:
        return bool(self.links or self.tokens)

    def __sub__(self, other: "CredentialsInUse") -> "CredentialsInUse":
        return CredentialsInUse(self.links - other.links, self.tokens - other.tokens)

    def __str__(self) -> str:
        """``2 share links and 1 access token``."""
        return f"{_counted(self.links, 'share link')} and {_counted(self.tokens, 'access token')}"


def credentials_in_use(people: Iterable[User], *, at: datetime) -> CredentialsInUse:
    """How many share links and access tokens of these work at ``at``. Two queries."""
    ids = [user.pk for user in people]
    links = ShareLink.objects.active(at).filter(created_by__in=ids)
    tokens = AccessToken.objects.usable(at).filter(created_by__in=ids)
    return CredentialsInUse(links.count(), tokens.count())


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
