"""Counts the share links and access tokens of people that still work, and stop with their account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        links = ngettext("%(count)d share link", "%(count)d share links", self.links) % {"count": self.links}
        tokens = ngettext("%(count)d access token", "%(count)d access tokens", self.tokens) % {"count": self.tokens}
        return _("%(links)s and %(tokens)s") % {"links": links, "tokens": tokens}


def credentials_in_use(people: Iterable[User], *, at: datetime) -> CredentialsInUse:
    """The number of share links and access tokens of these people that work at ``at``. Two queries."""
    ids = [user.pk for user in people]
    links = ShareLink.objects.active(at).filter(created_by__in=ids)
    tokens = AccessToken.objects.usable(at).filter(created_by__in=ids)
    return CredentialsInUse(links.count(), tokens.count())
