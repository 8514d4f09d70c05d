from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.models.issuer import issuer_may, unless
from content.permissions import VIEW_ASSET, VIEW_COVERAGE, VIEW_TRANSLATION
from journeys.storable import clean_storable


class Scope(models.TextChoices):
    PREVIEW = "preview", _lazy("preview: read drafts and other times than now")
    AUDIT = "audit", _lazy("audit: read coverage and findings")


# The permissions that somebody needs themselves to issue a token with a scope.
RIGHTS: dict[str, tuple[str, ...]] = {
    Scope.PREVIEW: (VIEW_ASSET, VIEW_TRANSLATION),
    Scope.AUDIT: (VIEW_COVERAGE,),
}


def validate_scopes(value: object) -> None:
    """Refuses (``unknown_scope``) all but a list of scopes."""
    for word in value if isinstance(value, list) else [value]:
        if word not in Scope.values or not isinstance(value, list):
            params = {"word": word, "known": ", ".join(Scope.values)}
            raise ValidationError(_("Unknown scope “%(word)s”; write any of %(known)s."), "unknown_scope", params)


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def unended(self, at: datetime) -> "AccessTokenQuerySet":
        """Tokens that are neither revoked nor expired at ``at``."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=at), revoked_at=None)

    def usable(self, at: datetime) -> "AccessTokenQuerySet":
        return self.unended(at).with_stopped().filter(models.Q(is_stopped=False))

    def with_stopped(self) -> "AccessTokenQuerySet":
        """Annotates ``is_stopped``: the issuer is gone, or no longer has the permissions of all the token's scopes."""
        words = self.annotate(scope_words=Cast("scopes", models.TextField()))  # SQLite cannot look into JSON lists
        vouched = issuer_may()
        for scope, rights in RIGHTS.items():
            for right in rights:
                vouched &= ~models.Q(scope_words__contains=f'"{scope}"') | issuer_may(right)
        return words.annotate(is_stopped=unless(models.Q(by_system=True) | vouched))

    def unused_after(self, at: datetime) -> "AccessTokenQuerySet":
        return self.filter(models.Q(last_used_at=None) | models.Q(last_used_at__lte=at))


class AccessToken(models.Model):
    """A credential to ask the API for more than readers see. It is never changed: revoke it, issue another.

    Its secret is not stored, only the SHA-256 of it. A slow hash guards passwords because people choose them; behind
    256 random bits there is nothing to guess, and every request pays for the hash. The prefix is no secret.

    It may do no more than whoever issued it may do, at each moment. Without a person it is of use only if the system
    itself issued it, from the command line: one whose person was deleted is not.
    """

    name = models.CharField(_lazy("name"), max_length=100)
    prefix = models.CharField(_lazy("prefix"), max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(
        _lazy("scopes"), validators=[validate_scopes], error_messages={"blank": _lazy("Choose at least one scope.")}
    )
    created_at = models.DateTimeField(_lazy("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        editable=False,
        related_name="+",
        verbose_name=_lazy("created by"),
    )
    by_system = models.BooleanField(default=False, editable=False)
    expires_at = models.DateTimeField(_lazy("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_lazy("revoked"), null=True, editable=False)
    last_used_at = models.DateTimeField(_lazy("last used"), null=True, editable=False)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("access token")
        verbose_name_plural = _lazy("access tokens")
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
