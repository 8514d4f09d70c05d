from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone

from content.models.issuer import issuer_may, unless
from content.permissions import VIEW_ASSET, VIEW_COVERAGE, VIEW_TRANSLATION
from journeys.storable import clean_storable


class Scope(models.TextChoices):
    PREVIEW = "preview", "preview: read drafts and other times than now"
    AUDIT = "audit", "audit: read coverage and findings"


# What somebody must be allowed to do themselves to let a token do it.
RIGHTS: dict[str, tuple[str, ...]] = {
    Scope.PREVIEW: (VIEW_ASSET, VIEW_TRANSLATION),
    Scope.AUDIT: (VIEW_COVERAGE,),
}


def validate_scopes(value: Any) -> None:
    """Refuses (``unknown_scope``) all but a list of scopes."""
    for word in value if isinstance(value, list) else [value]:
        if word not in Scope.values or not isinstance(value, list):
            params = {"word": word, "known": ", ".join(Scope.values)}
            raise ValidationError("Unknown scope '%(word)s'; write any of %(known)s.", "unknown_scope", params)


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def unended(self, at: datetime) -> "AccessTokenQuerySet":
        """Those that are neither revoked nor expired."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=at), revoked_at=None)

    def usable(self, at: datetime) -> "AccessTokenQuerySet":
        return self.unended(at).with_stopped().filter(models.Q(is_stopped=False))

    def with_stopped(self) -> "AccessTokenQuerySet":
        """With ``is_stopped``: whether whoever issued it may not do all of it any more, or is gone."""
        words = self.annotate(scope_words=Cast("scopes", models.TextField()))  # SQLite cannot look into JSON lists
        vouched = issuer_may()
        for scope, rights in RIGHTS.items():
            for right in rights:
                vouched &= ~models.Q(scope_words__contains=f'"{scope}"') | issuer_may(right)
        return words.annotate(is_stopped=unless(models.Q(by_system=True) | vouched))

    def unused_after(self, at: datetime) -> "AccessTokenQuerySet":
        return self.filter(models.Q(last_used_at=None) | models.Q(last_used_at__lte=at))


class AccessToken(models.Model):
    """Who may ask the API for more than readers see, and for what. It is never changed: revoke it, issue another.

    Its secret is nowhere, only the SHA-256 of it. A slow hash guards passwords because people choose them; behind
    256 random bits there is nothing to guess, and every request pays for the hash. The prefix is no secret.

    It may do no more than whoever issued it may do, at each moment. Without a person it is of use only if the system
    itself issued it, from the command line: one whose person was deleted is not.
    """

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(validators=[validate_scopes], error_messages={"blank": "Choose at least one scope."})
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, editable=False, related_name="+"
    )
    by_system = models.BooleanField(default=False, editable=False)
    expires_at = models.DateTimeField("expires", null=True, blank=True)
    revoked_at = models.DateTimeField("revoked", null=True, editable=False)
    last_used_at = models.DateTimeField("last used", null=True, editable=False)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        default_permissions = ("add", "change", "view")  # what a token did stays on record: none is deleted

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    def clean(self) -> None:
        clean_storable(self, "name")

    def allows(self, scope: str) -> bool:
        return scope in self.scopes

    def state_at(self, at: datetime) -> str:
        """``revoked``, ``expired``, ``stopped`` (only for rows of ``with_stopped``) or ``usable``."""
        if self.revoked_at:
            return "revoked"
        if self.expires_at and self.expires_at <= at:
            return "expired"
        return "stopped" if getattr(self, "is_stopped", False) else "usable"
